import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openCheckpoint, signCheckpoint } from '../../../src/core/ledger/checkpoint.ts';
import { emptyRoot, leafHash } from '../../../src/core/ledger/merkle.ts';
import { openNote, signerOf, signNote, verifierOf } from '../../../src/core/ledger/note.ts';

/** The example of golang.org/x/mod/sumdb/note, which the C2SP specification describes. */
const vkey = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const skey = 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz';
const seed = Buffer.from(skey.slice(skey.lastIndexOf('+A') + 1), 'base64').subarray(1);
const text =
  'If you think cryptography is the answer to your problem,\n' +
  "then you don't know what your problem is.\n";
const note =
  `${text}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgK` +
  'vqfqdngotpRZb6KE6RyyBwJnAM=\n';

describe('the published example', () => {
  it('signing gives the published bytes and verifier key', () => {
    const signer = signerOf('PeterNeumann', seed);
    expect(signer.vkey).toBe(vkey);
    expect(signNote(text, signer)).toBe(note);
  });

  it('opens with its key', () => {
    expect(openNote(note, [verifierOf(vkey)], 'note').text).toBe(text);
  });

  it('the verifier key of sum.golang.org is read', () => {
    const sumdb = 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8';
    expect(verifierOf(sumdb).name).toBe('sum.golang.org');
  });

  it('any changed byte is refused', () => {
    const bytes = Buffer.from(note);
    const verifiers = [verifierOf(vkey)];
    for (let i = 0; i < bytes.length; i += 1) {
      for (const bit of [1, 2, 4, 8, 16, 32, 64, 128]) {
        const changed = Buffer.from(bytes);
        changed[i]! ^= bit;
        expect(() => openNote(changed.toString(), verifiers, 'note'), `byte ${i}`).toThrow('note');
      }
    }
  });
});

describe('keys', () => {
  it.each([
    ['no parts', 'PeterNeumann'],
    ['another hash', vkey.replace('c74f20a3', 'c74f20a4')],
    ['another name', vkey.replace('Peter', 'Petra')],
    ['another algorithm', 'PeterNeumann+c74f20a3+BBpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'],
    ['a short key', 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy'],
    ['a hash in capitals', vkey.replace('c74f20a3', 'C74F20A3')],
    ['a space in the name', vkey.replace('PeterN', 'Peter N')],
    ['something after it', `${vkey}\n`],
    ['nothing', ''],
  ])('%s is no verifier key', (_name, key) => {
    expect(() => verifierOf(key)).toThrow('ledger_broken: key:');
  });

  it('a signer takes a private key as well as its seed', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const { d } = privateKey.export({ format: 'jwk' });
    const fromSeed = signerOf('ledger.example', Buffer.from(d ?? '', 'base64url'));
    expect(signerOf('ledger.example', privateKey).vkey).toBe(fromSeed.vkey);
    expect(verifierOf(fromSeed.vkey).key.equals(publicKey)).toBe(true);
  });

  it.each(['', 'two words', 'one+two', 'line\nfeed'])('%j is no name for a key', (name) => {
    expect(() => signerOf(name, seed)).toThrow('signing key');
  });

  it('a key for something else does not sign', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    expect(() => signerOf('ledger.example', privateKey)).toThrow('is not an Ed25519 key');
  });
});

describe('notes', () => {
  const signer = signerOf('PeterNeumann', seed);
  const verifiers = [verifierOf(vkey)];
  const other = signerOf('PeterNeumann', Buffer.alloc(32, 7));
  const secondLine = note.slice(note.indexOf('— '));

  it.each([
    ['no signature', text, 'is not a signed note'],
    ['nothing', '', 'is not a signed note'],
    ['no line feed at the end', note.slice(0, -1), 'exactly one signature line'],
    ['a second signature line', note + secondLine, 'exactly one signature line'],
    ['a line of an unknown key', note + signNote(text, other).split('\n\n')[1], 'exactly one'],
    ['a hyphen for the dash', note.replace('— ', '- '), 'exactly one signature line'],
    ['another key of that name', signNote(text, other), 'is signed by another key'],
    ['a signature cut short', note.replace('yBwJnAM=', 'yBw='), 'has a signature of wrong size'],
    ['an unusual base64', note.replace('AM=', 'AN='), 'is not canonical base64'],
    ['another text', note.replace('cryptography', 'telephony'), 'does not verify'],
  ])('%s is refused', (_name, broken, why) => {
    expect(() => openNote(broken, verifiers, 'note')).toThrow(why);
  });

  it('a text that does not end its last line is not signed', () => {
    expect(() => signNote('half a line', signer)).toThrow('line feed');
  });
});

describe('checkpoints', () => {
  const signer = signerOf('consentry.example/ledger', Buffer.alloc(32, 1));
  const verifiers = [verifierOf(signer.vkey)];

  it('a checkpoint is origin, size and root', () => {
    const made = signCheckpoint({ size: 0, root: emptyRoot }, signer);
    const [origin, size, root, empty] = made.split('\n');
    expect([origin, size, root, empty]).toEqual([
      'consentry.example/ledger',
      '0',
      '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
      '',
    ]);
  });

  it('what was signed is read back', () => {
    fc.assert(
      fc.property(
        fc.maxSafeNat(),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        (size, root) => {
          const head = { size, root: Buffer.from(root) };
          expect(openCheckpoint(signCheckpoint(head, signer), verifiers)).toEqual({
            ...head,
            origin: 'consentry.example/ledger',
            vkey: signer.vkey,
          });
        },
      ),
    );
  });

  const root = leafHash(Buffer.of()).toString('base64');
  it.each([
    ['another origin', `other.example\n1\n${root}\n`, 'origin'],
    ['a size with a leading zero', `${signer.name}\n01\n${root}\n`, 'has no size'],
    ['a negative size', `${signer.name}\n-1\n${root}\n`, 'has no size'],
    ['a size beyond safe integers', `${signer.name}\n9007199254740993\n${root}\n`, '2^53'],
    ['a short root', `${signer.name}\n1\nAAAA\n`, '32 bytes'],
    ['a root in another alphabet', `${signer.name}\n1\n_${root.slice(1)}\n`, 'base64'],
    ['no root', `${signer.name}\n1\n`, '32 bytes'],
    ['an extension line', `${signer.name}\n1\n${root}\nmore\n`, 'more than'],
  ])('%s is refused though signed', (_name, body, why) => {
    expect(() => openCheckpoint(signNote(body, signer), verifiers)).toThrow(why);
  });
});
