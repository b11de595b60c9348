/** Exports with sound, and the erasure of what is heard in them. */
import { randomUUID } from 'node:crypto';
import postgres, { type Sql } from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createExportJobs } from '../../../src/adapters/postgres/export-jobs.ts';
import { createRecordings } from '../../../src/adapters/postgres/recordings.ts';
import { createRedactions } from '../../../src/adapters/postgres/redactions.ts';
import { ensureLogins } from '../../../src/adapters/postgres/role-logins.ts';
import type { ExportJobs } from '../../../src/app/export-ports.ts';
import { unlimited } from '../../../src/core/access/limits.ts';
import type { ExportFormat } from '../../../src/core/exports/format.ts';
import { type RecordingWorld, recordingWorld, startedAt } from '../../app/recording-world.ts';

let world: RecordingWorld;
let jobs: ExportJobs;
/** The parts of the program that erase, each with the rights that it has and no more. */
const as = new Map<string, Sql>();

beforeAll(async () => {
  world = await recordingWorld();
  jobs = createExportJobs(world.sql, world.tenantId);
  const logins = await ensureLogins(world.sql, Buffer.alloc(32, 7));
  for (const [identity, login] of logins ?? []) {
    as.set(identity, postgres(world.url, { max: 1, onnotice: () => {}, ...login }));
  }
});
afterAll(async () => {
  for (const sql of as.values()) await sql.end({ timeout: 1 });
  await world.close();
});
beforeEach(() => world.sql`delete from export_job`);

type Asked = { format?: ExportFormat; withAudio?: boolean; since?: number | null };

/** An export that waits; of `wav` unless something else is asked for. */
async function waiting({ format = 'wav', withAudio = false, since = null }: Asked = {}) {
  const id = randomUUID();
  const none = { until: null, lineId: null, campaign: null, flow: null, outcome: null };
  await jobs.add({
    id,
    kind: format === 'vcon' ? 'calls' : 'recordings',
    format,
    filter: { since, personId: null, ...none },
    limits: unlimited,
    reveal: false,
    withAudio,
    recipient: null,
    reasonSealed: null,
    by: 'user-1',
    madeAt: startedAt,
    expiresAt: startedAt + 86_400_000,
  });
  return id;
}

const running = async (asked?: Asked) => {
  const id = await waiting(asked);
  const taken = { id, taker: randomUUID() };
  await jobs.take(taken.taker, startedAt, startedAt + 60_000);
  return taken;
};

const file = {
  keySealed: Buffer.from('key'),
  sealedBytes: 1,
  plainBytes: 1,
  sha256: '00',
  readyAt: startedAt,
};

async function ready(asked?: Asked) {
  const taken = await running(asked);
  expect(await jobs.finish(taken, file, 1)).toBe(true);
  return taken.id;
}

const stateOf = async (id: string) => {
  const job = await jobs.find(id);
  return [job?.state, job?.goneWhy, job?.file === null ? 'no key' : 'key'];
};

describe.each(['recorder', 'retention'])('what the %s erases', (identity) => {
  async function erase(): Promise<void> {
    const { row } = await world.begin();
    const sql = as.get(identity) as Sql;
    const entry = world.prepareErasure(row);
    if (identity === 'recorder') return createRecordings(sql).erase(row.id, entry);
    const items = [{ id: row.id, recordings: [row.id] }] as never;
    await createRedactions(sql, world.tenantId).act(
      'recordings',
      items,
      new Map([[row.id, entry]]),
      startedAt,
    );
    expect((await world.store.find(row.id))?.state).toBe('erased');
  }

  test.each<Asked>([
    { format: 'wav' },
    { format: 'age' },
    { format: 'vcon', withAudio: true },
    { since: startedAt },
  ])('cannot be heard any more in an export of %o', async (asked) => {
    const id = await ready(asked);
    await erase();
    expect(await stateOf(id)).toEqual(['gone', 'erasure', 'no key']);
  });

  test('does not end up in an export that is being written: that begins anew', async () => {
    const taken = await running();
    await erase();
    expect(await jobs.finish(taken, file, 1)).toBe(false);
    expect(await stateOf(taken.id)).toEqual(['waiting', null, 'no key']);
  });

  test.each<Asked>([{ format: 'csv' }, { format: 'vcon' }, { since: startedAt + 1 }])(
    'leaves an export of %o, which does not hold it, alone',
    async (asked) => {
      const id = await ready(asked);
      await erase();
      expect(await stateOf(id)).toEqual(['ready', null, 'key']);
    },
  );

  test('leaves an export alone that waits', async () => {
    const id = await waiting();
    await erase();
    expect(await stateOf(id)).toEqual(['waiting', null, 'no key']);
  });
});

test('an erasure that was done before drops nothing a second time', async () => {
  const { row } = await world.begin();
  await world.store.erase(row.id, world.prepareErasure(row));
  const id = await ready();
  await world.store.erase(row.id, world.prepareErasure(row));
  expect(await stateOf(id)).toEqual(['ready', null, 'key']);
});
