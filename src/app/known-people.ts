/** What a screening that sells is told of a person: attempts to reach them, and what they chose. */
import type { AgeBand, Choice } from '../core/consent/choice.ts';
import { standing } from '../core/consent/standing.ts';
import type { Known, Permission } from '../core/suppression/inquiry.ts';
import type { Instant } from '../core/words.ts';
import type { People } from './call-ports.ts';
import type { ChoiceStore } from './choice-ports.ts';
import type { Clock } from './ports.ts';
import type { KnownPeople } from './screen.ts';

export interface KnownPeopleParts {
  readonly attempts: KnownPeople;
  readonly people: Pick<People, 'seen'>;
  readonly choices: Pick<ChoiceStore, 'of'>;
  readonly clock: Clock;
}

const marketing = [
  ['marketing-calls', 'call'],
  ['marketing-texts', 'text'],
] as const;

/** Only what was allowed expressly, and stands; what was taken back counts from then on. */
export function knownFrom(
  choices: readonly Choice[],
  at: Instant,
  ageBand: AgeBand | null = null,
): Partial<Known> {
  const permissions: Permission[] = [];
  let withdrawnAt: Instant | null = null;
  let refusedAt: Instant | null = null;
  let noReaskUntil: Instant | null = null;
  for (const [purpose, channel] of marketing) {
    const stands = standing(choices, purpose, at, { line: null, ageBand });
    if (stands.kind === 'granted') {
      const { id: receiptId, at: givenAt, validUntil: expiresAt } = stands.by;
      permissions.push({ receiptId, purpose, channel, givenAt, expiresAt });
    }
    // A no to calls holds every sale back, texts too: whoever asked not to be called is left alone.
    // A no to texts stands on the own list, for texts.
    if (stands.kind !== 'refused' || purpose !== 'marketing-calls') continue;
    if (stands.by.kind === 'withdrawn') withdrawnAt = stands.by.at;
    else refusedAt = stands.by.at;
    noReaskUntil = stands.notBefore;
  }
  return { permissions, withdrawnAt, refusedAt, noReaskUntil };
}

export function knownPeople({ attempts, people, choices, clock }: KnownPeopleParts): KnownPeople {
  return {
    async find(tenantId, number) {
      const [tried, person] = await Promise.all([
        attempts.find(tenantId, number),
        people.seen(number),
      ]);
      if (person === null) return tried;
      const known = await choices.of(person.id);
      return { ...tried, ...knownFrom(known.choices, clock.now(), known.ageBand) };
    },
  };
}
