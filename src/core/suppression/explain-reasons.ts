/** Each reason in full: its code, where it comes from, until when it stands, and why in plain words. */

import type { Instant } from '../words.ts';
import type { CompiledRules } from './calling-rules-book.ts';
import { countWithin, freeFrom } from './caps.ts';
import { restUntil, ringMsOf, type Verdict } from './decide.ts';
import { listReasons } from './explain-lists.ts';
import type { Hit, Inquiry } from './inquiry.ts';
import { iso } from './iso.ts';
import { codesOf, type ReasonCode } from './reasons.ts';

/** Instants are ISO 8601, UTC. */
export interface Reason {
  readonly code: ReasonCode;
  readonly why: string;
  readonly list?: string;
  readonly version?: string;
  readonly rule?: string;
  readonly since?: string;
  readonly until?: string;
}

/** @param bits those that stand, or those that were found */
export function reasonsOf(inquiry: Inquiry, verdict: Verdict, bits: number): readonly Reason[] {
  return codesOf(bits).flatMap((code) => reasonsFor(code, inquiry, verdict));
}

function reasonsFor(code: ReasonCode, inquiry: Inquiry, verdict: Verdict): readonly Reason[] {
  const { rules, destination } = verdict;
  const { known, seen } = inquiry;
  switch (code) {
    case 'INTERNAL_DNC':
      return hits(code, inquiry, (hit) => hit.kind === 'internal' || hit.provisional === true);
    case 'INTERNAL_DNC_CAMPAIGN':
      return hits(code, inquiry, ({ kind }) => kind === 'campaign');
    case 'CONSENT_WITHDRAWN':
      return [
        ...hits(code, inquiry, ({ kind, provisional: is }) => kind === 'withdrawn' && is !== true),
        ...(known.withdrawnAt === null
          ? []
          : [{ code, why: whys[code], ...since(known.withdrawnAt) }]),
      ];
    case 'NATIONAL_DNC':
      return hits(code, inquiry, ({ kind }) => kind === 'national');
    case 'STATE_DNC':
      return hits(code, inquiry, ({ kind }) => kind === 'state');
    case 'TPS':
      return hits(code, inquiry, ({ kind }) => kind === 'tps');
    case 'CTPS':
      return hits(code, inquiry, ({ kind }) => kind === 'ctps');
    case 'DNCL_CA':
      return hits(code, inquiry, ({ kind }) => kind === 'dncl');
    case 'LITIGATOR':
      return hits(code, inquiry, ({ kind }) => kind === 'litigator');
    case 'REASSIGNED': {
      const listed = hits(code, inquiry, ({ kind }) => kind === 'reassigned');
      return listed.length > 0 ? listed : [{ code, why: whys[code] }];
    }
    case 'NO_CONSENT_OPT_IN_COUNTRY':
      return (rules?.optIn ?? []).map((rule) => ({ code, why: whys[code], rule }));
    case 'WIRELESS_STATE_PROHIBITED': {
      // The list that says so, where one does: others are mobiles by their channel, or may be.
      const said = hits(code, inquiry, ({ kind }) => kind === 'wireless');
      const reasons = said.length > 0 ? said : [{ code, why: whys[code] }];
      return (rules?.wirelessBarred ?? []).flatMap((rule) =>
        reasons.map((reason) => ({ ...reason, rule })),
      );
    }
    case 'OUTSIDE_HOURS':
      return rules === null ? [] : hoursReasons(code, inquiry, rules);
    case 'HOLIDAY':
      return [{ code, why: whys[code], ...ruleIds(rules, ({ holidays }) => holidays !== null) }];
    case 'FREQUENCY_CAP':
      return rules === null ? [] : capReasons(code, inquiry, rules);
    case 'REFUSAL_REST_PERIOD': {
      const refusedAt = known.refusedAt ?? inquiry.at;
      const until = iso(restUntil(refusedAt, rules?.rests ?? []));
      const of = ruleIds(rules, ({ restAfterRefusal }) => restAfterRefusal !== null);
      return [{ code, why: whys[code], ...of, since: iso(refusedAt), until }];
    }
    case 'NO_REASK_PERIOD':
      return [{ code, why: whys[code], until: iso(known.noReaskUntil ?? inquiry.at) }];
    case 'LIST_STALE':
    case 'AREA_CODE_NOT_SUBSCRIBED':
      return rules === null ? [] : listReasons(code, whys[code], inquiry, rules);
    case 'REPLICA_STALE':
      return [{ code, why: `${whys[code]} (${seen.asOf ?? 'never read'})` }];
    case 'UNKNOWN_AREA_CODE':
    case 'PREMIUM_OR_TOLLFREE':
      return [{ code, why: `${whys[code]} (${destination.prefix})` }];
    default:
      return [{ code, why: whys[code] }];
  }
}

