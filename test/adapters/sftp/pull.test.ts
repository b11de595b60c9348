/** Files of lists from a real OpenSSH server: fetched whole and imported, or not at all. */
import { randomUUID } from 'node:crypto';
import { utimesSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sftpSources } from '../../../src/adapters/sftp/pull.ts';
import { findImport, type ImportSaid, pullImport } from '../../../src/app/list-jobs.ts';
import type { ListParts } from '../../../src/app/list-parts.ts';
import { runNextListJob } from '../../../src/app/run-list-job.ts';
import { viewJob } from '../../../src/app/view-lists.ts';
import { listWorld, numbers } from '../../support/list-world.ts';
import { type TestDatabase, testDatabase } from '../../support/postgres.ts';
import { seedTenant } from '../../support/seed-call.ts';
import { type Sshd, startSshd } from '../../support/sshd.ts';

let sshd: Sshd;
let database: TestDatabase;
let parts: ListParts;
let folder: string;
let now = Date.UTC(2026, 10, 20, 8);

beforeAll(async () => {
  sshd = await startSshd();
  database = await testDatabase();
});
afterAll(async () => {
  await sshd.stop();
  await database.close();
});
beforeEach(async () => {
  const tenant = await seedTenant(database.sql);
  const world = await listWorld(database.sql, tenant, () => now);
  ({ parts, folder } = world);
  setUp();
});

function setUp(change: object = {}, mayReach = () => true): void {
  const { port, user, keyFile, hostKey, inbox } = sshd;
  const target = { name: 'registry', host: '127.0.0.1', port, user, keyFile, folder: inbox };
  const path = join(folder, 'sftp.json');
  writeFileSync(path, JSON.stringify([{ ...target, hostKeys: [hostKey], ...change }]));
  parts = { ...parts, targets: sftpSources(path, mayReach) };
}

const said: ImportSaid = {
  list: 'national-US',
  kind: 'full',
  obtainedAt: null,
  source: null,
  reason: null,
  by: null,
  channels: null,
  until: null,
  scope: 'all',
  account: null,
  seller: null,
  campaign: null,
  sha256: null,
  count: null,
  dryRun: false,
};
const asker = { by: randomUUID(), as: 'user' } as const;
async function pulled(file: string) {
  const { id } = await pullImport(parts, asker, said, { from: 'registry', file });
  while (await runNextListJob(parts).catch(() => true));
  return findImport(parts, id);
}

describe('a list from an SFTP server', () => {
  test('is fetched and imported, and is as old as the file is there', async () => {
    const path = join(sshd.inbox, 'full.gz');
    writeFileSync(path, gzipSync(numbers(201, 50_000).join('\n')));
    const written = new Date('2026-11-18T03:00:00Z');
    utimesSync(path, written, written);
    expect(viewJob(await pulled('full.gz'))).toMatchObject({ state: 'done', total: 50_000 });
    expect((await parts.shelf.current('national-US'))?.obtainedAt).toBe(written.toISOString());
    // the same file again is the same version
    expect(viewJob(await pulled('full.gz'))).toMatchObject({ state: 'done', isRepeat: true });
  });

  test.each<[string, object, string, string]>([
    ['another host key', { hostKeys: [`SHA256:${'A'.repeat(43)}`] }, 'full.txt', 'host-key'],
    ['a user who is nobody there', { user: 'nobody-of-that-name' }, 'full.txt', 'login'],
    ['no such file', {}, 'none.txt', 'missing'],
    ['another name', { name: 'other' }, 'full.txt', 'target'],
  ])('with %s fails at once, and says why', async (_, change, file, fault) => {
    writeFileSync(join(sshd.inbox, 'full.txt'), numbers(201, 10).join('\n'));
    setUp(change);
    expect(await pulled(file)).toMatchObject({ state: 'failed', fault, attempts: 1 });
    expect(await parts.shelf.current('national-US')).toBeNull();
  });

  test('whose host is no recipient is not asked', async () => {
    writeFileSync(join(sshd.inbox, 'full.txt'), numbers(201, 10).join('\n'));
    setUp({}, () => false);
    expect(await pulled('full.txt')).toMatchObject({ state: 'failed', fault: 'recipient' });
  });

  test('that does not answer is asked again later, and then imported', async () => {
    writeFileSync(join(sshd.inbox, 'full.txt'), numbers(201, 10).join('\n'));
    setUp({ port: 1 });
    const job = await pulled('full.txt');
    expect(job).toMatchObject({ state: 'waiting', fault: 'unreachable', attempts: 1 });
    setUp();
    expect(await runNextListJob(parts)).toBe(false); // it has a rest
    now += 60_000;
    while (await runNextListJob(parts));
    expect(await findImport(parts, job.id)).toMatchObject({ state: 'done', fault: null });
  });

  test('whose way breaks off in the middle is not taken for a shorter one', async () => {
    writeFileSync(join(sshd.inbox, 'long.txt'), numbers(201, 100_000).join('\n'));
    const way = createServer((near) => {
      const far = connect(sshd.port, '127.0.0.1');
      near.pipe(far);
      let bytes = 0;
      far.on('data', (piece) => {
        bytes += piece.length;
        if (bytes < 400_000) near.write(piece);
        else for (const end of [near, far]) end.destroy();
      });
      for (const end of [near, far]) end.on('error', () => {});
    });
    await new Promise<void>((resolve) => way.listen(0, '127.0.0.1', resolve));
    setUp({ port: (way.address() as AddressInfo).port });
    const job = await pulled('long.txt');
    way.close();
    expect(job).toMatchObject({ state: 'waiting', fault: 'unreachable', file: null });
    expect(await parts.shelf.current('national-US')).toBeNull();
    setUp();
    now += 60_000;
    while (await runNextListJob(parts));
    expect(await findImport(parts, job.id)).toMatchObject({ report: { total: 100_000 } });
  });

  test('that was fetched before a crash is read from what lies here', async () => {
    writeFileSync(join(sshd.inbox, 'once.txt'), numbers(201, 10).join('\n'));
    const { id } = await pullImport(parts, asker, said, { from: 'registry', file: 'once.txt' });
    const dying = { ...parts, readSource: () => Promise.reject(new Error('dead')) };
    await expect(runNextListJob(dying)).rejects.toThrow('dead');
    setUp({ port: 1 });
    now += 60_000;
    while (await runNextListJob(parts));
    expect(await findImport(parts, id)).toMatchObject({ state: 'done', report: { total: 10 } });
  });
});
