/**
 * An entry becomes two things: a leaf, which is public, stays for ever and holds nothing of a
 * person, and an opening, which holds the salts and values behind the leaf's commitments, goes
 * sealed into the person's row, and can be erased without changing the tree.
 */
import type { Hex, Instant } from '../words.ts';
import { canonical, type Json, parseCanonical } from './canonical.ts';
import { commitment, commitmentTo, saltBytes } from './commitment.ts';
import {
  type EntryFacts,
  type EntryKind,
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
import { packBytes, packHex, type Unpacked, unpack } from './packed.ts';
import { oversightKinds } from './redaction-facts.ts';
import { hexAt, objectAt, recordAt, stringAt } from './shape.ts';
import { type SharedText, sharedText, type TextOf } from './shared-text.ts';

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
  /** The statement, packed. */
  readonly leaf: Buffer;
  /** The opening, packed: what is sealed into the entry's row. */
  readonly opening: Buffer;
  /** What the opening only names: it has to be kept with it. */
  readonly texts: readonly SharedText[];
}

/** Under this key an opening names shared texts by label. No label is like it, and it sorts first. */
const named = '*';

/** Bytes of a tenant's pseudonym. */
const tenantBytes = 16;
/** A leaf is not guessed at: what it commits to is known by its version only. */
const unknownVersion =
  `is none of the versions known here (${versions.join(', ')}); ` +
  'a later release of the program may know it';
const labelPattern = /^[a-z][A-Za-z0-9]*$/;
const textIdPattern = /^[0-9a-f]{32}$/;
const dayChars = 'YYYY-MM-DD'.length;
const dayPattern = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

/** How many random bytes `makeEntry` needs for this kind. */
export function saltBytesFor(kind: EntryKind): number {
  return labelsOf(writtenVersion(kind), kind).length * saltBytes;
}

const labelLists = new Map<string, readonly string[]>();

/** By UTF-16 code units, as canonical JSON has its keys. */
function sortedLabels(v: Version, kind: EntryKind): readonly string[] {
  const name = `${v}/${kind}`;
  let labels = labelLists.get(name);
  if (labels === undefined) {
    labels = [...labelsOf(v, kind)].sort();
    labelLists.set(name, labels);
  }
  return labels;
}

/**
 * Both texts are written in one pass, each value once: an entry is made in every step of a call.
 *
 * @param tenant the tenant's pseudonym, 16 bytes
 * @param salts `saltBytesFor(facts.kind)` fresh random bytes
 * @throws LedgerFault if a fact is not canonical JSON or an argument has another length
 */
export function makeEntry(facts: EntryFacts, tenant: Uint8Array, salts: Uint8Array): MadeEntry {
  const { kind, purpose } = facts;
  const v = writtenVersion(kind);
  const at = new Date(facts.at).toISOString();
  hold(tenant.length === tenantBytes, 'tenant', `is not ${tenantBytes} bytes long`);
  hold(salts.length === saltBytesFor(kind), 'salts', 'are too few or too many');
  let hashes = '';
  let values = '';
  let names = '';
  const texts: SharedText[] = [];
  const labels = sortedLabels(v, kind);
  for (let i = 0; i < labels.length; i += 1) {
    const label = labels[i] ?? '';
    const value = label === 'at' ? at : factOf(facts, label);
    const shared = sharedText(label, value);
    const text = shared?.text ?? canonical(value);
    const hash = commitmentTo(label, salts, i * saltBytes, saltBytes, text);
    hashes += hash;
    if (shared === null) values += `,"${label}":${text}`;
    else {
      texts.push(shared);
      names += `${names && ','}"${label}":"${shared.id}"`;
    }
  }
  const said = names === '' ? values.slice(1) : `"${named}":{${names}}${values}`;
  const tenantText = Buffer.from(tenant).toString('hex');
  const rest =
    `{"day":"${at.slice(0, dayChars)}","kind":"${kind}",` +
    `"purpose":"${purpose}","tenant":"${tenantText}","v":${v}}`;
  return {
    leaf: packHex(hashes, labels.length, rest),
    opening: packBytes(salts, labels.length, `{${said}}`),
    texts,
  };
}

