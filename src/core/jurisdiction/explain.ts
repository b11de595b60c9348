/** The sentences about a decision: who is where and why, which rule that means, what follows. */

import type { Decision, PartyRule, Warning } from './decide.ts';
import { type Demand, demandOf } from './lookup.ts';
import { type Place, placeName } from './place.ts';
import type { Mode, Rule } from './rules.ts';
import { unsettled } from './table/world.ts';
import type { Clue } from './whereabouts.ts';

export const notAdvice =
  'This is not legal advice. The rules rest on what others write about the statutes, which were ' +
  'not read; have a qualified person confirm what you rely on.';

export const demandWords: Readonly<Record<Demand, string>> = {
  one: 'the consent of one party would do',
  notice: 'everybody must be told before',
  all: 'everybody must consent',
};

const modeWords: Readonly<Record<Mode, string>> = {
  one: 'the consent of one party would do',
  notice: 'everybody must be told before',
  all: 'everybody must consent',
  'all-telephone': 'everybody must consent on the telephone',
  conflict: 'the sources contradict each other, so everybody must consent',
  unknown: 'not known, so everybody must consent',
};

/** One line for each clue: what it says, and how much that is worth. */
export function clueText({ about, places, confidence }: Clue): string {
  const where = placesText(places);
  switch (about.is) {
    case 'said':
      return `it was declared to be in ${where} (confidence ${confidence})`;
    case 'registered':
      return `its account is registered in ${where} (confidence ${confidence})`;
    case 'area-code':
    case 'country-code': {
      const kind = about.is === 'area-code' ? `area code ${about.code}` : `+${about.code}`;
      const doubt = about.moves ? '; mobile and ported numbers move with their people' : '';
      return `the number (${kind}) was given out in ${where} (confidence ${confidence})${doubt}`;
    }
    case 'service':
      return `a ${about.service} number says nothing of a place`;
    case 'unknown-area-code':
      return `area code ${about.code} is not in the table, so it says nothing of a place`;
    case 'unknown-number':
      return 'the number belongs to no known range, so it says nothing of a place';
  }
}

type Located = Pick<PartyRule, 'places' | 'confidence' | 'doubt'>;

/** Where a party is, in a few words. */
export function whereText({ places, confidence, doubt }: Located): string {
  if (places.length === 0) return 'not known';
  if (doubt === 'contradiction') return `not known: ${placesText(places)} contradict each other`;
  if (doubt === 'withheld') return 'not known well enough: the number is withheld';
  return `${placesText(places)}, confidence ${confidence}`;
}

export function ruleText(rule: Rule): string {
  const statute = rule.statute === null ? 'no statute found' : rule.statute;
  return `${rule.id}: ${modeWords[rule.mode]}. ${statute}`;
}

/** What is known of a rule beside what it asks. */
export function ruleDetails(rule: Rule): readonly string[] {
  return [
    ...(rule.note === null ? [] : [rule.note]),
    ...(rule.privateRight === null ? [] : [`People can sue: ${rule.privateRight}`]),
    ...(rule.noticeSuffices === null
      ? []
      : [`Notice is said to satisfy it${unverified(rule.noticeSuffices)}; not relied on here`]),
    `source: ${rule.source.join('; ')}`,
    `confidence ${rule.confidence}, checked ${rule.checkedOn}, review by ${rule.reviewBy}`,
  ];
}

const unverified = (known: string): string => (known === 'unverified' ? ' (not verified)' : '');

/** Which rule decides the call, and why. */
export function verdictText(decision: Decision): string {
  const { mode, parties } = decision;
  const who = parties.filter((party) => party.mode === mode);
  const causes = [...new Set(who.map((party) => `${party.name} (${causeOf(party, mode)})`))];
  const strict = parties.some((party) => party.mode !== mode)
    ? ', the strictest of all parties'
    : '';
  return `${mode}: ${demandWords[mode]}${strict}. Decided by ${causes.join(' and ')}.`;
}

function causeOf(party: PartyRule, mode: Demand): string {
  const ids = party.placeRules
    .flatMap(({ rules }) => rules)
    .filter((rule) => demandOf[rule.mode] === mode)
    .map(({ id }) => id);
  if (party.doubt === null && ids.length > 0) return [...new Set(ids)].join(', ');
  return party.doubt === null ? 'no rule that can be relied on' : 'place not known';
}

/** What the decision means for the call. */
export function consequences(decision: Decision): readonly string[] {
  const { everyPartyMustConsent, announcementMustBeRecorded, vendorRow } = decision;
  return [
    everyPartyMustConsent
      ? 'Nothing of anybody may be kept before every party has said yes.'
      : 'By these rules the yes of one party would do.',
    'Consentry asks every party for an affirmative act everywhere, whatever the rule: notice, a ' +
      'beep or staying on the line never count as a yes.',
    announcementMustBeRecorded === true
      ? 'The announcement itself must, or may have to, be recorded; for that no more than ' +
        'announcement and answer may be kept. Consentry keeps neither yet: its proof is the receipt.'
      : 'Whether the announcement itself must be recorded is not known of any rule here.',
    vendorRow === null
      ? 'No rule on vendors was found; transcription and analysis by a named vendor are ' +
        'permissions of their own all the same.'
      : 'Transcription or AI by a named vendor is under its own rule ' +
        `(${vendorRow.ruleIds.join(', ')}): everybody must consent to that too, before the vendor ` +
        'hears anything.',
  ];
}

export function warningText(warning: Warning): string {
  const of = warning.party === null ? '' : `${warning.party}: `;
  return `${of}${sentenceOf(warning)}`;
}

function sentenceOf(warning: Warning): string {
  switch (warning.is) {
    case 'withheld':
      return 'the number is withheld, so the strictest rule holds';
    case 'nowhere':
      return 'nothing says where this party is, so the strictest rule holds';
    case 'contradiction':
      return 'what is known of the place contradicts itself, so the strictest rule holds';
    case 'weak':
      return 'the place is a guess from the number alone; the party may be anywhere';
    case 'no-rule':
      return `there is no rule with a source for ${placeName(warning.place)}: the strictest holds`;
    case 'division-unknown':
      return (
        `which part of ${placeName(warning.place)} is not known, and they differ: ` +
        'the strictest rule holds'
      );
    case 'unsettled':
      return `${unsettled.get(warning.place) ?? 'not looked at'}: the strictest rule holds`;
    case 'stale':
      return `rule ${warning.rule} is past its review date, so the strictest holds in its place`;
    case 'refused':
      return `rule ${warning.rule} did not load, so the strictest holds in its place`;
    case 'unsure':
      return `rule ${warning.rule} has no confidence, so the strictest holds in its place`;
    case 'before-checked':
      return 'the day is before the rules were checked; they may have been others then';
  }
}

const placesText = (places: readonly Place[]): string => places.map(placeName).join(' or ');
