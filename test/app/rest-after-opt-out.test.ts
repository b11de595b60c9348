/** Which refusals go when a stop is lifted: the one that the stop left, and no other word. */
import { expect, test } from 'vitest';
import type { Person } from '../../src/app/call-ports.ts';
import type { KeptChoice } from '../../src/app/choice-ports.ts';
import type { Listed } from '../../src/app/own-list-ports.ts';
import { endRest, keepRest, type RestParts } from '../../src/app/rest-after-opt-out.ts';

const now = Date.parse('2026-06-10T12:00Z');
const hour = 3_600_000;
const stoppedAt = now - 24 * hour;
const person = { id: 'p', number: '+14155550123' } as Person;
const stop = {
  channel: 'text',
  scope: 'all',
  listed: true,
  reason: 'request',
  source: 'text',
  since: stoppedAt,
  askedAt: stoppedAt,
} as Listed;

function world(kept: KeptChoice[]) {
  const entry = () => ({ id: 'e' });
  const store = {
    of: async () => ({ choices: kept, ageBand: null }),
    add: async (more: readonly KeptChoice[]) => void kept.push(...more),
  };
  const parts = { choices: store, entries: { choice: entry }, clock: { now: () => now } };
  return parts as unknown as RestParts;
}

const refused = (at: number) =>
  ({
    id: `r${at}`,
    personId: 'p',
    kind: 'refused',
    purpose: 'marketing-texts',
    channel: 'api',
    scope: 'tenant',
    at,
    validUntil: null,
  }) as KeptChoice;

test.each([
  ['no word but the stop', ['refused', 'invalidated'], []],
  ['a refusal of the hour before', ['refused'], [refused(stoppedAt - hour)]],
  ['a refusal of the hour after', ['refused'], [refused(stoppedAt + hour)]],
] as const)('with %s, lifting the stop leaves %j', async (_, after, before) => {
  const kept: KeptChoice[] = [...before];
  await keepRest(world(kept), person, [stop], 'caller');
  await endRest(world(kept), person, [stop], 'caller');
  expect(kept.map(({ kind }) => kind)).toEqual(after);
});

test('a stop that is repeated after they allowed it again is a no again, and ends with its lifting', async () => {
  const kept: KeptChoice[] = [];
  await keepRest(world(kept), person, [stop], 'caller');
  const granted = {
    ...refused(stoppedAt + hour),
    id: 'g',
    kind: 'granted',
    ageBand: null,
  } as KeptChoice;
  kept.push(granted);
  const again = { ...stop, askedAt: stoppedAt + 2 * hour };
  await keepRest(world(kept), person, [again], 'caller');
  await keepRest(world(kept), person, [again], 'caller');
  expect(kept.map(({ kind, at }) => [kind, at])).toEqual([
    ['refused', stoppedAt],
    ['granted', stoppedAt + hour],
    ['refused', stoppedAt + 2 * hour],
  ]);
  await endRest(world(kept), person, [again], 'caller');
  expect(kept.at(-1)).toMatchObject({ kind: 'invalidated', at: now });
});
