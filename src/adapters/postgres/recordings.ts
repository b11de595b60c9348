/** Recordings, their detached headers and the one-time tokens of their media sockets. */
import type { Sql } from 'postgres';
import type {
  PreparedEntry,
  RecordingRow,
  RecordingState,
  RecordingStore,
  StreamGrant,
} from '../../app/ports.ts';
import { assert, ConsentryError } from '../../core/error.ts';
import type { CallSid, Gap, Instant, Uuid } from '../../core/words.ts';
import { addEntry } from './entries.ts';
import { lockHolds } from './holds.ts';
import { dropSoundExports } from './sound-exports.ts';

export function createRecordings(sql: Sql): RecordingStore {
  return {
    useStreamToken: (tokenHash, callSid, at) => useStreamToken(sql, tokenHash, callSid, at),
    issueStreamToken: (tokenHash, grant, until) => issueStreamToken(sql, tokenHash, grant, until),
    create: (recording, header, keyId) => create(sql, recording, header, keyId),
    seal: (recording, entry) => seal(sql, recording, entry),
    quarantine: async (id) => {
      await sql`update recording set state = 'quarantined' where id = ${id} and state = 'live'`;
    },
    erase: (id, entry, despiteHolds = false) => erase(sql, id, entry, despiteHolds),
    find: async (id) => rowsOf(await sql`select * from recording where id = ${id}`)[0] ?? null,
    ofCall: async (callId) =>
      rowsOf(await sql`select * from recording where call_id = ${callId} order by started_at, id`),
    list: (page) => list(sql, page),
    unsealed: async () =>
      rowsOf(await sql`select * from recording where state in ('live', 'quarantined') order by id`),
    header: (id) => header(sql, id),
  };
}

/**
 * One statement: the token is used up exactly when every condition holds, and of two sockets
 * with one token the second finds it used.
 */
async function useStreamToken(
  sql: Sql,
  tokenHash: Buffer,
  callSid: CallSid,
  at: Instant,
): Promise<StreamGrant | null> {
  const [row] = await sql`
    update stream_token set used_at = ${new Date(at)}
    where token_hash = ${tokenHash} and call_sid = ${callSid}
      and used_at is null and expires_at > ${new Date(at)}
      and exists (select 1 from leg where call_sid = ${callSid} and recording_open)
    returning tenant_id, call_id, party_id, call_sid, stream_name`;
  if (row === undefined) return null;
  return {
    tenantId: row['tenant_id'] as Uuid,
    callId: row['call_id'] as Uuid,
    partyId: row['party_id'] as Uuid,
    callSid: row['call_sid'] as CallSid,
    streamName: row['stream_name'] as string,
  };
}

/** False when the grant does not stand any more: no token was issued. */
async function issueStreamToken(
  sql: Sql,
  tokenHash: Buffer,
  grant: StreamGrant,
  expiresAt: Instant,
): Promise<boolean> {
  const { count } = await sql`
    insert into stream_token
      (token_hash, tenant_id, call_id, party_id, call_sid, stream_name, expires_at)
    select ${tokenHash}, ${grant.tenantId}, ${grant.callId}, ${grant.partyId}, ${grant.callSid},
      ${grant.streamName}, ${new Date(expiresAt)}
    where exists (select 1 from leg where call_sid = ${grant.callSid} and recording_open)`;
  return count === 1;
}

async function create(
  sql: Sql,
  recording: RecordingRow,
  headerBytes: Uint8Array,
  keyId: Uuid,
): Promise<void> {
  assert(recording.state === 'live', 'a recording begins live');
  await sql`
    with made as (
      insert into recording
        (id, tenant_id, call_id, party_id, call_sid, state, started_at, vault_name)
      values (${recording.id}, ${recording.tenantId}, ${recording.callId}, ${recording.partyId},
        ${recording.callSid}, 'live', ${new Date(recording.startedAt)}, ${recording.vaultName})
      returning id
    )
    insert into headers.recording_header (recording_id, header, key_id)
    select id, ${Buffer.from(headerBytes)}, ${keyId} from made`;
}

/** Only the first sealing counts: what is sealed, partial or erased stays so, without an entry. */
async function seal(sql: Sql, recording: RecordingRow, entry: PreparedEntry): Promise<void> {
  const { state, payloadSha256, payloadBytes, durationMs } = recording;
  assert(state === 'sealed' || state === 'partial', 'sealing ends in sealed or partial');
  assert(payloadSha256 !== null && payloadBytes !== null, 'what is sealed has a payload');
  await sql.begin(async (tx) => {
    const { count } = await tx`
      update recording set state = ${state}, duration_ms = ${durationMs},
        lost_ms = ${recording.lostMs}, gaps = ${tx.json(recording.gaps.map(({ ...gap }) => gap))},
        payload_sha256 = ${Buffer.from(payloadSha256, 'hex')}, payload_bytes = ${payloadBytes}
      where id = ${recording.id} and state in ('live', 'quarantined')`;
    if (count === 1) await addEntry(tx, entry);
  });
}

async function erase(
  sql: Sql,
  id: Uuid,
  entry: PreparedEntry,
  despiteHolds: boolean,
): Promise<void> {
  await sql.begin(async (tx) => {
    await lockHolds(tx, entry.tenantId);
    const held = await tx`
      select hold from recording, holds_on_call(recording.call_id) hold
      where recording.id = ${id} and recording.state <> 'erased'`;
    if (held.length > 0 && !despiteHolds) throw new ConsentryError('held');
    await tx`delete from headers.recording_header where recording_id = ${id}`;
    const { count } = await tx`
      update recording set state = 'erased' where id = ${id} and state <> 'erased'`;
    if (count === 0) return;
    await dropSoundExports(tx, entry.tenantId, [id]);
    await addEntry(tx, entry);
  });
}

async function list(
  sql: Sql,
  page: { before: string | null; limit: number },
): Promise<readonly RecordingRow[]> {
  const rows = await sql`
    select * from recording
    where ${page.before}::uuid is null
      or (started_at, id) < (select started_at, id from recording where id = ${page.before}::uuid)
    order by started_at desc, id desc limit ${page.limit}`;
  return rowsOf(rows);
}

async function header(sql: Sql, id: Uuid): Promise<{ header: Buffer; keyId: Uuid } | null> {
  const [row] = await sql`
    select header, key_id from headers.recording_header where recording_id = ${id}`;
  if (row === undefined) return null;
  return { header: row['header'] as Buffer, keyId: row['key_id'] as Uuid };
}

export function rowsOf(rows: readonly Record<string, unknown>[]): RecordingRow[] {
  return rows.map((row) => ({
    id: row['id'] as Uuid,
    tenantId: row['tenant_id'] as Uuid,
    callId: row['call_id'] as Uuid,
    partyId: row['party_id'] as Uuid,
    callSid: row['call_sid'] as CallSid,
    state: row['state'] as RecordingState,
    startedAt: (row['started_at'] as Date).getTime(),
    durationMs: row['duration_ms'] as number | null,
    lostMs: row['lost_ms'] as number,
    gaps: row['gaps'] as Gap[],
    payloadSha256: (row['payload_sha256'] as Buffer | null)?.toString('hex') ?? null,
    payloadBytes: row['payload_bytes'] === null ? null : Number(row['payload_bytes']),
    vaultName: row['vault_name'] as string,
  }));
}
