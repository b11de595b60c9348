/** Facts, entries and a small signed tree, the same on every run. */
import { createHash } from 'node:crypto';
import { signCheckpoint } from '../../../src/core/ledger/checkpoint.ts';
import type { ConsentFacts } from '../../../src/core/ledger/consent-facts.ts';
import {
  decodeOpening,
  leafBytes,
  type MadeEntry,
  makeEntry,
  type Opening,
  parseLeaf,
  saltBytesFor,
} from '../../../src/core/ledger/entry.ts';
import type { EntryFacts } from '../../../src/core/ledger/facts.ts';
import { inclusionRanges, leafHash, rangeHash, rootOf } from '../../../src/core/ledger/merkle.ts';
import { signerOf } from '../../../src/core/ledger/note.ts';
import type { Receipt } from '../../../src/core/ledger/receipt.ts';
import { amongThese } from '../../../src/core/ledger/shared-text.ts';

export const signer = signerOf('ledger.test', Buffer.alloc(32, 9));
export const tenant = Buffer.alloc(16, 0xa5);
const at = Date.UTC(2026, 10, 22, 9, 30, 0, 250);

export const grant: ConsentFacts = {
  kind: 'grant',
  purpose: 'recording',
  entryId: '00000000-0000-4000-8000-000000000001',
  callId: '00000000-0000-4000-8000-000000000002',
  callSid: 'CA00000000000000000000000000000003',
  partyId: '00000000-0000-4000-8000-000000000004',
  role: 'caller',
  number: '+14155550123',
  at,
  answer: 'grant',
  flow: { name: 'inbound', version: 1, hash: 'ab'.repeat(32) },
  locale: 'en',
  prompts: [{ id: 'ask-recording', sha256: 'cd'.repeat(32) }],
  controller: 'Example Ltd',
  jurisdiction: {
    table: '2026-01-02',
    mode: 'all',
    rules: ['US', 'US-CA', 'strictest'],
    parties: [
      { role: 'caller', places: ['US-CA'], confidence: 'low', doubt: null },
      { role: 'line', places: [], confidence: 'none', doubt: 'nowhere' },
    ],
  },
  evidence: null,
  channel: 'call',
  recipients: [
    {
      company: 'Carrier Inc.',
      purpose: 'carries calls',
      region: 'United States',
      retention: '30 days',
    },
  ],
};

const { entryId, callId, callSid, partyId } = grant;
const recordingId = '00000000-0000-4000-8000-000000000005';
const recording = { purpose: 'recording', entryId, callId, partyId, recordingId, at } as const;

const listing = {
  purpose: 'marketing-calls',
  entryId,
  number: '+4915112345678',
  scope: 'all',
  provisional: false,
  reason: 'request',
  source: 'api',
  by: 'key-1',
  until: null,
  at,
  evidence: null,
} as const;

