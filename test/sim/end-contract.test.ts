/** A business that ends leaves nothing that opens, here or in a backup, and a certificate of it. */
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openFileKeys } from '../../src/adapters/keys/file.ts';
import { noteCustody } from '../../src/app/breach.ts';
import type { Ended } from '../../src/app/end-contract.ts';
import { readConfig } from '../../src/config.ts';
import { verifyReceipt } from '../../src/core/ledger/verify.ts';
import { clock, random } from '../../src/main/chance.ts';
import { endHere } from '../../src/main/contract.ts';
import { layFoundation } from '../../src/main/foundation.ts';
import { type RunningServer, serve } from '../../src/main/serve.ts';
import { openStores } from '../../src/main/stores.ts';
import {
  callerNumber,
  isSealed,
  sealFrames,
  sendText,
  type TestServer,
  testServer,
} from '../support/server.ts';

let server: TestServer;
let backup: { readonly url: string; readonly dir: string; readonly kek: string };
let receipt: string;
let vkey: string;
let callSid: string;
let recording: string;
let ended: Ended;

beforeAll(async () => {
  server = await testServer();
  const call = server.call({ caller: { answers: [{ press: '1' }] } });
  await call.when('stream-started');
  await sealFrames(server, call, 50);
  call.hangup();
  await call.ended;
  const view = await server.callView(
    call.callSid,
    (seen) => isSealed(seen) && seen.recordings.length > 0,
  );
  [callSid, recording] = [call.callSid, view.recordings[0].id];
  await sendText(server, callerNumber, 'STOP');
  const grant = view.entries.find(({ kind }: { kind: string }) => kind === 'grant');
  receipt = await whenReady(`/v1/receipts/${grant.receiptId}`);
  vkey = JSON.parse(receipt).key;
});
afterAll(async () => {
  await server.close();
  if (backup !== undefined) {
    rmSync(backup.dir, { recursive: true, force: true });
    rmSync(backup.kek, { recursive: true, force: true });
    await onServer((sql, name) =>
      sql.unsafe(`drop database if exists ${name}_backup with (force)`),
    );
  }
});

