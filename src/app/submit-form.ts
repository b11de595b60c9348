/**
 * A form was sent. That is one row, whatever stands in it. What was left unticked is a no and counts
 * at once; what was ticked counts when whoever sent it has shown that the number is theirs, for
 * anybody can write down anybody's number. Sending alone allows nothing.
 */
import { mayGrantAlone } from '../core/consent/choice.ts';
import { grantedOn } from '../core/consent/standing.ts';
import { ConsentryError } from '../core/error.ts';
import type { Hex, Instant, Purpose, Uuid } from '../core/words.ts';
import type { Person } from './call-ports.ts';
import type { KeptChoice } from './choice-ports.ts';
import type { ChoiceParts } from './choices.ts';
import type { FormStore, FormVersion } from './form-ports.ts';
import { marketed } from './marketing-withdrawals.ts';
import type { PreparedEntry, Random } from './ports.ts';

export interface SubmitParts {
  readonly forms: FormStore;
  readonly choiceParts: ChoiceParts;
  readonly random: Pick<Random, 'uuid'>;
}

export interface Sent {
  readonly version: FormVersion;
  /** E.164. */
  readonly number: string;
  readonly ticked: readonly Purpose[];
  /** Purposes of the form that were answered with no. */
  readonly unticked: readonly Purpose[];
  /** Whether whoever sent it has shown already that the number is theirs. */
  readonly isProved: boolean;
}

/** @returns the submission's id */
export async function submitForm(parts: SubmitParts, sent: Sent): Promise<Uuid> {
  const { forms, choiceParts, random } = parts;
  const { version, number, ticked, unticked, isProved } = sent;
  const person = await choiceParts.people.ensure(number);
  for (const purpose of unticked) await choiceParts.withdrawLive(person.id, purpose, 'form');
  const at = choiceParts.clock.now();
  const known = await choiceParts.choices.of(person.id);
  const no = unticked.map((purpose) => {
    const stood = grantedOn(known.choices, purpose, at, known.ageBand).length > 0;
    return chosen(parts, person, version.hash, purpose, stood ? 'withdrawn' : 'refused', at);
  });
  // Before the choices: whoever sends it again after a failure still has them to take back.
  const channels = no.flatMap(({ choice: { kind, purpose } }) =>
    kind === 'withdrawn' ? (marketed[purpose] ?? []) : [],
  );
  if (channels.length > 0) await choiceParts.optOut?.(number, channels, 'caller', at);
  const yes = isProved ? await grants(parts, person, version.hash, ticked, at) : [];
  const id = random.uuid();
  const row = { id, personId: person.id, formHash: version.hash, at, ticked, unticked };
  const made = [...no, ...yes];
  await forms.submit(
    { ...row, provedAt: isProved ? at : null },
    made.map(({ choice }) => choice),
    made.map(({ entry }) => entry),
  );
  return id;
}

/**
 * Whoever sent it answers its number: what they ticked counts from now on. Once.
 *
 * @throws `not_found` where its person was erased meanwhile; `conflict` where a child ticked it
 */
export async function proveSubmission(parts: SubmitParts, id: Uuid): Promise<void> {
  const kept = await parts.forms.submission(id);
  const { people, clock } = parts.choiceParts;
  const person = kept?.personId == null ? null : await people.find(kept.personId);
  if (kept === null || person === null) throw new ConsentryError('not_found');
  const at = clock.now();
  const made = await grants(parts, person, kept.formHash, kept.ticked, at);
  await parts.forms.prove(
    id,
    at,
    made.map(({ choice }) => choice),
    made.map(({ entry }) => entry),
  );
}

async function grants(
  parts: SubmitParts,
  person: Person,
  document: Hex,
  ticked: readonly Purpose[],
  at: Instant,
) {
  const { ageBand } = await parts.choiceParts.choices.of(person.id);
  if (ticked.some((purpose) => !mayGrantAlone(ageBand, purpose))) {
    throw new ConsentryError('conflict', 'a parent or guardian has to allow this');
  }
  return ticked.map((purpose) => chosen(parts, person, document, purpose, 'granted', at));
}

function chosen(
  { choiceParts }: SubmitParts,
  person: Person,
  document: Hex,
  purpose: Purpose,
  kind: 'granted' | 'refused' | 'withdrawn',
  at: Instant,
): { readonly choice: KeptChoice; readonly entry: PreparedEntry } {
  const about = { purpose, at, validUntil: null, document, ageBand: null } as const;
  const entry = choiceParts.entries.choice(
    {
      ...about,
      kind: 'choice',
      what: kind,
      number: person.number,
      channel: 'form',
      scope: 'all',
      box: { before: false, after: kind === 'granted' },
      guardian: null,
      by: 'caller',
    },
    person,
  );
  const of = { id: entry.id, personId: person.id, kind, channel: 'form', scope: 'tenant' } as const;
  return { choice: { ...about, ...of, words: null, guardian: false }, entry };
}
