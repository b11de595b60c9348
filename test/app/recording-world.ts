/** Everything a recording needs, real: Postgres, key file, spool and vault in temporary folders. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAgeHeaders, newIdentity } from '../../src/adapters/age-header/headers.ts';
import { openFileKeys } from '../../src/adapters/keys/file.ts';
import { createRecordingKeys } from '../../src/adapters/postgres/recording-keys.ts';
import { createRecordings } from '../../src/adapters/postgres/recordings.ts';
import { openFileSpool } from '../../src/adapters/spool/file.ts';
import { openFileVault } from '../../src/adapters/vault/file.ts';
import type { PreparedEntry, RecordingRow, SpoolWriter } from '../../src/app/ports.ts';
import { testDatabase } from '../support/postgres.ts';

export const startedAt = Date.UTC(2026, 10, 22, 9, 30);

/** A frame whose bytes say which one it is. */
export function frame(n: number): Buffer {
  return Buffer.alloc(160, n % 251);
}

export function frames(count: number): Buffer {
  return Buffer.concat(Array.from({ length: count }, (_, n) => frame(n)));
}

type Entered = Pick<RecordingRow, 'id' | 'tenantId' | 'callId' | 'partyId' | 'payloadSha256'>;

export function entryFor(recording: Entered, kind: string): PreparedEntry {
  return {
    id: randomUUID(),
    tenantId: recording.tenantId,
    callId: recording.callId,
    partyId: recording.partyId,
    recordingId: recording.id,
    kind,
    purpose: 'recording',
    at: startedAt,
    leaf: Buffer.from(`${kind} ${recording.payloadSha256}`),
    openingSealed: Buffer.from('sealed'),
    texts: [],
    personId: null,
  };
}

export interface Begun {
  readonly row: RecordingRow;
  readonly fileKey: Buffer;
  readonly writer: SpoolWriter;
}

export type RecordingWorld = Awaited<ReturnType<typeof recordingWorld>>;

export async function recordingWorld() {
  const database = await testDatabase();
  const { sql } = database;
  const folder = mkdtempSync(join(tmpdir(), 'recording-'));
  const l0 = await openFileKeys(join(folder, 'l0.key'));
  const clock = { now: () => startedAt, monotonic: () => 0 };
  const random = {
    bytes: (count: number) => randomBytes(count),
    uuid: () => randomUUID() as string,
  };
  const keys = createRecordingKeys({ sql, keys: l0, clock, random, newIdentity });
  const spool = await openFileSpool(join(folder, 'spool'), { durability: 'process' });
  const vault = await openFileVault(join(folder, 'vault'));
  const store = createRecordings(sql);
  const headers = createAgeHeaders();

  const tenantId = randomUUID();
  await sql`
    insert into tenant (id, name, pseudonym, data_key_wrapped, token_key_wrapped, kek_id)
    values (${tenantId}, 'test', ${Buffer.alloc(16)}, ${Buffer.alloc(1)}, ${Buffer.alloc(1)}, 'x')`;

  /** A call with one leg whose gate is open. */
  async function call() {
    const ids = {
      callId: randomUUID(),
      partyId: randomUUID(),
      callSid: `CA${randomBytes(16).toString('hex')}`,
    };
    await sql.begin(async (tx) => {
      await tx`
        insert into call (id, tenant_id, direction, flow_name, flow_version, flow_hash, locale,
          phase, state, started_at)
        values (${ids.callId}, ${tenantId}, 'inbound', 'f', 1, 'h', 'en', 'asking', '{}',
          ${new Date(startedAt)})`;
      await tx`
        insert into leg (call_sid, call_id, party_id, role, recording_open)
        values (${ids.callSid}, ${ids.callId}, ${ids.partyId}, 'caller', true)`;
    });
    return ids;
  }

  async function newRow(): Promise<RecordingRow> {
    const id = randomUUID();
    return {
      ...(await call()),
      id,
      tenantId,
      state: 'live',
      startedAt,
      durationMs: null,
      lostMs: 0,
      gaps: [],
      payloadSha256: null,
      payloadBytes: null,
      vaultName: `${tenantId}/${id}.age`,
    };
  }

  /** As at a grant: file key, row and header committed, spool open. */
  async function begin(): Promise<Begun> {
    const row = await newRow();
    const fileKey = randomBytes(16);
    const { keyId, recipient } = await keys.currentRecipient(tenantId);
    await store.create(row, await headers.make(fileKey, [recipient]), keyId);
    return { row, fileKey, writer: spool.create(row.id, fileKey) };
  }

  async function entriesOf(recordingId: string): Promise<string[]> {
    const rows = await sql`
      select kind from entry join ledger_queue on entry_id = entry.id
      where recording_id = ${recordingId} order by at, kind`;
    return rows.map((row) => row['kind'] as string);
  }

  return {
    sql,
    url: database.url,
    folder,
    tenantId,
    l0,
    keys,
    headers,
    spool,
    vault,
    store,
    clock,
    random,
    prepareSealing: (recording: RecordingRow) => entryFor(recording, 'sealing'),
    prepareErasure: (recording: RecordingRow) => entryFor(recording, 'erasure'),
    isLive: () => false,
    isOnlyRecorder: true,
    call,
    newRow,
    begin,
    entriesOf,
    close: async () => {
      await spool.close();
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of chunks) pieces.push(piece);
  return Buffer.concat(pieces);
}