/**
 * Canonical JSON of a leaf as it lies in its row: what is hashed into the tree. Bytes that are no
 * leaf stay as they are, and have another hash than any leaf.
 */
export function leafBytes(stored: Uint8Array): Buffer {
  const asItLies = Buffer.from(stored.buffer, stored.byteOffset, stored.length);
  try {
    const unpacked = unpack(stored, 'leaf');
    if (unpacked === null) return asItLies;
    const { values, text } = unpacked;
    const { v, kind } = JSON.parse(text) as Record<string, unknown>;
    const version = versions.find((one) => one === v);
    if (version === undefined || !isEntryKind(kind)) return asItLies;
    const labels = sortedLabels(version, kind);
    if (labels.length * hashBytes !== values.length) return asItLies;
    const commitments = labels.map((label, i) => `"${label}":"${hexOf(values, i)}"`).join();
    // Their key comes first in canonical JSON.
    return Buffer.from(`{"commitments":{${commitments}},${text.slice(1)}`);
  } catch {
    return asItLies;
  }
}

const hexOf = (values: Buffer, i: number): string =>
  values.toString('hex', i * hashBytes, (i + 1) * hashBytes);

/** Canonical JSON of a statement: what is hashed into the tree. */
export function leafOf(statement: Statement): Buffer {
  return Buffer.from(canonical(statement));
}

/** Reads a leaf as it lies in its row; throws a `LedgerFault` at `where` if it is not one of ours. */
export function parseLeaf(stored: Uint8Array, where: string): Statement {
  return readStatement(parseCanonical(leafBytes(stored).toString(), where), where);
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

/** The ids of the shared texts that an opening names. Throws a `LedgerFault` as `decodeOpening` does. */
export function textsNamedIn(bytes: Uint8Array, where = 'opening'): readonly Hex[] {
  const unpacked = unpack(bytes, where);
  return unpacked === null ? [] : saidIn(unpacked, where).names.map(([, id]) => id);
}

/** What a packed opening says itself, and which texts say the rest. */
function saidIn({ text }: Unpacked, where: string) {
  const { [named]: names = {}, ...own } = objectAt(parseCanonical(text, where), where);
  const ids = Object.entries(objectAt(names, where)).map(
    ([label, id]) => [label, stringAt(id, `${where}.${label}`, textIdPattern)] as const,
  );
  return { own, names: ids };
}

/**
 * Throws a `LedgerFault` at `where` if the bytes are not an opening, packed or in canonical JSON.
 *
 * @param textOf knows every text of `textsNamedIn`
 */
export function decodeOpening(
  bytes: Uint8Array,
  textOf: TextOf = () => undefined,
  where = 'opening',
): Opening {
  const unpacked = unpack(bytes, where);
  if (unpacked === null) {
    return readOpening(parseCanonical(Buffer.from(bytes).toString(), where), where);
  }
  const { own, names } = saidIn(unpacked, where);
  const values = new Map(Object.entries(own));
  for (const [label, id] of names) {
    const text = textOf(id);
    const place = `${where}.${label}`;
    if (text === undefined) throw new LedgerFault(place, 'is a text that is not there');
    values.set(label, parseCanonical(text, place));
  }
  const labels = [...values.keys()].sort();
  hold(labels.length * saltBytes === unpacked.values.length, where, 'has salts without values');
  hold(
    labels.every((label) => labelPattern.test(label)),
    where,
    'has a label that no entry has',
  );
  const opened = labels.map((label, i) => {
    const value = values.get(label) ?? null;
    return [label, { salt: hexOf(unpacked.values, i), value }] as const;
  });
  return Object.fromEntries(opened);
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

function factOf(facts: EntryFacts, label: string): Json {
  const value = (facts as unknown as Record<string, Json | undefined>)[label];
  if (value === undefined) throw new LedgerFault(label, 'is missing');
  return value;
}
