/** What callers answer in a survey: sealed for its person, kept while they allow it, and shown. */
import { surveyPurpose } from '../core/flow/definition-rate.ts';
import type { Instant, Uuid } from '../core/words.ts';
import type { KeptAnswer } from './call-ports.ts';
import type { LegState } from './call-state.ts';
import type { FieldCipher } from './ports.ts';
import type { Turn } from './take-turn.ts';

export interface AnswerView {
  readonly party: Uuid;
  readonly flow: { readonly name: string; readonly version: number };
  readonly step: string;
  readonly key: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

const answerContext = (id: Uuid): string => `answer/${id}`;

/** @param keyOf the key of a leg's person; null where nobody knows who it is */
export async function answersIn(
  { effects, state }: Turn,
  { cipher, uuid }: { readonly cipher: FieldCipher; readonly uuid: () => Uuid },
  keyOf: (leg: LegState) => Promise<Uint8Array | null>,
): Promise<readonly KeptAnswer[]> {
  const answers: KeptAnswer[] = [];
  for (const { callSid, effect } of effects) {
    const leg = state.legs.find((one) => one.callSid === callSid);
    if (effect.type !== 'answer' || leg === undefined) continue;
    const { name, version } = leg.flow;
    const { step, key } = effect;
    const said = Buffer.from(JSON.stringify({ flow: { name, version }, step, key }));
    const id = uuid();
    const sealed = cipher.seal(await keyOf(leg), answerContext(id), said);
    answers.push({ id, partyId: leg.partyId, personId: leg.personId, sealed });
  }
  return answers;
}

/** The parties who do not allow any more that their answers are kept. */
export function answersTakenBack({ changes }: Turn): readonly Uuid[] {
  return changes
    .filter(({ change }) => change.purpose === surveyPurpose)
    .filter(({ change }) => change.kind === 'withdrawal' || change.kind === 'expiry')
    .map(({ leg }) => leg.partyId);
}

/** @throws `key_missing` if it cannot be opened */
export function openAnswer(
  { id, partyId, sealed, at }: KeptAnswer & { readonly at: Instant },
  cipher: FieldCipher,
  key: Uint8Array | null,
): AnswerView {
  const text = cipher.open(key, answerContext(id), sealed).toString('utf8');
  const said = JSON.parse(text) as Pick<AnswerView, 'flow' | 'step' | 'key'>;
  return { party: partyId, ...said, at: new Date(at).toISOString() };
}
