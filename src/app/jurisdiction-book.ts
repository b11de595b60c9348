/**
 * Which recording rule a call is under, as its entries keep it. Every step of a call asks, and
 * working it out takes longer than the step may, so answers are remembered: of a number only the
 * place it points to is looked at, and of a decision only the places of those on the call.
 */

import type { Place } from '../core/jurisdiction/place.ts';
import {
  type RecordedRole,
  type RecordedRule,
  recordedRule,
  staleRules,
} from '../core/jurisdiction/record.ts';
import { findWhereabouts } from '../core/jurisdiction/whereabouts.ts';
import { dayOf } from '../core/ledger/entry.ts';
import type { Instant } from '../core/words.ts';
import type { CoarsePlace } from './call-state.ts';
import type { Log } from './ports.ts';

export interface PlacedParty {
  readonly role: RecordedRole;
  readonly place: CoarsePlace;
}

export interface JurisdictionBook {
  /**
   * @param number E.164; null when it was withheld or is not known
   * @param declared where its person says they are
   */
  placeOf(number: string | null, declared?: Place): CoarsePlace;
  /** @param parties everybody on the call, in any order, at least one */
  ruleFor(parties: readonly PlacedParty[], at: Instant): RecordedRule;
}

/** Area codes of North America, and numbers of the rest of the world. */
const placesMax = 10_000;
/** Sets of places that parties of calls are in together. */
const rulesMax = 2_000;
const dayMs = 86_400_000;

/** What a number is remembered by: in North America its area code alone says where it is from. */
function keyOf(number: string | null): string {
  if (number === null) return '';
  return number.length === 12 && number.startsWith('+1') ? number.slice(0, 5) : number;
}

const nameOf = ({ role, place }: PlacedParty): string =>
  `${role} ${place.places.join('/')} ${place.confidence} ${place.doubt}`;

function remember<Value>(known: Map<string, Value>, max: number, key: string, value: Value): Value {
  if (known.size >= max) known.delete(known.keys().next().value ?? '');
  known.set(key, value);
  return value;
}

export function createJurisdictionBook(
  log: Log,
  staleOn: (day: string) => readonly string[] = staleRules,
): JurisdictionBook {
  const places = new Map<string, CoarsePlace>();
  const rules = new Map<string, RecordedRule>();
  let today = { number: Number.NEGATIVE_INFINITY, day: '' };
  let lookedOn = Number.NEGATIVE_INFINITY;

  /** The first decision of a day looks whether the table of rules can still be relied on. */
  function turnTo(at: Instant): string {
    const number = Math.floor(at / dayMs);
    if (number === today.number) return today.day;
    today = { number, day: dayOf(at) };
    rules.clear();
    if (number <= lookedOn) return today.day;
    lookedOn = number;
    const stale = staleOn(today.day).length;
    if (stale > 0) {
      log.warn({ stale }, 'rules on recording are past their review date; the strictest holds');
    }
    return today.day;
  }

  return {
    placeOf(number, declared) {
      const key = declared === undefined ? keyOf(number) : `${keyOf(number)} ${declared}`;
      const known = places.get(key);
      if (known !== undefined) return known;
      const {
        places: found,
        confidence,
        doubt,
      } = findWhereabouts({
        number,
        ...(declared !== undefined && { declared }),
      });
      return remember(places, placesMax, key, { places: found, confidence, doubt });
    },
    ruleFor(parties, at) {
      const day = turnTo(at);
      const names = parties.map(nameOf).sort();
      const key = names.join();
      const known = rules.get(key);
      if (known !== undefined) return known;
      const byName = new Map(parties.map((party) => [nameOf(party), party]));
      const once = [...new Set(names)].flatMap((name) => byName.get(name) ?? []);
      const placed = once.map(({ role, place }) => ({ role, ...place }));
      return remember(rules, rulesMax, key, recordedRule(placed, day));
    },
  };
}
