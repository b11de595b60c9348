/**
 * An entry becomes two things: a leaf, which is public, stays for ever and holds nothing of a
 * person, and an opening, which holds the salts and values behind the leaf's commitments, goes
 * sealed into the person's row, and can be erased without changing the tree.
 */
import type { Instant } from '../words.ts';
import { canonical, type Json, parseCanonical } from './canonical.ts';
import { commitment, commitmentTo, saltBytes } from './commitment.ts';
import {
  type EntryFacts,
  type EntryKind,
  entryKinds,
  isEntryKind,
  type LeafPurpose,
  labelsOf,
  leafPurposes,
  type Version,
  versions,
  writtenVersion,
} from './facts.ts';
import { hold, LedgerFault } from './fault.ts';
import { hashBytes } from './merkle.ts';
import { oversightKinds } from './redaction-facts.ts';
import { hexAt, objectAt, recordAt, stringAt } from './shape.ts';

/** What a leaf says, and what every verifier sees. */
export interface Statement {
  readonly v: Version;
  readonly kind: EntryKind;
  readonly purpose: LeafPurpose;
  /** Stands for the tenant: 16 bytes, hexadecimal. */
  readonly tenant: string;
  /** YYYY-MM-DD, UTC. */
  readonly day: string;
  /** SHA-256 per label, hexadecimal. */
  readonly commitments: Readonly<Record<string, string>>;
}

export type Opening = Readonly<Record<string, { readonly salt: string; readonly value: Json }>>;

export interface MadeEntry {
  /** Canonical JSON of the statement. */
  readonly leaf: Buffer;
  /** Canonical JSON of the opening: what is sealed into the entry's row. */
  readonly opening: Buffer;
}

/** Hexadecimal. */
const saltChars = 2 * saltBytes;
/** Bytes of a tenant's pseudonym. */
const tenantBytes = 16;
/** A leaf is not guessed at: what it commits to is known by its version only. */
const unknownVersion =
  `is none of the versions known here (${versions.join(', ')}); ` +
  'a later release of the program may know it';
const labelPattern = /^[a-z][A-Za-z0-9]*$/;
const dayChars = 'YYYY-MM-DD'.length;
const dayPattern = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

/** How many random bytes `makeEntry` needs for this kind. */
export function saltBytesFor(kind: EntryKind): number {
  return labelsOf(writtenVersion(kind), kind).length * saltBytes;
}

/** By UTF-16 code units, as canonical JSON has its keys. */
const sortedLabels = new Map(
  entryKinds.map((kind) => [kind, [...labelsOf(writtenVersion(kind), kind)].sort()]),
);

/**
 * Both texts are written in one pass, each value once: an entry is made in every step of a call.
 *
 * @param tenant the tenant's pseudonym, 16 bytes
 * @param salts `saltBytesFor(facts.kind)` fresh random bytes
 * @throws LedgerFault if a fact is not canonical JSON or an argument has another length
 */
export function makeEntry(facts: EntryFacts, tenant: Uint8Array, salts: Uint8Array): MadeEntry {
  const { kind, purpose } = facts;
  const at = new Date(facts.at).toISOString();
  hold(tenant.length === tenantBytes, 'tenant', `is not ${tenantBytes} bytes long`);
  hold(salts.length === saltBytesFor(kind), 'salts', 'are too few or too many');
  const saltTexts = Buffer.from(salts.buffer, salts.byteOffset, salts.length).toString('hex');
  let commitments = '';
  let opening = '';
  const labels = sortedLabels.get(kind) ?? [];
  for (let i = 0; i < labels.length; i += 1) {
    const label = labels[i] ?? '';
    const text = label === 'at' ? `"${at}"` : textOf(facts, label);
    const saltText = saltTexts.slice(i * saltChars, (i + 1) * saltChars);
    const hash = commitmentTo(label, salts, i * saltBytes, saltBytes, text);
    const comma = i === 0 ? '' : ',';
    commitments += `${comma}"${label}":"${hash}"`;
    opening += `${comma}"${label}":{"salt":"${saltText}","value":${text}}`;
  }
  const tenantText = Buffer.from(tenant).toString('hex');
  const leaf =
    `{"commitments":{${commitments}},"day":"${at.slice(0, dayChars)}","kind":"${kind}",` +
    `"purpose":"${purpose}","tenant":"${tenantText}","v":${writtenVersion(kind)}}`;
  return { leaf: Buffer.from(leaf), opening: Buffer.from(`{${opening}}`) };
}