function hits(code: ReasonCode, { seen }: Inquiry, isOf: (hit: Hit) => boolean): readonly Reason[] {
  return seen.hits.filter(isOf).map((hit) => ({
    code,
    why: hit.provisional === true ? provisional : whys[code],
    list: hit.list,
    ...(hit.version !== null && { version: hit.version }),
    ...since(hit.since),
  }));
}

const since = (at: Instant | null): { since?: string } => (at === null ? {} : { since: iso(at) });

function ruleIds(
  rules: CompiledRules | null,
  isOne: (rule: CompiledRules['rules'][number]) => boolean,
): { rule?: string } {
  const ids = rules?.rules.filter(isOne).map(({ id }) => id) ?? [];
  return ids.length === 0 ? {} : { rule: ids.join(' ') };
}

/** The hours of the rules, the operator's own, or both. */
function hoursReasons(code: ReasonCode, inquiry: Inquiry, rules: CompiledRules): readonly Reason[] {
  const { at, policy } = inquiry;
  const ringMs = ringMsOf(inquiry);
  const isOwn = policy.own !== null && policy.own.closureAt(at, ringMs) !== null;
  const isByRules = rules.window.closureAt(at, ringMs)?.hours === true;
  const of = ruleIds(rules, ({ hours }) => hours !== null);
  return [
    ...(isByRules ? [{ code, why: whys[code], ...of }] : []),
    ...(isOwn ? [{ code, why: 'it is outside of your own hours', rule: 'own hours' }] : []),
  ];
}

function capReasons(
  code: ReasonCode,
  { known, at, subject }: Inquiry,
  rules: CompiledRules,
): readonly Reason[] {
  return rules.caps.flatMap(({ cap, rule }) => {
    const count = countWithin(cap, known.attempts, at, subject);
    if (count < cap.attemptsMax) return [];
    const hours = Math.round(cap.windowMs / 3_600_000);
    const why = `${count} attempts within ${hours} hours, and ${cap.attemptsMax} are allowed`;
    return [{ code, why, rule, until: iso(freeFrom(cap, known.attempts, at, subject)) }];
  });
}

const provisional = 'this person probably asked not to be contacted; nobody has looked at it yet';

const whys: Readonly<Record<ReasonCode, string>> = {
  INTERNAL_DNC: 'this person asked not to be contacted',
  INTERNAL_DNC_CAMPAIGN: 'this person asked not to be contacted for this campaign',
  CONSENT_WITHDRAWN: 'this person took their permission back',
  NATIONAL_DNC: 'the number stands on the national list',
  STATE_DNC: 'the number stands on the list of its state',
  TPS: 'the number stands on the Telephone Preference Service',
  CTPS: 'the number stands on the Corporate Telephone Preference Service',
  DNCL_CA: 'the number stands on the Canadian list',
  NO_CONSENT_OPT_IN_COUNTRY:
    'only who agreed before may be contacted there, and nobody is known to have',
  LITIGATOR: 'the number stands on a list of people who sue',
  REASSIGNED: 'the number belongs to somebody else now',
  REASSIGNED_NO_DATA: 'whether the number belongs to somebody else now is not known',
  WIRELESS_STATE_PROHIBITED: 'mobiles may not be contacted there, and this is one or may be',
  OUTSIDE_HOURS:
    'it is outside of the hours somewhere the number may be, or would be while it rings',
  HOLIDAY: 'it is a holiday somewhere the number may be',
  STATE_EMERGENCY: 'an emergency is declared somewhere the number may be',
  FREQUENCY_CAP: 'it was tried too often',
  REFUSAL_REST_PERIOD: 'this person refused, and is to be left alone for a time',
  NO_REASK_PERIOD: 'this person opted out, and may not be asked again yet',
  AREA_CODE_NOT_SUBSCRIBED: 'the list does not cover this area code',
  LIST_STALE: 'the list is too old',
  REPLICA_STALE: 'the own lists are not known to be complete',
  INVALID_NUMBER: 'it is no telephone number in international form',
  UNKNOWN_AREA_CODE: 'nothing is known of where this is, or of its rules',
  EMERGENCY_NUMBER: 'it is a number for emergencies',
  PREMIUM_OR_TOLLFREE: 'it is a free, premium, shared-cost or service number',
};
