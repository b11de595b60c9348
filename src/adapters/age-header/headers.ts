import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import type { AgeHeaders } from '../../app/ports.ts';
import { assert, ConsentryError } from '../../core/error.ts';
import { headerText, x25519Stanza } from './stanza.ts';

const fileKeyBytes = 16;
/** A header of ours has 200 bytes with one recipient; nothing honest comes near this. */
const headerBytesMax = 65_536;
/** What typage says when the header is in order and none of its stanzas is for us. */
const noMatchText = "no identity matched any of the file's recipients";

/** Detached age v1 headers for X25519 recipients. */
export function createAgeHeaders(): AgeHeaders {
  return { make, open };
}

/** A new L1 identity and its public half. */
export async function newIdentity(): Promise<{ identity: string; recipient: string }> {
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity) };
}

async function make(fileKey: Uint8Array, recipients: readonly string[]): Promise<Uint8Array> {
  assert(fileKey.length === fileKeyBytes, 'a file key has 16 bytes');
  assert(recipients.length > 0, 'a header without recipients opens for nobody');
  const stanzas = recipients.map((recipient) => x25519Stanza(fileKey, recipient));
  return Buffer.from(headerText(fileKey, stanzas), 'latin1');
}

async function open(header: Uint8Array, identities: readonly string[]): Promise<Uint8Array> {
  if (!endsWithMac(header)) {
    throw new ConsentryError('recording_damaged', 'the age header does not end with its MAC');
  }
  const decrypter = new Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity);
  let fileKey: Uint8Array;
  try {
    fileKey = await decrypter.decryptHeader(header);
  } catch (cause) {
    if (cause instanceof Error && cause.message === noMatchText) {
      throw new ConsentryError('key_missing', 'the age header is for another identity', { cause });
    }
    throw new ConsentryError('recording_damaged', 'the age header is not valid', { cause });
  }
  assert(fileKey.length === fileKeyBytes, 'typage checks the length of the file key');
  return fileKey;
}

/** typage stops at the MAC line and would not notice bytes after it. */
function endsWithMac(header: Uint8Array): boolean {
  if (header.length > headerBytesMax) return false;
  const text = Buffer.from(header).toString('latin1');
  return (
    text.indexOf('\n', text.indexOf('\n---') + 1) === text.length - 1 && text.includes('\n---')
  );
}
