import { ConsentryError } from '../../core/error.ts';

/** BIP 173: five bits a character, no `1`, `b`, `i` or `o`. */
const alphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const prefix = 'age';
const checksumChars = 6;

/**
 * The 32 bytes of an X25519 public key written as `age1…`. Throws `invalid_request` for anything
 * else, other kinds of age recipients included.
 */
export function recipientKey(recipient: string): Buffer {
  const words = [...recipient.slice(prefix.length + 1)].map((char) => alphabet.indexOf(char));
  const isBech32 =
    recipient.startsWith(`${prefix}1`) &&
    words.length > checksumChars &&
    !words.includes(-1) &&
    polymod([...expandedPrefix(), ...words]) === 1;
  const key = isBech32 ? bytesOf(words.slice(0, -checksumChars)) : null;
  if (key?.length !== 32) {
    throw new ConsentryError('invalid_request', 'a recipient is an X25519 public key, age1…');
  }
  return key;
}

/** The prefix as BIP 173 mixes it into the checksum: high bits, a zero, low bits. */
function expandedPrefix(): number[] {
  const codes = [...prefix].map((char) => char.charCodeAt(0));
  return [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
}

function polymod(words: readonly number[]): number {
  let sum = 1;
  for (const word of words) {
    const top = sum >> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ word;
    generators.forEach((generator, bit) => {
      if ((top >> bit) & 1) sum ^= generator;
    });
  }
  return sum;
}

/** Null when the bits that fill up the last character are not zero. */
function bytesOf(words: readonly number[]): Buffer | null {
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (const word of words) {
    value = (value << 5) | word;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push(value >> bits);
      value &= (1 << bits) - 1;
    }
  }
  return bits < 5 && value === 0 ? Buffer.from(bytes) : null;
}
