import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ownLists } from '../../../src/app/own-lists.ts';
import { bitOfHit } from '../../../src/core/suppression/decide.ts';
import { type Hit, screeningPurposes } from '../../../src/core/suppression/inquiry.ts';
import { reasonOfChange, reasonOfVersion } from '../../../src/core/suppression/live-batch.ts';
import {
  channels,
  listingReasons,
  type OwnChange,
} from '../../../src/core/suppression/own-change.ts';
import { OwnIndex } from '../../../src/core/suppression/own-index.ts';
import { codesOf } from '../../../src/core/suppression/reasons.ts';
import { scopesOf } from '../../../src/core/suppression/scopes.ts';

const now = Date.parse('2026-07-01T15:00:00Z');
const number = '+12125550111';
const changes: fc.Arbitrary<OwnChange> = fc.record({
  seq: fc.integer({ min: 1, max: 1_000 }),
  number: fc.constant(number),
  channel: fc.constantFrom(...channels),
  scope: fc.constantFrom('all' as const, 'campaign:spring' as const, 'line:1' as const),
  listed: fc.boolean(),
  provisional: fc.boolean(),
  reason: fc.constantFrom(...listingReasons),
  until: fc.constant(null),
  at: fc.constant(now - 1),
});
const askeds = fc.record({
  channel: fc.constantFrom(...channels),
  purpose: fc.constantFrom(...screeningPurposes),
  campaign: fc.constantFrom(null, 'spring', 'autumn'),
});

test('a request comes to what the next screening of the line would say of it', () => {
  fc.assert(
    fc.property(changes, askeds, (change, asked) => {
      const copy = new OwnIndex();
      copy.apply(change);
      const follower = { isStale: () => false, place: () => null };
      const lists = ownLists({ copy, follower, clock: { now: () => now, monotonic: () => now } });
      const scopes = scopesOf(asked.purpose, asked.campaign, null);
      const hits = lists.now('').hits(number, asked.channel, scopes);
      const isSelling = asked.purpose !== 'service';
      const bits = hits.reduce((all, hit) => all | bitOfHit(hit, isSelling, asked.campaign), 0);
      const reason = reasonOfChange(change, asked, false);
      const wanted = { code: codesOf(bits)[0], list: 'own', version: String(change.seq) };
      expect(reason).toEqual(bits === 0 ? null : wanted);
    }),
  );
});

test('a line that asks otherwise than its batch is told of every request', () => {
  fc.assert(
    fc.property(changes, askeds, (change, asked) => {
      expect(reasonOfChange(change, asked, true) !== null).toBe(change.listed);
    }),
  );
});

test.each([
  ['national', 'marketing-calls', false, 'NATIONAL_DNC'],
  ['national', 'service', false, null],
  ['national', 'service', true, 'NATIONAL_DNC'],
  ['reassigned', 'service', false, 'REASSIGNED'],
  ['wireless', 'marketing-calls', false, null],
] as const)(
  'a registry of kind %s, for %s (otherwise: %s): %s',
  (kind, purpose, otherwise, code) => {
    const hit: Hit = { list: 'one', kind, version: '7', since: null };
    const asked = { channel: 'call', purpose, campaign: null } as const;
    // it is for texts alone
    const texts = (channel: string) => (channel === 'text' ? [hit] : []);
    const wanted = code === null ? null : { code, list: 'one', version: '7' };
    expect(reasonOfVersion(() => [hit], asked, otherwise)).toEqual(wanted);
    expect(reasonOfVersion(texts, asked, otherwise)).toEqual(otherwise ? wanted : null);
  },
);