/** The bytes that are hashed into the tree. */
export function leafOf(statement: Statement): Buffer {
  return Buffer.from(canonical(statement));
}

/** Reads a leaf back; throws a `LedgerFault` at `where` if it is not one of ours. */
export function parseLeaf(leaf: Uint8Array, where: string): Statement {
  return readStatement(parseCanonical(Buffer.from(leaf).toString(), where), where);
}

/** A statement with every field in its form and every label its kind must have, and no other. */
export function readStatement(value: Json | undefined, where: string): Statement {
  const keys = ['v', 'kind', 'purpose', 'tenant', 'day', 'commitments'];
  const fields = recordAt(value, where, keys);
  const v = versions.find((one) => one === fields['v']);
  if (v === undefined) throw new LedgerFault(`${where}.v`, unknownVersion);
  const kind = fields['kind'];
  if (!isEntryKind(kind)) throw new LedgerFault(`${where}.kind`, 'is not a kind of entry');
  const labels = labelsOf(v, kind);
  hold(labels.length > 0, `${where}.v`, `is ${v}, and there is no ${kind} of that version`);
  const purpose = leafPurposes.find((one) => one === fields['purpose']);
  if (purpose === undefined) throw new LedgerFault(`${where}.purpose`, 'is not a purpose');
  hexAt(fields['tenant'], `${where}.tenant`, tenantBytes);
  const place = `${where}.commitments`;
  const commitments: Record<string, string> = {};
  for (const [label, hash] of Object.entries(recordAt(fields['commitments'], place, labels))) {
    commitments[label] = hexAt(hash, `${place}.${label}`, hashBytes).toString('hex');
  }
  const fits = (purpose === 'oversight') === oversightKinds.includes(kind);
  hold(fits, `${where}.purpose`, 'is not one of this kind of entry');
  return {
    v,
    kind,
    purpose,
    tenant: stringAt(fields['tenant'], `${where}.tenant`),
    day: stringAt(fields['day'], `${where}.day`, dayPattern),
    commitments,
  };
}

/** Throws a `LedgerFault` at `where` if the bytes are not a canonical opening. */
export function decodeOpening(bytes: Uint8Array, where = 'opening'): Opening {
  return readOpening(parseCanonical(Buffer.from(bytes).toString(), where), where);
}

export function readOpening(value: Json | undefined, where: string): Opening {
  const opening: Record<string, { salt: string; value: Json }> = {};
  for (const [label, opened] of Object.entries(objectAt(value, where))) {
    hold(labelPattern.test(label), where, 'has a label that no entry has');
    const place = `${where}.${label}`;
    const fields = recordAt(opened, place, ['salt', 'value']);
    const salt = hexAt(fields['salt'], `${place}.salt`, saltBytes).toString('hex');
    opening[label] = { salt, value: fields['value'] ?? null };
  }
  return opening;
}

/**
 * Checks every opened value against its commitment, and the time against the day. Labels that
 * were left out are fine; they stay unsaid.
 *
 * @throws LedgerFault at `where`.label
 */
export function checkOpening(statement: Statement, opening: Opening, where: string): void {
  for (const [label, { salt, value }] of Object.entries(opening)) {
    const place = `${where}.${label}`;
    const said = labelsOf(statement.v, statement.kind).includes(label);
    hold(said, where, `opens something that a ${statement.kind} does not say`);
    const made = commitment(label, Buffer.from(salt, 'hex'), value);
    hold(made === statement.commitments[label], place, 'does not fit its commitment');
  }
  const at = opening['at']?.value;
  if (at === undefined) return;
  const fits = typeof at === 'string' && at.startsWith(`${statement.day}T`);
  hold(fits, `${where}.at`, 'is not on the day of the statement');
}

/** YYYY-MM-DD, UTC. */
export function dayOf(at: Instant): string {
  return new Date(at).toISOString().slice(0, dayChars);
}

/** Texts of facts that many entries share: a rule is worked out once a day, the register changes less. */
const shared = new WeakMap<object, string>();

/** A fact as it is committed to. */
function textOf(facts: EntryFacts, label: string): string {
  const value = (facts as unknown as Record<string, Json | undefined>)[label];
  if (value === undefined) throw new LedgerFault(label, 'is missing');
  const isShared = label === 'jurisdiction' || label === 'recipients';
  if (!isShared || typeof value !== 'object' || value === null) {
    return canonical(value);
  }
  const known = shared.get(value);
  if (known !== undefined) return known;
  const text = canonical(value);
  shared.set(value, text);
  return text;
}
