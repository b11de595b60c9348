/**
 * A receipt: one entry with all that is needed to check, without us and without a network, that
 * it stands in the ledger. It is JSON for people to keep; white space in it does not matter,
 * every byte of a value does.
 */
import { fromBase64 } from './base64.ts';
import { type Json, parseJson } from './canonical.ts';
import { type Opening, readOpening, readStatement, type Statement } from './entry.ts';
import { hold, LedgerFault } from './fault.ts';
import { hashBytes } from './merkle.ts';
import { countAt, recordAt, stringAt } from './shape.ts';

export interface Receipt {
  readonly v: 1;
  /** The leaf. */
  readonly statement: Statement;
  /** Salt and value per label; a label may be left out by whoever passes the receipt on. */
  readonly openings: Opening;
  readonly proof: {
    readonly leafIndex: number;
    /** Base64, bottom up. */
    readonly hashes: readonly string[];
  };
  /** A signed checkpoint: a note of origin, size and root. */
  readonly checkpoint: string;
  /** Verifier key of the checkpoint's signature. */
  readonly key: string;
}

/** A receipt is about 4 KB; nothing of ours is near this. */
const receiptCharsMax = 262_144;
/** A tree of 2^53 leaves has proofs of 53 hashes. */
const proofHashesMax = 53;

export function formatReceipt(receipt: Receipt): string {
  return `${JSON.stringify(receipt, null, 2)}\n`;
}

/** Reads the form of a receipt, not its truth. Throws a `LedgerFault` that says where. */
export function readReceipt(text: string): { receipt: Receipt; hashes: readonly Buffer[] } {
  hold(text.length <= receiptCharsMax, 'receipt', 'is larger than 256 KiB');
  const value = parseJson(text, 'receipt');
  hold(!repeatsKey(text), 'receipt', 'has a field twice in one object');
  const keys = ['v', 'statement', 'openings', 'proof', 'checkpoint', 'key'];
  const fields = recordAt(value, 'receipt', keys);
  hold(fields['v'] === 1, 'v', 'is not 1');
  const proof = recordAt(fields['proof'], 'proof', ['leafIndex', 'hashes']);
  const hashes = readHashes(proof['hashes']);
  const receipt: Receipt = {
    v: 1,
    statement: readStatement(fields['statement'], 'statement'),
    openings: readOpening(fields['openings'], 'openings'),
    proof: {
      leafIndex: countAt(proof['leafIndex'], 'proof.leafIndex'),
      hashes: hashes.map((hash) => hash.toString('base64')),
    },
    checkpoint: stringAt(fields['checkpoint'], 'checkpoint'),
    key: stringAt(fields['key'], 'key'),
  };
  return { receipt, hashes };
}

function readHashes(value: Json | undefined): Buffer[] {
  if (!Array.isArray(value)) throw new LedgerFault('proof.hashes', 'is not a list');
  hold(value.length <= proofHashesMax, 'proof.hashes', `has more than ${proofHashesMax} hashes`);
  return value.map((item: Json, i: number) => {
    const where = `proof.hashes[${i}]`;
    const hash = fromBase64(stringAt(item, where), where);
    hold(hash.length === hashBytes, where, `is not ${hashBytes} bytes long`);
    return hash;
  });
}

/**
 * Whether an object in valid JSON names a key twice. `JSON.parse` keeps the last and says
 * nothing; another reader may keep the first, and the two would read different receipts.
 */
function repeatsKey(text: string): boolean {
  const open: Set<string>[] = [];
  for (const [token, name] of text.matchAll(
    /("(?:[^"\\]|\\.)*")(?=\s*:)|"(?:[^"\\]|\\.)*"|[{}]/g,
  )) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (name !== undefined) {
      const key: string = JSON.parse(name);
      const keys = open.at(-1);
      if (keys?.has(key)) return true;
      keys?.add(key);
    }
  }
  return false;
}
