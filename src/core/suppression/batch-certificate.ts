/**
 * The certificate of a batch: what was asked, what it was decided by, and what came of it, signed
 * with the key of the ledger's checkpoints. A signed note (c2sp.org/signed-note) whose first line
 * says what it is, so that it never passes for a checkpoint, and whose second is canonical JSON.
 *
 * Whoever holds it can check, without us, that it is whole and by whom it was signed, and that two
 * files are the ones it speaks of. That the lists were right, and that each line was answered as the
 * rules ask, it cannot show: for that a decision is taken again.
 */
import { hash } from 'node:crypto';
import { canonical, type Json, parseCanonical } from '../ledger/canonical.ts';
import { hold, LedgerFault } from '../ledger/fault.ts';
import { openNote, type Signer, signNote, verifierOf } from '../ledger/note.ts';
import { countAt, hexAt, objectAt, recordAt, stringAt } from '../ledger/shape.ts';
import type { Hex, Uuid } from '../words.ts';
import type { BatchCounts } from './batch-tally.ts';

/** A file by its length and SHA-256. */
export interface Fingerprint {
  readonly sha256: Hex;
  readonly bytes: number;
}

/** Times are ISO 8601, UTC. */
export interface BatchStatement {
  readonly v: 1;
  /** The batch, and its entry in the ledger. */
  readonly batch: Uuid;
  /** Stands for the tenant: 16 bytes. */
  readonly tenant: Hex;
  /** Verifier key of who signed. */
  readonly key: string;
  /** A user's or key's id, or `operator`. */
  readonly by: string;
  readonly channel: string;
  readonly purpose: string;
  readonly campaign: string | null;
  readonly subject: string | null;
  /** For when it was asked; null: for the moment of each answer. */
  readonly at: string | null;
  readonly startedAt: string;
  readonly finishedAt: string;
  /** Positions in the stream of own requests up to which it was read. */
  readonly ownList: { readonly from: number | null; readonly to: number | null };
  /** Version of the table of calling rules. */
  readonly rules: string;
  /** Versions of what decided, such as of the time zones. */
  readonly engine: Readonly<Record<string, string>>;
  readonly lists: readonly {
    readonly list: string;
    readonly version: string;
    readonly obtainedAt: string;
    /** Whole days, when the batch began. */
    readonly ageDays: number;
    /** Of the file that the version was made from; null: not known. */
    readonly sourceSha256: Hex | null;
    /** Stands for the subscription account; null: not said. */
    readonly accountToken: string | null;
  }[];
  readonly counts: BatchCounts;
  readonly reasons: Readonly<Record<string, number>>;
  readonly input: Fingerprint;
  readonly output: Fingerprint;
  /** Until when it stays live; null: it does not. */
  readonly liveUntil: string | null;
}

export interface VerifiedCertificate {
  readonly ok: true;
  readonly statement: BatchStatement;
  readonly key: string;
  readonly keyFrom: 'given' | 'certificate';
  /** Of the whole text: what the entry in the ledger holds. */
  readonly sha256: Hex;
}

export interface RefusedCertificate {
  readonly ok: false;
  readonly where: string;
  readonly why: string;
}

const head = 'consentry batch certificate v1';
const sha256Bytes = 32;
const tenantBytes = 16;

const statementKeys = [
  ...['v', 'batch', 'tenant', 'key', 'by', 'channel', 'purpose', 'campaign', 'subject', 'at'],
  ...['startedAt', 'finishedAt', 'ownList', 'rules', 'engine', 'lists', 'counts', 'reasons'],
  ...['input', 'output', 'liveUntil'],
];
const countKeys = ['lines', 'allow', 'deny', 'hold', 'unreadable'] as const;

export const certificateText = (statement: BatchStatement, signer: Signer): string =>
  signNote(`${head}\n${canonical(statement)}\n`, signer);

export const certificateSha256 = (text: string): Hex => hash('sha256', text);

/** @param key verifier key to trust; left out: the one in the certificate, which proves it whole only */
export function verifyCertificate(
  text: string,
  key?: string,
): VerifiedCertificate | RefusedCertificate {
  try {
    const [first = '', second = ''] = text.split('\n', 2);
    hold(first === head, 'certificate', `does not begin with “${head}”`);
    const statement = readStatement(parseCanonical(second, 'statement'));
    const trusted = key ?? statement.key;
    const note = openNote(text, [verifierOf(trusted)], 'certificate');
    hold(note.text === `${head}\n${second}\n`, 'certificate', 'has lines that none has');
    const keyFrom = key === undefined ? 'certificate' : 'given';
    return { ok: true, statement, key: trusted, keyFrom, sha256: certificateSha256(text) };
  } catch (error) {
    if (!(error instanceof LedgerFault)) throw error;
    return { ok: false, where: error.where, why: error.why };
  }
}

/** What a reader goes by has its form; what is only shown may be any JSON of its key. */
function readStatement(value: Json): BatchStatement {
  const fields = recordAt(value, 'statement', statementKeys);
  hold(fields['v'] === 1, 'statement.v', 'is of a version that is not known here');
  hexAt(fields['tenant'], 'statement.tenant', tenantBytes);
  for (const name of ['batch', 'key', 'by', 'channel', 'purpose', 'startedAt', 'finishedAt']) {
    stringAt(fields[name], `statement.${name}`);
  }
  const counts = recordAt(fields['counts'], 'statement.counts', countKeys);
  const count = (name: string) => countAt(counts[name], `statement.counts.${name}`);
  const sum = count('allow') + count('deny') + count('hold');
  hold(sum === count('lines'), 'statement.counts', 'do not add up');
  hold(count('unreadable') <= count('deny'), 'statement.counts', 'do not add up');
  for (const [code, of] of Object.entries(objectAt(fields['reasons'], 'statement.reasons'))) {
    countAt(of, `statement.reasons.${code}`);
  }
  for (const name of ['input', 'output']) {
    const file = recordAt(fields[name], `statement.${name}`, ['sha256', 'bytes']);
    hexAt(file['sha256'], `statement.${name}.sha256`, sha256Bytes);
    countAt(file['bytes'], `statement.${name}.bytes`);
  }
  hold(Array.isArray(fields['lists']), 'statement.lists', 'is not a list');
  return value as unknown as BatchStatement;
}
