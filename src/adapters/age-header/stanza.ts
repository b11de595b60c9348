/** Writing of age v1 headers (c2sp.org/age). They are parsed by `age-encryption`, never here. */
import {
  createCipheriv,
  createHmac,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
} from 'node:crypto';
import { ConsentryError } from '../../core/error.ts';
import { recipientKey } from './bech32.ts';

/** `-> X25519 SHARE` and the file key, encrypted to one recipient under a fresh ephemeral key. */
export function x25519Stanza(fileKey: Uint8Array, recipient: string): string {
  const theirs = recipientKey(recipient);
  const ephemeral = generateKeyPairSync('x25519');
  const share = Buffer.from(ephemeral.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const salt = Buffer.concat([share, theirs]);
  const secret = sharedSecret(ephemeral.privateKey, theirs);
  const key = Buffer.from(hkdfSync('sha256', secret, salt, 'age-encryption.org/v1/X25519', 32));
  // The key is used once, so the nonce is zero.
  const cipher = createCipheriv('chacha20-poly1305', key, Buffer.alloc(12), { authTagLength: 16 });
  const sealed = Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()]);
  return `-> X25519 ${unpadded(share)}\n${unpadded(sealed)}\n`;
}

/** The whole header: version, stanzas, and the MAC under the file key over both. */
export function headerText(fileKey: Uint8Array, stanzas: readonly string[]): string {
  const macKey = Buffer.from(hkdfSync('sha256', fileKey, '', 'header', 32));
  const head = `age-encryption.org/v1\n${stanzas.join('')}---`;
  return `${head} ${unpadded(createHmac('sha256', macKey).update(head).digest())}\n`;
}

function sharedSecret(privateKey: Parameters<typeof diffieHellman>[0]['privateKey'], raw: Buffer) {
  const jwk = { kty: 'OKP', crv: 'X25519', x: raw.toString('base64url') };
  try {
    return diffieHellman({ privateKey, publicKey: createPublicKey({ key: jwk, format: 'jwk' }) });
  } catch (cause) {
    // A point of low order: the secret would be zero for everybody.
    throw new ConsentryError('invalid_request', 'the recipient is not a usable key', { cause });
  }
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
