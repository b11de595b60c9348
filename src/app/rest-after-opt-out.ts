/**
 * Who asked not to be contacted is not asked for their permission again for twelve months
 * (California: Civ. Code 1798.135; here it holds for every opt-out): a refusal of the marketing
 * purpose is kept with what they chose, where flows and screenings look before they ask. What lifts
 * the opt-out ends that rest, and no other.
 */
import { mayAsk } from '../core/consent/may-ask.ts';
import { standing } from '../core/consent/standing.ts';
import { theirWords } from '../core/suppression/own-change.ts';
import type { Instant, Purpose } from '../core/words.ts';
import type { Person } from './call-ports.ts';
import type { ChoiceStore, KeptChoice } from './choice-ports.ts';
import type { EntryMaker } from './make-entry.ts';
import type { Listed } from './own-list-ports.ts';
import type { Clock } from './ports.ts';

export interface RestParts {
  readonly choices: Pick<ChoiceStore, 'of' | 'add'>;
  readonly entries: Pick<EntryMaker, 'choice'>;
  readonly clock: Clock;
}

export const purposeOf = { call: 'marketing-calls', text: 'marketing-texts' } as const;

const isTheirWord = ({ listed, scope, reason }: Listed): boolean =>
  listed && scope === 'all' && theirWords.has(reason);

/** Doing it again adds nothing, so what a crash cut off is made up for by the next word. */
export async function keepRest(
  parts: RestParts,
  person: Person,
  stands: readonly Listed[],
  by: string,
): Promise<void> {
  const theirs = stands.filter(isTheirWord);
  if (theirs.length === 0) return;
  const { choices } = await parts.choices.of(person.id);
  const now = parts.clock.now();
  const due = theirs.filter(({ channel, askedAt }) => {
    const purpose = purposeOf[channel];
    // Whoever was heard of this purpose since has said something newer.
    const isNewer = choices.some((one) => one.purpose === purpose && one.at >= askedAt);
    return !isNewer && mayAsk(choices, purpose, now, null).allowed;
  });
  await add(parts, person, 'refused', due, by);
}

/** @param lifted as they stood before they were lifted */
export async function endRest(
  parts: RestParts,
  person: Person,
  lifted: readonly Listed[],
  by: string,
): Promise<void> {
  const { choices } = await parts.choices.of(person.id);
  const now = parts.clock.now();
  const due = lifted.filter((one) => {
    const stands = standing(choices, purposeOf[one.channel], now, { line: null });
    return (
      isTheirWord(one) &&
      stands.kind === 'refused' &&
      stands.by.kind === 'refused' &&
      (stands.by.at === one.since || stands.by.at === one.askedAt)
    );
  });
  await add(parts, person, 'invalidated', due, by, now);
}

async function add(
  { choices, entries }: RestParts,
  person: Person,
  kind: 'refused' | 'invalidated',
  about: readonly Listed[],
  by: string,
  at: Instant | null = null,
): Promise<void> {
  if (about.length === 0) return;
  const made = about.map((one) =>
    madeOf(entries, person, { kind, one, by, at: at ?? one.askedAt }),
  );
  await choices.add(
    made.map(({ choice }) => choice),
    made.map(({ entry }) => entry),
  );
}

function madeOf(
  entries: RestParts['entries'],
  person: Person,
  { kind, one, by, at }: { kind: 'refused' | 'invalidated'; one: Listed; by: string; at: Instant },
) {
  const purpose: Purpose = purposeOf[one.channel];
  const channel = one.source === 'text' || one.source === 'carrier' ? 'text' : 'api';
  const nothing = { validUntil: null, document: null, ageBand: null };
  const entry = entries.choice(
    {
      ...nothing,
      kind: 'choice',
      purpose,
      number: person.number,
      what: kind,
      channel,
      scope: 'all',
      box: null,
      guardian: null,
      by,
      at,
    },
    person,
  );
  const about = { id: entry.id, personId: person.id, kind, purpose, at, channel } as const;
  const choice: KeptChoice = {
    ...nothing,
    ...about,
    scope: 'tenant',
    words: null,
    guardian: false,
  };
  return { entry, choice };
}
