/**
 * A screening that was only asked for leaves nothing, unless whoever asks wants evidence of it. Then
 * it is an entry like that of a call, committed before the answer: it can be taken again for years,
 * proves itself to others, is found by number and minute, and is erased with its person.
 *
 * Not kept by itself, because a question about a number would make a person of everybody on every
 * list of leads; and not as a sealed token in the answer, because no erasure would reach that.
 */
import { parseNumber } from '../core/suppression/number.ts';
import type { Uuid } from '../core/words.ts';
import type { People } from './call-ports.ts';
import { screeningEntry } from './enter-screening.ts';
import type { EntryMaker } from './make-entry.ts';
import type { Clock, PreparedEntry } from './ports.ts';
import { replayInputsOf } from './replay-screening.ts';
import {
  type Screened,
  type Screening,
  type ScreeningAsk,
  type ScreenParts,
  viewOf,
} from './screen.ts';

export interface EvidenceParts {
  readonly people: Pick<People, 'ensure'>;
  readonly entries: Pick<EntryMaker, 'screening'>;
  /** Resolves once it is committed. */
  readonly addEntry: (entry: PreparedEntry) => Promise<void>;
  readonly clock: Clock;
}

/**
 * @param number as it was written
 * @param by a user's or key's id
 * @returns the screening as it is answered, with the id of its entry
 */
export async function keepAsked(
  { people, entries, addEntry, clock }: EvidenceParts,
  { screener }: Pick<ScreenParts, 'screener'>,
  { channel, purpose, campaign }: ScreeningAsk,
  number: string,
  screened: Screened,
  by: Uuid,
): Promise<Screening> {
  const view = viewOf(screener, screened.inquiry, screened.verdict);
  const e164 = parseNumber(number)?.e164 ?? null;
  const person = e164 === null ? null : await people.ensure(e164);
  const about = { callId: null, number: e164 ?? number, channel, purpose, campaign, by };
  const { decision } = view;
  const found = { decision, evidence: { ...view, inputs: replayInputsOf(screened) } };
  const entry = screeningEntry({ entries, clock }, about, person, found);
  await addEntry(entry);
  return { ...view, evidenceId: entry.id };
}
