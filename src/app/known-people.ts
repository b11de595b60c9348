/** What a screening that sells is told of a person: attempts to reach them, and what they chose. */
import type { AgeBand, Choice } from '../core/consent/choice.ts';
import { latest, standing } from '../core/consent/standing.ts';
import type { Known, Permission } from '../core/suppression/inquiry.ts';
import type { Instant, Purpose } from '../core/words.ts';
import type { People } from './call-ports.ts';
import type { ChoiceStore } from './choice-ports.ts';
import type { Clock } from './ports.ts';
import type { KnownPeople, ScreeningAsk } from './screen.ts';

export interface KnownPeopleParts {
  readonly attempts: KnownPeople;
  readonly people: Pick<People, 'seen'>;
  readonly choices: Pick<ChoiceStore, 'of'>;
  readonly clock: Clock;
}

const allowing = [
  ['marketing-calls', 'call'],
  ['marketing-texts', 'text'],
  ['sale', null],
] as const;

/** Of what is asked: which of their noes count. */
export type KnownAsk = Pick<ScreeningAsk, 'channel' | 'purpose'>;

/**
 * A no to calls holds every sale back, texts too: whoever asked not to be called is left alone. A no
 * to texts is for texts, and a no to the sale of data for that.
 */
function noesThatCount({ channel, purpose }: KnownAsk): readonly Purpose[] {
  const isText = channel === 'text' || purpose === 'marketing-texts';
  return [
    'marketing-calls',
    ...(isText ? (['marketing-texts'] as const) : []),
    ...(purpose === 'sale' ? (['sale'] as const) : []),
  ];
}

/** Only what was allowed expressly, and stands; what was taken back counts from then on. */
export function knownFrom(
  choices: readonly Choice[],
  at: Instant,
  ask: KnownAsk,
  ageBand: AgeBand | null = null,
): Pick<Known, 'permissions' | 'withdrawnAt' | 'refusedAt' | 'noReaskUntil'> {
  const permissions: Permission[] = [];
  let withdrawnAt: Instant | null = null;
  let refusedAt: Instant | null = null;
  let noReaskUntil: Instant | null = null;
  const context = { line: null, ageBand };
  for (const [purpose, channel] of allowing) {
    const stands = standing(choices, purpose, at, context);
    if (stands.kind !== 'granted') continue;
    const { id: receiptId, at: givenAt, validUntil: expiresAt } = stands.by;
    permissions.push({ receiptId, purpose, channel, givenAt, expiresAt });
  }
  for (const purpose of noesThatCount(ask)) {
    const last = latest(choices, purpose, at, context.line);
    const isNo = last?.kind === 'refused' || last?.kind === 'withdrawn';
    if (last === null || !isNo) continue;
    // A no to sale is an opt-out (Cal. Civ. Code 1798.120): it ends with their yes, not with time.
    if (purpose === 'sale') withdrawnAt = later(withdrawnAt, last.at);
    const stands = standing(choices, purpose, at, context);
    if (stands.kind !== 'refused') continue;
    if (last.kind === 'withdrawn') withdrawnAt = later(withdrawnAt, last.at);
    else refusedAt = later(refusedAt, last.at);
    noReaskUntil = later(noReaskUntil, stands.notBefore);
  }
  return { permissions, withdrawnAt, refusedAt, noReaskUntil };
}

const later = (one: Instant | null, other: Instant): Instant =>
  one === null ? other : Math.max(one, other);

export function knownPeople({ attempts, people, choices, clock }: KnownPeopleParts): KnownPeople {
  return {
    async find(tenantId, number, ask) {
      const [tried, person] = await Promise.all([
        attempts.find(tenantId, number, ask),
        people.seen(number),
      ]);
      if (person === null) return tried;
      const known = await choices.of(person.id);
      return { ...tried, ...knownFrom(known.choices, clock.now(), ask, known.ageBand) };
    },
  };
}
