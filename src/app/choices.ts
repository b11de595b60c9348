/** What a person chose: shown, imported from elsewhere with its evidence, and taken back. */
import { type AgeBand, type ChoiceChannel, mayGrantAlone } from '../core/consent/choice.ts';
import { mayAsk } from '../core/consent/may-ask.ts';
import { grantedOn, standing } from '../core/consent/standing.ts';
import { ConsentryError } from '../core/error.ts';
import type { Channel } from '../core/suppression/own-change.ts';
import { type Hex, type Instant, type Purpose, purposes, type Uuid } from '../core/words.ts';
import type { People, Person } from './call-ports.ts';
import type { ChoiceStore, KeptChoice } from './choice-ports.ts';
import type { EntryMaker } from './make-entry.ts';
import { marketed } from './marketing-withdrawals.ts';
import type { Clock } from './ports.ts';

export interface ChoiceParts {
  readonly choices: ChoiceStore;
  readonly people: Pick<People, 'ensure' | 'find'>;
  /** In every process: the next call finds them as they are now. */
  readonly forgetPerson: (id: Uuid) => Promise<void>;
  readonly entries: Pick<EntryMaker, 'choice'>;
  readonly clock: Clock;
  /** Takes a purpose, or everything, back in every live call of a person; gates shut first. */
  readonly withdrawLive: (
    personId: Uuid,
    purpose: Purpose | 'standing',
    channel: 'api' | 'text' | 'form',
  ) => Promise<void>;
  /** Puts somebody who took a permission for marketing back on the own list. May be repeated. */
  readonly optOut?: (
    number: string,
    channels: readonly Channel[],
    by: string,
    saidAt: Instant,
  ) => Promise<void>;
}

export interface ChoicesView {
  readonly ageBand: AgeBand | null;
  readonly purposes: readonly {
    readonly purpose: Purpose;
    readonly status: 'granted' | 'refused' | 'needs-renewal' | 'none';
    readonly since: string | null;
    readonly validUntil: string | null;
    /** Nobody asks before; null: they may be asked. */
    readonly notBefore: string | null;
    readonly receiptId: Uuid | null;
    /** The lines on which it stands granted, though it may not for the business as a whole. */
    readonly lines: readonly Uuid[];
  }[];
  /** Oldest first. */
  readonly history: readonly {
    readonly receiptId: Uuid;
    readonly purpose: Purpose;
    readonly kind: string;
    readonly channel: ChoiceChannel;
    readonly at: string;
    readonly validUntil: string | null;
    readonly line: Uuid | null;
    readonly document: Hex | null;
    readonly guardian: boolean;
  }[];
}

const iso = (at: Instant): string => new Date(at).toISOString();
const isoOrNull = (at: Instant | null): string | null => (at === null ? null : iso(at));

/** As they stand for the business as a whole. */
export async function showChoices(
  { choices, clock }: Pick<ChoiceParts, 'choices' | 'clock'>,
  personId: Uuid,
): Promise<ChoicesView> {
  const known = await choices.of(personId);
  const at = clock.now();
  const about = { line: null, ageBand: known.ageBand };
  return {
    ageBand: known.ageBand,
    purposes: purposes.map((purpose) => {
      const stands = standing(known.choices, purpose, at, about);
      const by = 'by' in stands ? stands.by : null;
      return {
        purpose,
        status: stands.kind === 'ask' ? 'none' : stands.kind,
        since: by === null ? null : iso(by.at),
        validUntil: isoOrNull(by?.validUntil ?? null),
        notBefore: isoOrNull(mayAsk(known.choices, purpose, at, null).notBefore),
        receiptId: by?.id ?? null,
        lines: grantedOn(known.choices, purpose, at, known.ageBand).filter((line) => line !== null),
      };
    }),
    history: known.choices.map((choice) => ({
      receiptId: choice.id,
      purpose: choice.purpose,
      kind: choice.kind,
      channel: choice.channel,
      at: iso(choice.at),
      validUntil: isoOrNull(choice.validUntil),
      line: choice.scope === 'tenant' ? null : choice.scope.line,
      document: choice.document,
      guardian: choice.guardian,
    })),
  };
}

export interface ImportedChoice {
  /** E.164. */
  readonly number: string;
  readonly purpose: Purpose;
  readonly kind: 'granted' | 'refused' | 'withdrawn';
  readonly channel: Exclude<ChoiceChannel, 'call' | 'clock'>;
  /** When the person chose. */
  readonly at: Instant;
  /** Null: for as long as nothing else is said. */
  readonly validUntil: Instant | null;
  /** SHA-256 of what they read and of their answer. */
  readonly document: Hex | null;
  /** Of a form: whether the box was ticked before they saw it, and after. */
  readonly box: { readonly before: boolean; readonly after: boolean } | null;
  readonly ageBand: AgeBand | null;
  /** The number of the parent or guardian who allowed it. */
  readonly guardian: string | null;
  /** A user's or key's id. */
  readonly by: string;
}

/**
 * Takes over what somebody chose elsewhere. What was ticked beforehand is no choice
 * (CJEU C-61/19); what was only implied is kept as history and never counts.
 *
 * @throws `invalid_request` naming every mistake
 */
