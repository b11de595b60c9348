import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Decrypter, Encrypter } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recipientKey } from '../../../src/adapters/age-header/bech32.ts';
import { createAgeHeaders, newIdentity } from '../../../src/adapters/age-header/headers.ts';
import { encodePayload } from '../../../src/core/recording/age-payload.ts';

const headers = createAgeHeaders();
const fileKey = Buffer.from('101112131415161718191a1b1c1d1e1f', 'hex');
const damaged = { code: 'recording_damaged' };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'age-header-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A new identity from the age-keygen command, in a file. */
function keygen(name: string): { path: string; identity: string; recipient: string } {
  const path = join(folder, name);
  execFileSync('age-keygen', ['-o', path], { stdio: 'pipe' });
  const text = execFileSync('cat', [path], { encoding: 'utf8' });
  return {
    path,
    identity: /^AGE-SECRET-KEY-1\S+$/m.exec(text)?.[0] ?? '',
    recipient: /public key: (\S+)/.exec(text)?.[1] ?? '',
  };
}

describe('a detached age header', () => {
  it('opens for every recipient and gives back the file key', async () => {
    const [one, two] = [await newIdentity(), await newIdentity()];
    const header = await headers.make(fileKey, [one.recipient, two.recipient]);
    expect(await headers.open(header, [one.identity])).toEqual(new Uint8Array(fileKey));
    expect(await headers.open(header, [two.identity])).toEqual(new Uint8Array(fileKey));
  });

  it('is a different one each time', async () => {
    const { recipient } = await newIdentity();
    const first = Buffer.from(await headers.make(fileKey, [recipient]));
    expect(first.equals(await headers.make(fileKey, [recipient]))).toBe(false);
  });

  it('says key_missing to another identity, and recording_damaged to no header', async () => {
    const [one, two] = [await newIdentity(), await newIdentity()];
    const header = await headers.make(fileKey, [one.recipient]);
    await expect(headers.open(header, [two.identity])).rejects.toMatchObject({
      code: 'key_missing',
    });
    await expect(headers.open(Buffer.alloc(0), [one.identity])).rejects.toMatchObject(damaged);
  });

  it('does not open when any bit is flipped, anything is cut off or added', async () => {
    const { identity, recipient } = await newIdentity();
    const header = Buffer.from(await headers.make(fileKey, [recipient]));
    const refused: Promise<void>[] = [];
    const refuse = (bytes: Buffer) =>
      refused.push(
        headers.open(bytes, [identity]).then(
          () => expect.fail(`opened: ${bytes.toString('latin1')}`),
          (error) => expect(['recording_damaged', 'key_missing']).toContain(error.code),
        ),
      );
    for (let bit = 0; bit < header.length * 8; bit += 1) {
      const bytes = Buffer.from(header);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      refuse(bytes);
    }
    for (let length = 0; length < header.length; length += 1) refuse(header.subarray(0, length));
    for (const extra of ['\n', ' ', 'x', '--- \n'])
      refuse(Buffer.concat([header, Buffer.from(extra)]));
    await Promise.all(refused);
    expect(await headers.open(header, [identity])).toEqual(new Uint8Array(fileKey));
  });

  it.each([
    ['', 'nothing'],
    ['age1', 'no key'],
    ['AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQSC8U4C', 'an identity'],
    ['age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqcysyl', 'a wrong checksum'],
    ['age1pq1qqqqqqqq', 'another kind of recipient'],
    ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA', 'an SSH key'],
  ])('refuses the recipient %j: %s', async (recipient) => {
    await expect(headers.make(fileKey, [recipient])).rejects.toMatchObject({
      code: 'invalid_request',
      publicText: 'a recipient is an X25519 public key, age1…',
    });
  });

  it('refuses a public key of low order, whose secret everybody would know', async () => {
    // 32 zero bytes.
    const recipient = 'age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z';
    await expect(headers.make(fileKey, [recipient])).rejects.toMatchObject({
      code: 'invalid_request',
      publicText: 'the recipient is not a usable key',
    });
  });

  it('reads recipients as the age command writes them', () => {
    for (const name of ['a', 'b', 'c']) {
      expect(recipientKey(keygen(`recipient-${name}`).recipient)).toHaveLength(32);
    }
  });
});

describe('header and payload together', () => {
  const plaintext = Buffer.alloc(70_000, 'sound');

  it.each([0, 1, 65_536, 70_000])('open with the age command, %i bytes', async (bytes) => {
    const key = keygen(`decrypt-${bytes}`);
    const header = await headers.make(fileKey, [key.recipient]);
    const payload = encodePayload(fileKey, Buffer.alloc(16, 3), [plaintext.subarray(0, bytes)]);
    const path = join(folder, `file-${bytes}.age`);
    writeFileSync(path, Buffer.concat([header, ...payload]));
    const opened = execFileSync('age', ['-d', '-i', key.path, path]);
    expect(opened.equals(plaintext.subarray(0, bytes))).toBe(true);
  });

  it('open with typage', async () => {
    const { identity, recipient } = await newIdentity();
    const header = await headers.make(fileKey, [recipient]);
    const payload = encodePayload(fileKey, Buffer.alloc(16, 3), [plaintext]);
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    const opened = await decrypter.decrypt(Buffer.concat([header, ...payload]));
    expect(Buffer.from(opened).equals(plaintext)).toBe(true);
  });

  it('open for us when the age command and typage made them', async () => {
    const key = keygen('theirs');
    const file = execFileSync('age', ['-r', key.recipient], { input: plaintext });
    const encrypter = new Encrypter();
    encrypter.addRecipient(key.recipient);
    for (const bytes of [file, Buffer.from(await encrypter.encrypt(plaintext))]) {
      const end = bytes.indexOf('\n', bytes.indexOf('\n---') + 1) + 1;
      expect(await headers.open(bytes.subarray(0, end), [key.identity])).toHaveLength(16);
    }
  });
});
