import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { newIdentity } from '../../../src/adapters/age-header/headers.ts';
import { createCallReads } from '../../../src/adapters/postgres/call-reads.ts';
import type { RecordingRow } from '../../../src/app/ports.ts';
import { sealRecording } from '../../../src/app/seal-recording.ts';
import { ConsentryError } from '../../../src/core/error.ts';
import type { CommandStores } from '../../../src/edges/cli/parts.ts';
import { frame, frames, type RecordingWorld, recordingWorld } from '../../app/recording-world.ts';
import { consentry, jsonLines, lines } from './console.ts';

let world: RecordingWorld;
let stores: Partial<CommandStores>;
let noted: string[];
let folder: string;

beforeAll(async () => {
  world = await recordingWorld();
});
afterAll(() => world.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-recording-'));
  noted = [];
  stores = {
    tenantId: world.tenantId,
    reads: createCallReads(world.sql),
    recordings: world,
    noteDownload: async (id) => {
      noted.push(id);
    },
  };
});
afterEach(() => rmSync(folder, { recursive: true }));

const recording = (...args: readonly string[]) =>
  consentry({ stores, newIdentity }, 'recording', ...args);

/** 900 frames are 18 s: three chunks of the payload. */
async function sealed(count = 900): Promise<RecordingRow> {
  const { row, fileKey, writer } = await world.begin();
  for (let n = 0; n < count; n += 1) writer.frame(frame(n));
  writer.end();
  await sealRecording(world, row.id, fileKey);
  return row;
}

/** Changes one byte of the payload in the vault. */
function damage({ vaultName }: RecordingRow, at: number): void {
  const path = join(world.folder, 'vault', vaultName);
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 0x20;
  writeFileSync(path, bytes);
}

test('the WAV holds every frame, is its owner’s alone, and was noted before', async () => {
  const { id } = await sealed();
  const file = join(folder, 'call.wav');
  const { code, out, err } = await recording('export', id, '--out', file);
  expect({ code, out, err }).toEqual({ code: 0, out: `wrote ${file} (144058 bytes)\n`, err: '' });
  expect(readFileSync(file).subarray(-144_000).equals(frames(900))).toBe(true);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(noted).toEqual([id]);
});

test('without --out it is written here, under its id', async () => {
  const { id } = await sealed(10);
  const here = process.cwd();
  process.chdir(folder);
  try {
    const { out } = await recording('export', id, '--json');
    expect(JSON.parse(out)).toEqual({
      id,
      file: `./${id}.wav`,
      format: 'wav',
      bytes: 1_658,
      recipient: null,
      identityFile: null,
    });
    expect(readdirSync(folder)).toEqual([`${id}.wav`]);
  } finally {
    process.chdir(here);
  }
});

test('a file that is there is replaced only by force', async () => {
  const { id } = await sealed(10);
  const file = join(folder, 'call.wav');
  writeFileSync(file, 'mine');
  const refused = await recording('export', id, '--out', file);
  expect(refused).toMatchObject({ code: 2, out: '' });
  expect(refused.err).toContain(`${file} is there already; --force replaces it`);
  expect({ noted, text: readFileSync(file, 'utf8') }).toEqual({ noted: [], text: 'mine' });
  expect(await recording('export', id, '--out', file, '--force')).toMatchObject({ code: 0 });
  expect(readFileSync(file).length).toBe(1_658);
  expect((await recording('export', id, '--out', folder, '--force')).err).toContain('not a file');
});

