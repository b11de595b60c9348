/**
 * A call as a vCon (draft-ietf-vcon-vcon-core-04), with what each party allowed as attachments of
 * `lawful_basis` (draft-howe-vcon-lawful-basis-00).
 *
 * Each party is recorded by themselves, so the call is a `recording-set` at index 0 and the
 * recordings follow it. A withdrawal is an attachment of its own that does not grant: that draft has
 * the most restrictive one win, and takes what nobody granted for denied. It knows no proof by key,
 * so the proof is the receipt, by its id, as an `external_system`; and it does not say how a hash
 * lies inside what it covers: here the body is hashed without it.
 */
import { createHash } from 'node:crypto';
import { canonical, type Json } from '../ledger/canonical.ts';
import type { Hex, Instant, Role, Uuid } from '../words.ts';

export interface ConversationParty {
  readonly id: Uuid;
  readonly role: Role;
  /** E.164, where it is shown in full; null: withheld, erased, restricted, or masked. */
  readonly number: string | null;
  /** What is shown in place of it. */
  readonly masked: string | null;
  readonly joinedAt: Instant | null;
  readonly leftAt: Instant | null;
}

export interface ConversationRecording {
  readonly id: Uuid;
  readonly partyId: Uuid;
  readonly startedAt: Instant;
  readonly durationMs: number;
}

export interface ConversationFact {
  /** Of its entry, and so of its receipt. */
  readonly id: Uuid;
  readonly partyId: Uuid;
  readonly kind: 'grant' | 'refusal' | 'withdrawal' | 'expiry';
  readonly purpose: string;
  readonly at: Instant;
}

export interface Conversation {
  readonly id: Uuid;
  readonly startedAt: Instant;
  readonly endedAt: Instant | null;
  readonly campaign: string | null;
  readonly parties: readonly ConversationParty[];
  readonly recordings: readonly ConversationRecording[];
  readonly facts: readonly ConversationFact[];
}

/** As the contact centre extension (draft-ietf-vcon-cc-extension) names them. */
const roleOf: Readonly<Record<Role, string>> = {
  caller: 'customer',
  agent: 'agent',
  transferee: 'sme',
  joiner: 'thirdparty',
};

const iso = (at: Instant): string => new Date(at).toISOString();

/** Where sound goes: no number, word or id of ours looks like it. */
const soundMark = (id: Uuid): string => `\u0001sound ${id}\u0001`;
const soundMarks = /\\u0001sound ([0-9a-f-]{36})\\u0001/;

/**
 * @param exportId with the call it names the vCon: the same try after try
 * @param heard the recordings whose sound is to be in it
 */
export function vconOf(
  call: Conversation,
  exportId: Uuid,
  createdAt: Instant,
  heard: ReadonlySet<Uuid>,
): object {
  const { parties, recordings, facts, startedAt, endedAt, campaign } = call;
  const indexOf = (partyId: Uuid): number => parties.findIndex(({ id }) => id === partyId);
  const known = recordings.filter(({ partyId }) => indexOf(partyId) >= 0);
  return {
    uuid: uuidOf(exportId, call.id),
    created_at: iso(createdAt),
    extensions: ['lawful_basis', 'CC'],
    parties: parties.map(({ id, role, number, masked }) => ({
      ...(number !== null && { tel: `tel:${number}` }),
      ...(masked !== null && { name: masked }),
      uuid: id,
      role: roleOf[role],
    })),
    dialog: [
      {
        type: 'recording-set',
        start: iso(startedAt),
        ...(endedAt !== null && { duration: (endedAt - startedAt) / 1_000 }),
        parties: parties.map((_, i) => i),
        recordings: known.map((_, i) => i + 1),
        party_history: historyOf(call),
        // A control character would end up as a place for sound.
        ...(campaign !== null && { campaign: campaign.replaceAll(/\p{Cc}/gu, ' ') }),
        interaction_id: call.id,
      },
      ...known.map((one) => ({
        type: 'recording',
        start: iso(one.startedAt),
        duration: one.durationMs / 1_000,
        parties: indexOf(one.partyId),
        recording_set: 0,
        mediatype: 'audio/x-wav',
        filename: `${one.id}.wav`,
        ...(heard.has(one.id) && { encoding: 'base64url', body: soundMark(one.id) }),
      })),
    ],
    attachments: facts
      .filter(({ partyId }) => indexOf(partyId) >= 0)
      .map((fact) => basisOf(fact, indexOf(fact.partyId))),
  };
}

function historyOf({ parties }: Conversation): readonly object[] {
  const events = parties.flatMap(({ joinedAt, leftAt }, party) => [
    ...(joinedAt === null ? [] : [{ party, at: joinedAt, event: 'join' }]),
    ...(leftAt === null ? [] : [{ party, at: leftAt, event: 'drop' }]),
  ]);
  return events
    .sort((a, b) => a.at - b.at)
    .map(({ party, at, event }) => ({ party, time: iso(at), event }));
}

function basisOf({ id, kind, purpose, at }: ConversationFact, party: number): object {
  const body: Readonly<Record<string, Json>> = {
    lawful_basis: 'consent',
    expiration: null,
    purpose_grants: [{ purpose, granted: kind === 'grant', granted_at: iso(at) }],
    proof_mechanisms: [
      {
        proof_type: 'external_system',
        timestamp: iso(at),
        proof_data: { system: 'consentry', receipt: id, fact: kind },
      },
    ],
  };
  const value = createHash('sha256').update(canonical(body)).digest('hex');
  return {
    // The core names what an attachment is for `purpose`; the extension calls the same `type`.
    type: 'lawful_basis',
    purpose: 'lawful_basis',
    start: iso(at),
    party,
    dialog: 0,
    encoding: 'json',
    body: { ...body, content_hash: { algorithm: 'sha-256', canonicalization: 'jcs', value } },
  };
}

/** A version 8 UUID (RFC 9562, 5.8), as vCons have. */
function uuidOf(exportId: Uuid, callId: Uuid): Uuid {
  const bytes = createHash('sha256').update(`vcon/${exportId}/${callId}`).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex: Hex = bytes.toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** One line of text, and between its pieces the recordings whose sound belongs there. */
export function vconLine(vcon: object): readonly (string | { readonly sound: Uuid })[] {
  const pieces = JSON.stringify(vcon).split(soundMarks);
  const last = pieces.length - 1;
  return pieces.map((text, i) => (i % 2 === 1 ? { sound: text } : i === last ? `${text}\n` : text));
}

/** Base64url (RFC 4648, 5) without padding, piece by piece. */
export async function* base64url(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of pieces) {
    const bytes = Buffer.concat([rest, piece]);
    const whole = bytes.length - (bytes.length % 3);
    rest = bytes.subarray(whole);
    if (whole > 0) yield Buffer.from(bytes.subarray(0, whole).toString('base64url'));
  }
  if (rest.length > 0) yield Buffer.from(rest.toString('base64url'));
}
