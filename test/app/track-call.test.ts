import { expect, test } from 'vitest';
import type { StoredCall } from '../../src/app/call-ports.ts';
import { type TrackParts, trackCall } from '../../src/app/track-call.ts';
import type { Choice } from '../../src/core/consent/choice.ts';
import type { Status } from '../../src/core/words.ts';

const granted: Choice = {
  ...{ id: 'choice', kind: 'granted', purpose: 'call-tracking', at: 1, validUntil: null },
  ...{ scope: 'tenant', channel: 'form', words: null, document: null, ageBand: null },
  guardian: false,
};

/** What is kept of a call on a line, and nothing if nothing is. */
async function kept(
  legs: readonly { role: string; status?: Status; personId?: string | null }[],
  { choices = [] as Choice[], direction = 'inbound', lineId = 'line', restricted = false } = {},
) {
  const state = {
    legs: legs.map(({ role, status, personId = 'ann' }) => ({
      ...{ role, personId },
      statuses: status === undefined ? {} : { 'call-tracking': status },
    })),
  };
  const call = { id: 'call', direction, lineId, state } as unknown as StoredCall;
  const found: object[] = [];
  const parts = {
    store: { find: async () => call },
    people: { find: async (id: string) => ({ id, ...(restricted && { restricted }) }) },
    tracking: {
      keep: async (
        { visitor: _, ...what }: { visitor: Uint8Array },
        mayKeep: Parameters<TrackParts['tracking']['keep']>[1],
      ) => {
        if (mayKeep({ choices, ageBand: null })) found.push(what);
      },
    },
    trackedLines: { now: () => [{ lineId: 'line', campaign: 'spring', source: 'web' }] },
    clock: { now: () => 2, monotonic: () => 0 },
    random: { bytes: (n: number) => new Uint8Array(n) },
  };
  await trackCall(parts as unknown as TrackParts, 'call');
  return found;
}

const all = [{ callId: 'call', personId: 'ann', campaign: 'spring', source: 'web' }];

test('a call whose caller allows it in it, or allowed it before, is kept with its campaign', async () => {
  expect(await kept([{ role: 'caller', status: 'granted' }])).toEqual(all);
  expect(await kept([{ role: 'caller' }], { choices: [granted] })).toEqual(all);
});

test('a no in the call counts for the call, whatever was allowed before', async () => {
  for (const status of ['refused', 'withdrawn', 'requested'] as const) {
    expect(await kept([{ role: 'caller', status }], { choices: [granted] })).toEqual([]);
  }
});

test('what others on the call allow counts for nothing', async () => {
  const legs = [{ role: 'caller' }, { role: 'agent', status: 'granted', personId: 'bob' }] as const;
  expect(await kept(legs)).toEqual([]);
});

test('a caller who came back counts by where they stand on their newest leg', async () => {
  const [yes, no] = [
    { role: 'caller', status: 'granted' },
    { role: 'caller', status: 'withdrawn' },
  ] as const;
  expect(await kept([yes, no])).toEqual([]);
  expect(await kept([no, yes])).toEqual(all);
});

test.each([
  ['a call that we placed', { direction: 'outbound' }],
  ['a call to another line', { lineId: 'other' }],
  ['somebody whose data is kept and not used', { restricted: true }],
])('nothing is kept of %s', async (_, about) => {
  expect(await kept([{ role: 'caller', status: 'granted' }], about)).toEqual([]);
});

test('nothing is kept of a number that was withheld', async () => {
  expect(await kept([{ role: 'caller', status: 'granted', personId: null }])).toEqual([]);
});
