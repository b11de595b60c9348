/**
 * Signed notes (c2sp.org/signed-note) with Ed25519: a text, an empty line, signature lines
 * `— name base64(key hash | signature)`. A verifier key is `name+hash+base64(1 | public key)`.
 */
import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';
import { fromBase64 } from './base64.ts';
import { hold, LedgerFault } from './fault.ts';

export interface Signer {
  readonly name: string;
  readonly vkey: string;
  /** 4 bytes of key hash and 64 of signature. */
  readonly sign: (text: string) => Buffer;
}

export interface Verifier {
  readonly name: string;
  readonly vkey: string;
  readonly keyHash: Buffer;
  readonly key: KeyObject;
}

const ed25519 = 1;
const keyHashBytes = 4;
const publicKeyBytes = 32;
const signatureBytes = 64;
/** DER around a raw Ed25519 key (RFC 8410): PKCS #8 for the seed, SPKI for the public key. */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * @param name of the key: no spaces, no `+`
 * @param secret an Ed25519 private key, or its 32-byte seed
 */
export function signerOf(name: string, secret: KeyObject | Uint8Array): Signer {
  checkName(name);
  const key =
    secret instanceof Uint8Array
      ? createPrivateKey({
          key: Buffer.concat([pkcs8Prefix, secret]),
          format: 'der',
          type: 'pkcs8',
        })
      : secret;
  hold(key.asymmetricKeyType === 'ed25519', 'signing key', 'is not an Ed25519 key');
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  const tagged = Buffer.concat([Buffer.of(ed25519), spki.subarray(spkiPrefix.length)]);
  const keyHash = keyHashOf(name, tagged);
  return {
    name,
    vkey: `${name}+${keyHash.toString('hex')}+${tagged.toString('base64')}`,
    sign: (text) => Buffer.concat([keyHash, sign(null, Buffer.from(text), key)]),
  };
}

/** Reads a verifier key; throws a `LedgerFault` at `key` if it is not one. */
export function verifierOf(vkey: string): Verifier {
  const parts = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(vkey);
  const [, name, hashHex, encoded] = parts ?? [];
  if (name === undefined || hashHex === undefined || encoded === undefined) {
    throw new LedgerFault('key', 'is not a verifier key: name+hash+base64');
  }
  const tagged = fromBase64(encoded, 'key');
  hold(tagged[0] === ed25519, 'key', 'is not an Ed25519 key');
  hold(tagged.length === 1 + publicKeyBytes, 'key', `is not ${publicKeyBytes} bytes long`);
  const keyHash = keyHashOf(name, tagged);
  hold(keyHash.toString('hex') === hashHex, 'key', 'does not fit its own hash');
  const der = Buffer.concat([spkiPrefix, tagged.subarray(1)]);
  return { name, vkey, keyHash, key: createPublicKey({ key: der, format: 'der', type: 'spki' }) };
}

/** @param text ends with a line feed and has no empty line that could pass for the note's own */
export function signNote(text: string, signer: Signer): string {
  hold(text.endsWith('\n'), 'note', 'does not end with a line feed');
  return `${text}\n— ${signer.name} ${signer.sign(text).toString('base64')}\n`;
}

/**
 * Opens a note of ours: exactly one signature, by one of the verifiers. C2SP lets a reader ignore
 * lines of unknown keys; ours carry none, and a line that nobody checks is a line anyone can edit.
 *
 * @returns the signed text and who signed it
 * @throws LedgerFault at `where`
 */
export function openNote(
  note: string,
  verifiers: readonly Verifier[],
  where: string,
): { text: string; verifier: Verifier } {
  const cut = note.lastIndexOf('\n\n');
  hold(cut > 0, where, 'is not a signed note');
  const text = note.slice(0, cut + 1);
  const line = /^— (\S+) ([A-Za-z0-9+/=]+)\n$/u.exec(note.slice(cut + 2));
  const [, name, encoded] = line ?? [];
  if (name === undefined || encoded === undefined) {
    throw new LedgerFault(where, 'does not carry exactly one signature line');
  }
  const signature = fromBase64(encoded, where);
  hold(signature.length === keyHashBytes + signatureBytes, where, 'has a signature of wrong size');
  const keyHash = signature.subarray(0, keyHashBytes);
  const verifier = verifiers.find((one) => one.name === name && one.keyHash.equals(keyHash));
  if (verifier === undefined) throw new LedgerFault(where, `is signed by another key (${name})`);
  const signed = verify(null, Buffer.from(text), verifier.key, signature.subarray(keyHashBytes));
  hold(signed, where, 'has a signature that does not verify');
  return { text, verifier };
}

function keyHashOf(name: string, tagged: Buffer): Buffer {
  return hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), tagged]), 'buffer').subarray(
    0,
    keyHashBytes,
  );
}

function checkName(name: string): void {
  hold(/^[^\s+]+$/u.test(name), 'signing key', 'has a name with a space or a +, or none');
}