test('the age command opens what --age writes, with the identity made for it', async () => {
  const { id } = await sealed();
  const [file, key] = [join(folder, 'call.age'), join(folder, 'key.txt')];
  const ran = await recording('export', id, '--age', '--identity-out', key, '--out', file);
  expect(ran).toMatchObject({ code: 0, err: '' });
  expect(statSync(key).mode & 0o777).toBe(0o600);
  expect(readFileSync(key, 'utf8')).toMatch(/^# public key: age1.*\nAGE-SECRET-KEY-1[0-9A-Z]+\n$/);
  const wav = execFileSync('age', ['-d', '-i', key, file]);
  expect(wav.subarray(-144_000).equals(frames(900))).toBe(true);
  expect(noted).toEqual([id]);
});

test('an age file for a recipient that was given', async () => {
  const { id } = await sealed(10);
  const { identity, recipient } = await newIdentity();
  const [file, key] = [join(folder, 'call.age'), join(folder, 'key.txt')];
  writeFileSync(key, identity);
  const { out } = await recording('export', id, '--age', recipient, '--out', file, '--json');
  expect(JSON.parse(out)).toMatchObject({ format: 'age', recipient, identityFile: null });
  expect(execFileSync('age', ['-d', '-i', key, file]).length).toBe(1_658);
});

test('a recipient that is none is refused, and nothing is written or noted', async () => {
  const { id } = await sealed(10);
  const ran = await recording('export', id, '--age', 'age1nonsense', '--out', join(folder, 'a'));
  expect(ran).toMatchObject({ code: 1, out: '' });
  expect({ noted, left: readdirSync(folder) }).toEqual({ noted: [], left: [] });
});

test('an identity file is never replaced, not even by force', async () => {
  const { id } = await sealed(10);
  const [file, key] = [join(folder, 'call.age'), join(folder, 'key.txt')];
  writeFileSync(key, 'the only key to something');
  const args = ['--age', '--identity-out', key, '--out', file, '--force'];
  expect(await recording('export', id, ...args)).toMatchObject({ code: 2, out: '' });
  expect(readFileSync(key, 'utf8')).toBe('the only key to something');
  expect(existsSync(file)).toBe(false);
});

test.each(['wav', 'age'])(
  'a damaged recording leaves no %s file and no identity behind',
  async (form) => {
    const row = await sealed();
    damage(row, 70_000);
    const sealing = form === 'age' ? ['--age', '--identity-out', join(folder, 'key.txt')] : [];
    const ran = await recording('export', row.id, '--out', join(folder, 'out'), ...sealing);
    expect(ran).toMatchObject({ code: 1, out: '' });
    expect(ran.err).toMatch(
      /^consentry: (from 00:08 on|the payload is not the one that was sealed)/,
    );
    expect(readdirSync(folder)).toEqual([]);
  },
);

test('an export that cannot be noted in the ledger is not made', async () => {
  const { id } = await sealed(10);
  const noteDownload = () => Promise.reject(new ConsentryError('unavailable'));
  const ran = await consentry(
    { stores: { ...stores, noteDownload } },
    'recording',
    ...['export', id, '--out', join(folder, 'call.wav')],
  );
  expect(ran).toMatchObject({ code: 1 });
  expect(readdirSync(folder)).toEqual([]);
});

test('a folder that is not there is named', async () => {
  const { id } = await sealed(10);
  const file = join(folder, 'none', 'call.wav');
  const ran = await recording('export', id, '--out', file);
  expect(ran).toMatchObject({ code: 1, err: `consentry: ${file} cannot be written (ENOENT)\n` });
});

test('[cap 15] verify names the first damaged place of each, and goes on', async () => {
  const [good, bad] = [await sealed(), await sealed()];
  damage(bad, 70_000);
  const missing = '0198c2f4-7a10-4c56-8e21-5d0f4b6a9c33';
  const { code, out, err } = await recording('verify', good.id, bad.id, missing);
  expect(code).toBe(1);
  const [first, second, third] = lines(out);
  expect(first).toBe(`${good.id} holds (sealed)`);
  expect(second).toContain(`${bad.id} does not hold: `);
  expect(second).toContain('payload: damaged from 00:08 on (payload byte 65568)');
  expect(third).toBe(`${missing} cannot be verified: There is nothing here under that name.`);
  expect(err).toBe('1 of 3 hold\n');
  const json = jsonLines((await recording('verify', bad.id, missing, '--json')).out);
  expect(json).toMatchObject([
    { id: bad.id, ok: false, problems: [{ check: 'sha256' }, { place: { at: '00:08' } }] },
    { id: missing, ok: false, error: { code: 'not_found' } },
  ]);
  expect(await recording('verify', good.id)).toMatchObject({ code: 0, err: '' });
});

test('list and verify --all leave out what is live or erased', async () => {
  await world.sql`truncate recording cascade`;
  const [one, gone] = [await sealed(100), await sealed(100)];
  const { row: live, writer } = await world.begin();
  writer.abandon();
  expect(await recording('erase', gone.id, '--yes')).toMatchObject({
    code: 0,
    out: `${gone.id} cannot be opened any more: key gone, payload gone, spool gone\n`,
  });

  const listed = jsonLines((await recording('list', '--json')).out);
  expect(listed.map(({ id }) => id).sort()).toEqual([one.id, gone.id, live.id].sort());
  const table = lines((await recording('list')).out);
  expect(table[0]).toMatch(/^ID +STATE +STARTED +LENGTH +GAPS +LOST +CALL$/);
  expect(table.find((line) => line.startsWith(one.id))).toMatch(/ sealed .* 00:02 +0 +0 ms /);
  const cut = await recording('list', '--limit', '2');
  expect(lines(cut.out)).toHaveLength(3);
  expect(cut.err).toBe('there are more: raise --limit\n');

  const { code, out, err } = await recording('verify', '--all');
  expect({ code, out, err }).toEqual({
    code: 0,
    out: `${one.id} holds (sealed)\n`,
    err: '1 of 1 hold; 2 live or erased were left out\n',
  });
  expect(await recording('export', gone.id, '--out', join(folder, 'x'))).toMatchObject({
    code: 1,
    err: 'consentry: The recording was erased.\n',
  });
});

test('erasing again finishes what was left, and says what it found as JSON', async () => {
  const { id } = await sealed(10);
  await recording('erase', id, '--yes');
  const { code, out } = await recording('erase', id, '--yes', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({ id, header: 'gone', payload: 'gone', spool: 'gone' });
  expect(await world.entriesOf(id)).toEqual(['erasure', 'sealing']);
});
