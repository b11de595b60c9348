/**
 * Commits as the statements read them: one JSON array of items, and apart from it all bytes one
 * after the other, which the items name by place and size. Bytes inside the JSON would be two
 * thirds of it, and each of them would be looked at one by one on both sides.
 */
import type { CallCommit } from '../../app/call-ports.ts';
import type { Instant } from '../../core/words.ts';

export interface PackedCommits {
  readonly items: readonly object[];
  /** Base64. */
  readonly bytes: string;
}

const iso = (at: Instant | null): string | null =>
  at === null ? null : new Date(at).toISOString();

/** @param clockOffsetMs what to add to an instant of ours to get the database's */
export function packCommits(commits: readonly CallCommit[], clockOffsetMs: number): PackedCommits {
  const pack = new Pack();
  const items = commits.map((commit, n) => ({
    n,
    few: 1,
    ...(commit.isNew ? firstFields(commit) : {}),
    ...fields(commit, clockOffsetMs),
    ...belongings(commit, pack),
  }));
  return { items, bytes: pack.base64() };
}

/** Bytes side by side. */
class Pack {
  readonly #parts: Uint8Array[] = [];
  #bytes = 0;

  /** Returns where they lie, counted from 1 as SQL does, and how many there are. */
  add(bytes: Uint8Array): { at: number; size: number } {
    const at = this.#bytes + 1;
    this.#parts.push(bytes);
    this.#bytes += bytes.length;
    return { at, size: bytes.length };
  }

  base64(): string {
    return Buffer.concat(this.#parts, this.#bytes).toString('base64');
  }
}

/** What never changes after a call's first commit. */
function firstFields({ call, flow }: CallCommit): object {
  return {
    line_id: call.lineId,
    direction: call.direction,
    flow_name: flow.name,
    flow_version: flow.version,
    flow_hash: flow.hash,
    locale: call.state.locale,
    started_at: iso(call.startedAt),
  };
}

function fields(commit: CallCommit, clockOffsetMs: number): object {
  const { call, deadline } = commit;
  return {
    call_id: call.id,
    tenant_id: call.tenantId,
    phase: commit.phase,
    state: call.state,
    version: call.version,
    ended_at: iso(call.endedAt),
    resume_at: iso(call.state.resumeAt),
    at: iso(commit.at),
    deadline: iso(deadline === null ? null : deadline + clockOffsetMs),
  };
}

function belongings(commit: CallCommit, pack: Pack): object {
  return {
    new_legs: commit.newLegs.map((leg) => ({
      call_sid: leg.callSid,
      party_id: leg.partyId,
      role: leg.role,
      person_id: leg.personId,
    })),
    legs: commit.legs.map((leg) => ({
      call_sid: leg.callSid,
      recording_open: leg.recordingOpen,
      ended: leg.ended,
    })),
    step: commit.step && stepRow(commit.step, pack),
    entries: commit.entries.map((entry) => entryRow(entry, pack)),
    tokens: commit.tokens.map((token) => tokenRow(token, pack)),
    invites: commit.invites.map(({ step, partyId, role }) => ({ step, party_id: partyId, role })),
    tasks: commit.tasks.map((task) => taskRow(task, pack)),
  };
}

function stepRow(step: NonNullable<CallCommit['step']>, pack: Pack): object {
  const fingerprint = pack.add(step.fingerprint);
  const reply = pack.add(step.reply);
  return {
    call_sid: step.callSid,
    step: step.step,
    kind: step.kind,
    fingerprint_at: fingerprint.at,
    fingerprint_size: fingerprint.size,
    reply_at: reply.at,
    reply_size: reply.size,
  };
}

function entryRow(entry: CallCommit['entries'][number], pack: Pack): object {
  const opening = pack.add(entry.openingSealed);
  const leaf = pack.add(entry.leaf);
  return {
    id: entry.id,
    party_id: entry.partyId,
    recording_id: entry.recordingId,
    kind: entry.kind,
    purpose: entry.purpose,
    at: iso(entry.at),
    person_id: entry.personId,
    opening_at: opening.at,
    opening_size: opening.size,
    leaf_at: leaf.at,
    leaf_size: leaf.size,
  };
}

function tokenRow({ hash, grant, expiresAt }: CallCommit['tokens'][number], pack: Pack): object {
  const { at, size } = pack.add(hash);
  return {
    hash_at: at,
    hash_size: size,
    party_id: grant.partyId,
    call_sid: grant.callSid,
    stream_name: grant.streamName,
    expires_at: iso(expiresAt),
  };
}

function taskRow(task: CallCommit['tasks'][number], pack: Pack): object {
  const { at, size } = pack.add(task.body);
  return { id: task.id, kind: task.kind, body_at: at, body_size: size };
}
