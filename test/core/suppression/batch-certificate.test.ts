import { describe, expect, test } from 'vitest';
import { canonical } from '../../../src/core/ledger/canonical.ts';
import { openCheckpoint } from '../../../src/core/ledger/checkpoint.ts';
import { signerOf, signNote, verifierOf } from '../../../src/core/ledger/note.ts';
import {
  type BatchStatement,
  certificateSha256,
  certificateText,
  verifyCertificate,
} from '../../../src/core/suppression/batch-certificate.ts';

const signer = signerOf('ledger.test', Buffer.alloc(32, 9));
const statement: BatchStatement = {
  v: 1,
  batch: '00000000-0000-4000-8000-000000000001',
  tenant: 'a5'.repeat(16),
  key: signer.vkey,
  by: 'key-1',
  channel: 'call',
  purpose: 'marketing-calls',
  campaign: 'spring',
  subject: null,
  at: null,
  startedAt: '2026-11-22T09:30:00.250Z',
  finishedAt: '2026-11-22T09:30:01.250Z',
  ownList: { from: 7, to: 9 },
  rules: '2026-11-26',
  engine: { tz: '2025b' },
  lists: [
    {
      list: 'national-US',
      version: '20261120T120000Z-aaaaaaaa',
      obtainedAt: '2026-11-20T12:00:00.000Z',
      ageDays: 1,
      sourceSha256: 'cd'.repeat(32),
      accountToken: null,
    },
  ],
  counts: { lines: 3, allow: 1, deny: 1, hold: 1, unreadable: 0 },
  reasons: { NATIONAL_DNC: 1, OUTSIDE_HOURS: 1 },
  input: { sha256: 'ef'.repeat(32), bytes: 84 },
  output: { sha256: 'ab'.repeat(32), bytes: 2_400 },
  liveUntil: null,
};
const text = certificateText(statement, signer);

describe('the certificate of a batch', () => {
  test('says what was signed, with its own key or one from elsewhere', () => {
    const sha256 = certificateSha256(text);
    const holds = { ok: true, statement, key: signer.vkey, sha256 };
    expect(verifyCertificate(text)).toEqual({ ...holds, keyFrom: 'certificate' });
    expect(verifyCertificate(text, signer.vkey)).toEqual({ ...holds, keyFrom: 'given' });
  });

  test('with any changed byte does not hold', () => {
    const bytes = Buffer.from(text);
    for (let i = 0; i < bytes.length; i += 1) {
      const changed = Buffer.from(bytes);
      changed[i] = (changed[i] ?? 0) ^ 1;
      expect(verifyCertificate(changed.toString(), signer.vkey).ok).toBe(false);
      expect(verifyCertificate(changed.toString()).ok).toBe(false);
    }
    for (const more of [`${text}\n`, `\n${text}`, text.replace('\n\n', '\nmore\n\n')]) {
      expect(verifyCertificate(more).ok).toBe(false);
    }
  });

  test('by another key does not hold with the one that is trusted', () => {
    const other = signerOf('ledger.test', Buffer.alloc(32, 8));
    const forged = certificateText({ ...statement, key: other.vkey }, other);
    expect(verifyCertificate(forged).ok).toBe(true);
    expect(verifyCertificate(forged, signer.vkey)).toMatchObject({
      ok: false,
      where: 'certificate',
    });
    const claimed = certificateText(statement, other);
    expect(verifyCertificate(claimed).ok).toBe(false);
  });

  test.each([
    [{ counts: { ...statement.counts, allow: 2 } }, 'statement.counts'],
    [{ counts: { ...statement.counts, unreadable: 2 } }, 'statement.counts'],
    [{ input: { sha256: 'ef', bytes: 84 } }, 'statement.input.sha256'],
    [{ output: { ...statement.output, bytes: -1 } }, 'statement.output.bytes'],
    [{ reasons: { NATIONAL_DNC: 'one' } }, 'statement.reasons.NATIONAL_DNC'],
    [{ v: 2 }, 'statement.v'],
    [{ more: 1 }, 'statement'],
  ])('with %j does not hold, whoever signed it', (change, where) => {
    const wrong = { ...statement, ...change } as unknown as BatchStatement;
    expect(verifyCertificate(certificateText(wrong, signer))).toMatchObject({ ok: false, where });
  });

  test('is no checkpoint, and no note of another kind is one', () => {
    expect(() => openCheckpoint(text, [verifierOf(signer.vkey)])).toThrow();
    const other = signNote(`ledger.test\n${canonical(statement)}\n`, signer);
    expect(verifyCertificate(other).ok).toBe(false);
  });
});