/** One of every kind. */
export const everyKind: readonly EntryFacts[] = [
  { ...grant, kind: 'request', answer: null },
  grant,
  { ...grant, kind: 'reminder', answer: null, evidence: { grant: entryId } },
  { ...grant, kind: 'refusal', answer: 'silence', number: null },
  { ...grant, kind: 'withdrawal', answer: null, prompts: [] },
  { ...grant, kind: 'expiry', answer: null },
  { kind: 'pause', purpose: 'recording', entryId, callId, at, by: 'key-1' },
  { kind: 'resume', purpose: 'recording', entryId, callId, at, by: 'timer' },
  {
    ...recording,
    kind: 'sealing',
    callSid,
    payloadSha256: 'ef'.repeat(32),
    durationMs: 12_340,
    lostMs: 180,
    gaps: [{ atMs: 200, ms: 180, reason: 'crash' }],
  },
  { ...recording, kind: 'listening', by: 'key-1' },
  { ...recording, kind: 'download', by: 'key-1' },
  { ...recording, kind: 'erasure', by: 'retention' },
  {
    kind: 'machine',
    purpose: 'recording',
    entryId,
    callId,
    callSid,
    partyId,
    role: 'agent',
    number: '+14155550123',
    at,
    flow: grant.flow,
    verdict: 'machine_start',
    outcome: 'hung-up',
  },
  { ...listing, kind: 'listing' },
  { ...listing, kind: 'lifting', evidence: { document: 'ab'.repeat(32) } },
  {
    kind: 'screening',
    purpose: 'marketing-calls',
    entryId,
    callId,
    number: '+4915112345678',
    contactFor: 'marketing-calls',
    campaign: 'spring',
    decision: 'deny',
    found: { reasons: [{ code: 'INTERNAL_DNC' }] },
    by: 'key-1',
    at,
  },
  {
    kind: 'choice',
    purpose: 'marketing-calls',
    entryId,
    number: '+4915112345678',
    what: 'granted',
    channel: 'form',
    scope: 'all',
    validUntil: null,
    document: 'ab'.repeat(32),
    box: { before: false, after: true },
    guardian: null,
    ageBand: null,
    by: 'key-1',
    at,
  },
  {
    kind: 'audit',
    purpose: 'oversight',
    entryId,
    at,
    act: 'listened',
    operation: 'listenToRecording',
    allowed: true,
    by: '00000000-0000-4000-8000-000000000006',
    as: 'user',
    persons: ['00000000-0000-4000-8000-000000000007'],
    subject: { recording: recordingId },
    address: 'ab'.repeat(32),
    reason: null,
    spans: [
      [0, 4_000],
      [8_000, 12_340],
    ],
  },
  {
    kind: 'certificate',
    purpose: 'oversight',
    entryId,
    erasure: '00000000-0000-4000-8000-000000000008',
    person: 'ab'.repeat(32),
    proved: true,
    steps: [{ step: 'recordings', found: 'gone', left: 0 }],
    beyond: ['Leaves of the ledger stay.'],
    by: 'key-1',
    at,
  },
  {
    kind: 'redaction',
    purpose: 'oversight',
    entryId,
    run: '00000000-0000-4000-8000-000000000009',
    scope: 'call',
    callId,
    schedule: null,
    asOf: at,
    counts: { calls: { redacted: 1, held: 0, open: 0, failed: 0 } },
    proved: true,
    reason: 'as its person asked',
    by: 'key-1',
    at,
  },
  ...(['hold', 'release'] as const).map((kind) => ({
    kind,
    purpose: 'oversight' as const,
    entryId,
    hold: '00000000-0000-4000-8000-00000000000a',
    on: { call: callId },
    reason: 'a dispute',
    by: 'key-1',
    at,
  })),
  {
    kind: 'rights',
    purpose: 'oversight',
    entryId,
    request: '00000000-0000-4000-8000-00000000000b',
    right: 'delete',
    act: 'refuse',
    state: 'refused',
    law: 'gdpr',
    speaker: 'agent',
    number: '+14155550123',
    means: 'document',
    document: 'cd'.repeat(32),
    ground: 'legal-claims',
    answerBy: '2026-12-28',
    by: 'key-1',
    at,
  },
  {
    kind: 'batch',
    purpose: 'oversight',
    entryId,
    certificateSha256: 'ef'.repeat(32),
    lines: 1_000,
    by: 'key-1',
    at,
  },
  {
    kind: 'correction',
    purpose: 'oversight',
    entryId,
    number: '+14155550123',
    changes: [
      { field: 'name', before: 'ab'.repeat(32), after: 'cd'.repeat(32) },
      { field: 'link', before: null, after: 'ef'.repeat(32) },
    ],
    request: '00000000-0000-4000-8000-00000000000b',
    by: 'key-1',
    at,
  },
  {
    kind: 'ending',
    purpose: 'oversight',
    entryId,
    ending: '00000000-0000-4000-8000-00000000000c',
    offer: { offeredAt: '2026-02-01T00:00:00.000Z', until: '2026-03-03T00:00:00.000Z', exports: 2 },
    proved: true,
    steps: [{ step: 'database', found: 'gone', left: 0 }],
    beyond: ['Exports are with whoever fetched them.'],
    by: 'operator',
    at,
  },
];

/** Salts that differ from entry to entry, and are the same on every run. */
export function saltsFor(facts: EntryFacts, seed: string): Buffer {
  const blocks = Array.from({ length: saltBytesFor(facts.kind) / 32 }, (_, i) =>
    createHash('sha256').update(`${seed} ${i}`).digest(),
  );
  return Buffer.concat(blocks);
}

export const madeOf = (facts: EntryFacts, seed = 'salt'): MadeEntry =>
  makeEntry(facts, tenant, saltsFor(facts, seed));

/** The leaf as it is hashed, and the opening. */
export function entryOf(facts: EntryFacts, seed = 'salt'): { leaf: Buffer; opening: Opening } {
  const { leaf, opening, texts } = madeOf(facts, seed);
  return { leaf: leafBytes(leaf), opening: decodeOpening(opening, amongThese(texts)) };
}

/** The receipt of leaf `index` in a tree of `size` entries, all made from `facts`. */
export function receiptOf(index: number, size: number, facts: EntryFacts = grant): Receipt {
  const entries = Array.from({ length: size }, (_, i) => entryOf(facts, `entry ${i}`));
  const hashes = entries.map(({ leaf }) => leafHash(leaf));
  const proof = inclusionRanges(index, size).map((range) =>
    rangeHash(range, (subtree) => {
      const count = 2 ** subtree.height;
      return rootOf(hashes.slice(subtree.index * count, (subtree.index + 1) * count));
    }),
  );
  const entry = entries[index]!;
  return {
    v: 1,
    statement: parseLeaf(entry.leaf, 'leaf'),
    openings: entry.opening,
    proof: { leafIndex: index, hashes: proof.map((hash) => hash.toString('base64')) },
    checkpoint: signCheckpoint({ size, root: rootOf(hashes) }, signer),
    key: signer.vkey,
  };
}