async function whenReady(path: string): Promise<string> {
  for (let tries = 0; tries < 200; tries += 1) {
    const answer = await server.api(path);
    if (answer.status === 200) return answer.text();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('there was no receipt');
}

/** With the name of the database of this test. */
async function onServer(use: (sql: postgres.Sql, name: string) => Promise<unknown>): Promise<void> {
  const url = new URL(server.database.url);
  const name = url.pathname.slice(1);
  url.pathname = '/postgres';
  const sql = postgres(url.toString(), { max: 1, onnotice: () => {} });
  await use(sql, name).finally(() => sql.end());
}

const config = () => readConfig(server.environment);
const post = (path: string, body: object) =>
  server.api(path, { method: 'POST', body: JSON.stringify(body) });
// biome-ignore lint/suspicious/noExplicitAny: what comes over the wire is what tests look at
const json = (answer: Response): Promise<any> => answer.json();

/** Starts on what was restored, with that key file; resolves to the audio's status, or the error. */
async function restored(kek: string): Promise<number | string> {
  const dir = mkdtempSync(join(tmpdir(), 'consentry-restored-'));
  cpSync(backup.dir, dir, { recursive: true });
  const settings = {
    ...server.environment,
    DATABASE_URL: backup.url,
    DATA_DIR: dir,
    VAULT_URL: `file:${join(dir, 'vault')}`,
    KEYS_URL: `file:${kek}`,
  };
  let running: RunningServer | null = null;
  try {
    running = await serve(readConfig(settings));
    const headers = { authorization: `Bearer ${server.apiKey}` };
    const at = `${running.listensAt}/v1/recordings/${recording}/audio`;
    return (await fetch(at, { headers })).status;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await running?.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

describe('[cap 20] breach scope of a server that runs', () => {
  test('counts who called, what was recorded, and which programs held the key', async () => {
    const scope = await json(await server.api('/v1/breach/scope'));
    expect(scope.persons).toEqual({ kept: 1, gone: 0 });
    const year = new Date().getUTCFullYear();
    expect(scope.recordings).toEqual([{ key: `recordings/${year}`, kept: 1, gone: 0 }]);
    const all = scope.exposures.find(({ taken }: { taken: string[] }) => taken.length === 3);
    expect(all).toMatchObject({ persons: 1, recordings: 1 });
    expect(all.values).toBeGreaterThan(5);
    const { data } = await json(await server.api('/v1/custody'));
    const held = data.filter(({ event }: { event: string }) => event === 'opened');
    expect(held).toMatchObject([
      { holder: 'serve', by: 'serve', key: expect.stringMatching(/^file:/) },
    ]);
    expect(new Set(data.map(({ key }: { key: string }) => key)).size).toBe(3);
  });
});

describe('[cap 63] the end of a contract', () => {
  test('begins with the offer of a copy, and waits until it is over', async () => {
    const offered = await json(await post('/v1/settings/contract', { days: 30 }));
    expect(offered).toMatchObject({ exports: 0, holds: 0 });
    expect((await post('/v1/settings/contract', {})).status).toBe(409);
    const { id } = await json(await post('/v1/exports', { kind: 'calls', format: 'csv' }));
    for (let tries = 0; ; tries += 1) {
      const { state } = await json(await server.api(`/v1/exports/${id}`));
      if (state === 'ready') break;
      if (tries === 200) throw new Error(`the export is ${state}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const { offer } = await json(await server.api('/v1/settings/contract'));
    expect(offer.exports).toBe(1);
    const copy = { event: 'copied', place: 'safe in Bonn' };
    expect((await post('/v1/custody', copy)).status).toBe(201);
    await expect(endHere(config(), false)).rejects.toThrow(/a server still runs/);
  });

  test('is refused before its time, and while a legal hold is in force', async () => {
    const hold = await post('/v1/holds', { call: callSid, reason: 'a case in court' });
    expect(hold.status).toBe(201);
    await server.server.stop();
    const { sql } = server.database;
    await expect(endHere(config(), false)).rejects.toThrow(/legal holds are in force/);
    await sql`update legal_hold set lifted_at = now(), lifted_by = 'ann'`;
    await expect(endHere(config(), false)).rejects.toThrow(/the offer of a copy runs until/);
    await sql`update contract_ending set until = offered_at`;
  });

  test('is refused while a copy of the key is on record, and nothing is gone then', async () => {
    await expect(endHere(config(), false)).rejects.toThrow(
      /copies of the key on record \(1 left\)/,
    );
    expect(existsSync(join(server.dir, 'keys', 'kek'))).toBe(true);
    expect(existsSync(join(server.dir, 'ending'))).toBe(false);
    const foundation = await layFoundation(config(), false);
    const { breach } = await openStores(config(), foundation);
    const gone = {
      key: null,
      event: 'destroyed',
      place: 'safe in Bonn',
      holder: '',
      at: null,
    } as const;
    await noteCustody({ breach, keyProvider: foundation.keys, clock, random }, gone, 'ann');
    await foundation.close();
  });

  test('finds a backup that opens with the key, or what follows would show nothing', async () => {
    const { sql } = server.database;
    // The backup of the operator: database, vault and the rest; the key apart.
    await sql.end();
    await onServer((admin, name) =>
      admin.unsafe(`create database ${name}_backup template ${name} strategy file_copy`),
    );
    const dir = mkdtempSync(join(tmpdir(), 'consentry-backup-'));
    for (const name of ['vault', 'checkpoints', 'spool']) {
      const from = join(server.dir, name);
      if (existsSync(from)) cpSync(from, join(dir, name), { recursive: true });
    }
    const url = `${server.database.url}_backup`;
    const kek = mkdtempSync(join(tmpdir(), 'consentry-kek-'));
    cpSync(join(server.dir, 'keys', 'kek'), join(kek, 'kek'));
    backup = { url, dir, kek };
    expect(await restored(join(kek, 'kek'))).toBe(200);
  });

  test('destroys keys first, then everything, and certifies what it found gone', async () => {
    ended = await endHere(config(), false);
    expect(ended.steps.map(({ step, found }) => [step, found])).toEqual([
      ['copies of the key on record', 'gone'],
      ['calls and recordings at the carrier', 'gone'],
      ['messages at the carrier', 'gone'],
      ['wrapped keys', 'gone'],
      ['the key', 'gone'],
      ['recordings, exports and other files', 'gone'],
      ['rows of the database', 'gone'],
    ]);
    expect(ended.proved).toBe(true);
    expect(existsSync(join(server.dir, 'keys', 'kek'))).toBe(false);
    expect(filesBelow(join(server.dir, 'vault'))).toEqual([]);
    expect(server.carrier.call(callSid)).toBe(null);
    const sql = postgres(server.database.url, { max: 1, onnotice: () => {} });
    const tables = await sql`
      select table_schema || '.' || table_name as name from information_schema.tables
      where table_schema in ('public', 'headers') and table_name <> 'migration'`;
    for (const { name } of tables) {
      const [row] = await sql.unsafe(`select count(*)::int as n from ${name}`);
      expect([name, row!['n']]).toEqual([name, 0]);
    }
    await sql.end();
  });

  test('leaves a certificate that verifies by the key the ledger always had', () => {
    const verdict = verifyReceipt(ended.certificate, vkey);
    expect(verdict).toMatchObject({ ok: true });
    if (!verdict.ok) return;
    expect(verdict.statement.kind).toBe('ending');
    expect(verdict.facts).toMatchObject({ proved: true, offer: { exports: 1 } });
    expect(verifyReceipt(ended.certificate.replace('"gone"', '"gine"'), vkey).ok).toBe(false);
    expect(verifyReceipt(receipt, vkey).ok).toBe(true);
    // What signed it is gone too, and so is every name of anybody.
    const kept = filesBelow(join(server.dir, 'ending')).toSorted();
    expect(kept.map((name) => name.split('-')[0])).toEqual(['certificate', 'checkpoints']);
    expect(ended.certificate).not.toMatch(/415555/);
    expect(statSync(ended.path).mode & 0o077).toBe(0);
  });

  test('leaves no backup that opens: without the key, and with any other', async () => {
    const none = join(server.dir, 'keys', 'kek');
    expect(await restored(none)).toMatch(/^key_missing: /);
    expect(existsSync(none)).toBe(false);
    const other = join(backup.kek, 'other');
    await openFileKeys(other);
    expect(await restored(other)).toMatch(/^key_missing: /);
  });

  test('lets a business begin anew, with keys, tokens and a ledger of its own', async () => {
    const before = verifyReceipt(receipt, vkey);
    const again = await testServer(server.environment, { beside: server });
    try {
      const call = again.call({ caller: { answers: [{ press: '1' }] } });
      await call.when('stream-started');
      call.hangup();
      await call.ended;
      const view = await again.callView(call.callSid, isSealed);
      const all = await json(await again.api('/v1/calls'));
      expect(all.data.length).toBe(1);
      const { receiptId } = view.entries.find(({ kind }: { kind: string }) => kind === 'grant');
      let text = '';
      for (let tries = 0; text === '' && tries < 200; tries += 1) {
        const answer = await again.api(`/v1/receipts/${receiptId}`);
        if (answer.status === 200) text = await answer.text();
        else await new Promise((resolve) => setTimeout(resolve, 50));
      }
      const fresh = verifyReceipt(text);
      if (!fresh.ok || !before.ok) throw new Error('a receipt does not verify');
      expect(fresh.key).not.toBe(vkey);
      expect(fresh.statement.tenant).not.toBe(before.statement.tenant);
      expect(fresh.leafIndex).toBeLessThan(50);
    } finally {
      await again.server.stop();
    }
  });
});

function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => name);
}
