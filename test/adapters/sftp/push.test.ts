import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sftpTargets } from '../../../src/adapters/sftp/push.ts';
import { readTargets } from '../../../src/adapters/sftp/targets.ts';
import type { PushFile } from '../../../src/app/push-export.ts';
import { type Sshd, startSshd } from '../../support/sshd.ts';

let sshd: Sshd;
const file = join(mkdtempSync(join(tmpdir(), 'consentry-targets-')), 'sftp.json');
const content = randomBytes(700_000);
let asked: number[] = [];

beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(() => sshd.stop());
beforeEach(() => {
  asked = [];
});

function setUp(change: object = {}) {
  const { port, user, keyFile, hostKey, inbox } = sshd;
  const target = { name: 'warehouse', host: '127.0.0.1', port, user, keyFile, folder: inbox };
  writeFileSync(file, JSON.stringify([{ ...target, hostKeys: [hostKey], ...change }]));
  return sftpTargets(file, () => true);
}
const named = (name: string): PushFile => ({
  name,
  bytes: content.length,
  async *from(start) {
    asked.push(start);
    for (let at = start; at < content.length; at += 65_536) {
      yield content.subarray(at, Math.min(at + 65_536, content.length));
    }
  },
});
const nothing = async () => {};

describe('a push to a real OpenSSH server [cap 68]', () => {
  test('arrives whole, for its owner only, and leaves no other name behind', async () => {
    let last = 0;
    await setUp().push('warehouse', named('a.csv'), async (bytes) => {
      last = bytes;
    });
    expect(readFileSync(join(sshd.inbox, 'a.csv')).equals(content)).toBe(true);
    expect(statSync(join(sshd.inbox, 'a.csv')).mode & 0o077).toBe(0);
    expect(readdirSync(sshd.inbox)).toEqual(['a.csv']);
    expect(last).toBe(content.length);
  });

  test('is refused by a host with another key, before anything is said or written', async () => {
    const other = `SHA256:${'A'.repeat(43)}`;
    const push = setUp({ hostKeys: [other] }).push('warehouse', named('b.csv'), nothing);
    await expect(push).rejects.toMatchObject({ fault: 'host-key' });
    expect(readdirSync(sshd.inbox).some((name) => name.includes('b.csv'))).toBe(false);
    expect(asked).toEqual([]);
  });

  test('one of several pinned keys is enough, so that a host can change its key', async () => {
    const hostKeys = [`SHA256:${'A'.repeat(43)}`, sshd.hostKey];
    await setUp({ hostKeys }).push('warehouse', named('c.csv'), nothing);
    expect(readFileSync(join(sshd.inbox, 'c.csv')).equals(content)).toBe(true);
  });

  test('that was cut short goes on where it stopped', async () => {
    const part = join(sshd.inbox, '.d.csv.tmp');
    writeFileSync(part, content.subarray(0, 300_001));
    await setUp().push('warehouse', named('d.csv'), nothing);
    expect(asked).toEqual([300_001]);
    expect(readFileSync(join(sshd.inbox, 'd.csv')).equals(content)).toBe(true);
    expect(readdirSync(sshd.inbox)).not.toContain('.d.csv.tmp');
  });

  test('of what is there already writes nothing', async () => {
    await setUp().push('warehouse', named('d.csv'), nothing);
    expect(asked).toEqual([]);
  });

  test('that breaks off on our side has no file of its name there', async () => {
    const push = setUp().push('warehouse', named('e.csv'), async (bytes) => {
      if (bytes > 200_000) throw new Error('ours');
    });
    await expect(push).rejects.toThrow('ours');
    expect(readdirSync(sshd.inbox)).not.toContain('e.csv');
    await setUp().push('warehouse', named('e.csv'), nothing);
    expect(readFileSync(join(sshd.inbox, 'e.csv')).equals(content)).toBe(true);
  });

  test.each<[string, () => object, string]>([
    ['nobody listens', () => ({ port: 1 }), 'unreachable'],
    ['the user is nobody there', () => ({ user: 'nobody-of-that-name' }), 'login'],
    ['the key file is not there', () => ({ keyFile: '/nowhere' }), 'target'],
    ['the folder is not there', () => ({ folder: '/nowhere/at/all' }), 'storage'],
  ])('where %s fails, and says why', async (_, change, fault) => {
    const push = setUp(change()).push('warehouse', named('f.csv'), nothing);
    await expect(push).rejects.toMatchObject({ fault });
  });
});

test('the file of targets says what is wrong with it, and where', async () => {
  const good = {
    name: 'x',
    host: 'h',
    user: 'u',
    hostKeys: [`SHA256:${'A'.repeat(43)}`],
    passwordFile: 'secret',
  };
  const cases: [unknown, RegExp][] = [
    [{}, /is not a list/],
    [[1], /target 1: is not an object/],
    [[{ ...good, hostKeys: undefined }], /`hostKeys` is missing/],
    [[{ ...good, hostKeys: [] }], /`hostKeys` is missing/],
    [[{ ...good, hostKeys: ['MD5:00'] }], /43 characters/],
    [[{ ...good, keyFile: 'k' }], /one of `keyFile` and `passwordFile`/],
    [[{ ...good, port: 0 }], /`port`/],
    [[{ ...good, name: '../x' }], /`name`/],
    [[{ ...good, hostkey: 'x' }], /`hostkey` is not known/],
    [[good, good], /two targets of one name/],
  ];
  for (const [json, what] of cases) {
    writeFileSync(file, JSON.stringify(json));
    await expect(readTargets(file)).rejects.toMatchObject({
      code: 'setting_invalid',
      publicText: expect.stringMatching(what),
    });
  }
  writeFileSync(file, JSON.stringify([good]));
  expect(await readTargets(file)).toMatchObject([{ port: 22, folder: '.' }]);
  expect(await readTargets(`${file}.none`)).toEqual([]);
});
