/** An ending that is cut short anywhere is taken up again, and ends in one true certificate. */
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endingFiles } from '../../src/adapters/machine/ending-files.ts';
import { endingDatabase } from '../../src/adapters/postgres/purge.ts';
import {
  type EndingDatabase,
  type EndingFiles,
  type EndingKept,
  endContract,
} from '../../src/app/end-contract.ts';
import { signerOf } from '../../src/core/ledger/note.ts';
import { verifyReceipt } from '../../src/core/ledger/verify.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { seedCall, seedTenant } from '../support/seed-call.ts';

const secret = randomBytes(32);
const signer = signerOf('consentry.invalid/ledger', secret);
const random = { bytes: (count: number) => randomBytes(count), uuid: () => randomUUID() };
const clock = { now: () => Date.parse('2026-03-02T00:00:00Z'), monotonic: () => 0 };

class PowerCut extends Error {}

/** The same ports; at the call of that number the power goes, before it is done or after. */
function cutting<Ports extends object>(
  ports: Ports,
  calls: { n: number },
  at: number,
  how: string,
) {
  return Object.fromEntries(
    Object.entries(ports).map(([name, call]) => [
      name,
      async (...args: readonly unknown[]) => {
        calls.n += 1;
        const isNow = calls.n === at;
        if (isNow && how === 'before') throw new PowerCut(name);
        const done = await call(...args);
        if (isNow) throw new PowerCut(name);
        return done;
      },
    ]),
  ) as Ports;
}

let shared: TestDatabase;
beforeAll(async () => {
  shared = await testDatabase();
});
afterAll(() => shared.close());

/** Begun anew in a database that the one before left empty. */
async function business() {
  const { sql } = shared;
  await endingDatabase(sql).purge();
  const tenant = await seedTenant(sql);
  await seedCall(sql, tenant);
  const dir = mkdtempSync(join(tmpdir(), 'consentry-ending-'));
  for (const name of ['keys', 'vault', 'spool']) mkdirSync(join(dir, name));
  for (const name of [
    'keys/kek',
    'keys/kek.was-1',
    'keys/kek.next',
    'vault/a.age',
    'spool/b',
    'erasures',
    'checkpoints',
  ]) {
    writeFileSync(join(dir, name), name);
  }
  const paths = {
    folder: join(dir, 'ending'),
    keyFile: join(dir, 'keys', 'kek'),
    folders: ['vault', 'spool'].map((name) => join(dir, name)),
    files: [join(dir, 'erasures')],
    checkpoints: join(dir, 'checkpoints'),
  };
  const state: EndingKept = {
    id: randomUUID(),
    by: 'operator',
    startedAt: clock.now(),
    offer: { offeredAt: clock.now(), until: clock.now(), exports: 0 },
    pseudonym: tenant.pseudonym,
    secret: secret.toString('hex'),
    size: 0,
    edge: [],
    copies: 0,
    steps: [],
  };
  const end = (
    database: EndingDatabase,
    files: EndingFiles,
    { acceptRest = false, begin = async () => state } = {},
  ) => {
    const ports = { carrier: null, signerOf: () => signer, clock, random };
    return endContract({ ...ports, database, files }, begin, acceptRest);
  };
  return {
    ...{ sql, dir, state, end, database: endingDatabase(sql), files: endingFiles(paths) },
    close: () => rmSync(dir, { recursive: true, force: true }),
  };
}

const certificates = (dir: string) =>
  existsSync(join(dir, 'ending'))
    ? readdirSync(join(dir, 'ending')).filter((name) => name.startsWith('certificate'))
    : [];

describe('[cap 63] an ending', () => {
  test.each(['before', 'after'])(
    'that is cut short %s any one thing goes on to its certificate',
    async (how) => {
      let at = 0;
      for (let wasCut = true; wasCut; ) {
        at += 1;
        const one = await business();
        const calls = { n: 0 };
        const [database, files] = [one.database, one.files].map((ports) =>
          cutting<EndingDatabase | EndingFiles>(ports, calls, at, how),
        ) as [EndingDatabase, EndingFiles];
        let ended = await one.end(database, files).catch((error: unknown) => {
          if (!(error instanceof PowerCut)) throw error;
          return null;
        });
        wasCut = ended === null;
        // A cut after the very last thing leaves nothing to go on with.
        const isLeft =
          existsSync(join(one.dir, 'ending', 'state.json')) || certificates(one.dir).length === 0;
        if (ended === null && isLeft) ended = await one.end(one.database, one.files);
        expect([at, certificates(one.dir).length]).toEqual([at, 1]);
        expect(existsSync(join(one.dir, 'ending', 'state.json'))).toBe(false);
        expect(readdirSync(join(one.dir, 'keys'))).toEqual([]);
        expect(existsSync(join(one.dir, 'vault'))).toBe(false);
        expect(await one.database.rowsLeft()).toBe(0);
        if (ended !== null) {
          expect([at, ended.proved]).toEqual([at, true]);
          const verdict = verifyReceipt(ended.certificate, signer.vkey);
          expect(verdict).toMatchObject({
            ok: true,
            facts: { ending: one.state.id, proved: true },
          });
        }
        one.close();
      }
      expect(at).toBeGreaterThan(15);
    },
    300_000,
  );

  test.each([
    ['wrapped keys', { keysLeft: async () => 1 }, {}],
    ['the key', {}, { keyLeft: async () => 1 }],
    ['recordings, exports and other files', {}, { filesLeft: async () => 3 }],
    ['rows of the database', { rowsLeft: async () => 2 }, {}],
  ])(
    'that does not find gone: %s, has no certificate, or one that says so',
    async (step, ofDatabase, ofFiles) => {
      const one = await business();
      const database = { ...one.database, ...ofDatabase };
      const files = { ...one.files, ...ofFiles };
      await expect(one.end(database, files)).rejects.toThrow(`not found gone: ${step}`);
      expect(existsSync(join(one.dir, 'ending', 'state.json'))).toBe(true);
      expect(certificates(one.dir)).toEqual([]);
      const ended = await one.end(database, files, { acceptRest: true });
      expect(ended.proved).toBe(false);
      expect(ended.steps.find((found) => found.step === step)).toMatchObject({ found: 'remains' });
      const verdict = verifyReceipt(ended.certificate, signer.vkey);
      expect(verdict).toMatchObject({ ok: true, facts: { proved: false } });
      one.close();
    },
  );

  test('destroys nothing while a copy of the key is on record, or a server runs', async () => {
    const one = await business();
    const begin = async () => ({ ...one.state, copies: 2 });
    await expect(one.end(one.database, one.files, { begin })).rejects.toThrow(
      'not found gone: copies of the key on record (2 left)',
    );
    const running = { ...one.database, servers: async () => 1 };
    await expect(one.end(running, one.files)).rejects.toThrow(/a server still runs/);
    expect(existsSync(join(one.dir, 'keys', 'kek'))).toBe(true);
    expect(await one.database.rowsLeft()).toBeGreaterThan(3);
    expect(existsSync(join(one.dir, 'ending'))).toBe(false);
    one.close();
  });
});