export async function importChoice(parts: ChoiceParts, wanted: ImportedChoice): Promise<Uuid> {
  const { people, choices, entries } = parts;
  const known = await people.ensure(wanted.number);
  const ageBand = wanted.ageBand ?? (await choices.of(known.id)).ageBand;
  refuse(mistakesOf(parts.clock.now(), { ...wanted, ageBand }));
  const guardian = wanted.guardian === null ? null : await people.ensure(wanted.guardian);
  const entry = entries.choice(
    {
      kind: 'choice',
      purpose: wanted.purpose,
      number: known.number,
      what: wanted.kind,
      channel: wanted.channel,
      scope: 'all',
      validUntil: wanted.validUntil,
      document: wanted.document,
      box: wanted.box,
      guardian: guardian?.number ?? null,
      ageBand,
      by: wanted.by,
      at: wanted.at,
    },
    known,
  );
  if (wanted.ageBand !== null) {
    await choices.setAgeBand(known.id, wanted.ageBand);
    await parts.forgetPerson(known.id);
  }
  if (wanted.kind !== 'granted') await parts.withdrawLive(known.id, wanted.purpose, 'api');
  const choice = choiceOf(entry.id, known, wanted, ageBand);
  await choices.add([choice], [entry]);
  const channels = wanted.kind === 'withdrawn' ? (marketed[wanted.purpose] ?? []) : [];
  if (channels.length > 0) await parts.optOut?.(known.number, channels, wanted.by, wanted.at);
  return known.id;
}

function choiceOf(
  id: Uuid,
  { id: personId }: Person,
  { purpose, kind, at, validUntil, channel, document, guardian }: ImportedChoice,
  ageBand: AgeBand | null,
): KeptChoice {
  const ends = kind === 'granted' ? validUntil : null;
  const about = { id, personId, kind, purpose, at, validUntil: ends, channel, document, ageBand };
  return { ...about, scope: 'tenant', words: null, guardian: guardian !== null };
}

interface Fault {
  readonly path: string;
  readonly what: string;
}

function mistakesOf(now: Instant, wanted: ImportedChoice): readonly Fault[] {
  const { kind, channel, at, validUntil, document, box, ageBand, guardian, purpose } = wanted;
  const faults: Fault[] = [];
  const fault = (path: string, what: string) => faults.push({ path: `body.${path}`, what });
  if (at > now) fault('at', 'lies in the future');
  if (validUntil !== null && validUntil <= at) fault('validUntil', 'is not after `at`');
  if (kind !== 'granted') return faults;
  if (channel !== 'implied' && document === null) {
    fault('document', 'is missing: a grant needs the hash of what shows it');
  }
  if (['form', 'terms'].includes(channel) && box === null) {
    fault('box', 'is missing: a form or terms have a box');
  }
  if (box?.before === true) fault('box.before', 'a box that was ticked beforehand is no consent');
  if (box !== null && !box.after) fault('box.after', 'a box that was not ticked is no consent');
  if (!mayGrantAlone(ageBand, purpose) && guardian === null) {
    fault('guardian', `is missing: ${ageBand} may not allow ${purpose} alone`);
  }
  return faults;
}

function refuse(faults: readonly Fault[]): void {
  if (faults.length === 0) return;
  const text = faults.map(({ path, what }) => `${path}: ${what}`).join(' | ');
  throw new ConsentryError('invalid_request', text, { mistakes: faults });
}

/** Takes back what a person allowed: in live calls first, then for every later one. */
export async function withdrawChoices(
  parts: ChoiceParts,
  personId: Uuid,
  what: Purpose | 'all' | readonly Purpose[],
  by: string,
  channel: 'api' | 'text' | 'form',
): Promise<void> {
  const named = what === 'all' ? purposes : typeof what === 'string' ? [what] : what;
  // Every gate shuts before anything is written down.
  for (const one of what === 'all' ? (['standing'] as const) : named) {
    await parts.withdrawLive(personId, one, channel);
  }
  const person = await parts.people.find(personId);
  if (person === null) return;
  const at = parts.clock.now();
  const { choices, ageBand } = await parts.choices.of(personId);
  const isGranted = (one: Purpose) => grantedOn(choices, one, at, ageBand).length > 0;
  const isWithdrawn = (one: Purpose) => {
    const stands = standing(choices, one, at, { line: null, ageBand });
    return stands.kind === 'refused' && stands.by.kind === 'withdrawn' && !isGranted(one);
  };
  /** Asked in other words today; they could come back into force with the old words. */
  const isSuperseded = (one: Purpose) => {
    const stands = standing(choices, one, at, { line: null, ageBand });
    return stands.kind === 'needs-renewal' && stands.by.superseded === true;
  };
  const kept: KeptChoice[] = [];
  const made = named
    .filter((one) => what !== 'all' || isGranted(one) || isSuperseded(one))
    // A form that anybody can send again and again writes it down once.
    .filter((one) => channel !== 'form' || !isWithdrawn(one))
    .map((one) => {
      const facts = { purpose: one, kind: 'withdrawn', channel, validUntil: null } as const;
      const nothing = { document: null, box: null, guardian: null, ageBand: null };
      const { number } = person;
      const entry = parts.entries.choice(
        {
          ...nothing,
          kind: 'choice',
          purpose: one,
          number,
          what: 'withdrawn',
          channel,
          scope: 'all',
          validUntil: null,
          by,
          at,
        },
        person,
      );
      kept.push(choiceOf(entry.id, person, { ...nothing, ...facts, number, at, by }, null));
      return entry;
    });
  if (made.length > 0) await parts.choices.add(kept, made);
  // Whoever wrote a text message is on the list already, by that message.
  if (channel === 'text') return;
  // Whoever sends a form again may have seen the first answer fail.
  const stopped = channel === 'form' ? named : kept.map((one) => one.purpose);
  const channels = stopped.flatMap((one) => marketed[one] ?? []);
  if (channels.length > 0) await parts.optOut?.(person.number, channels, by, at);
}
