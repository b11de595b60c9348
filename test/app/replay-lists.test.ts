/** A decision taken again looks at every list the first one looked at, asked for by a rule or not. */
import { expect, test } from 'vitest';
import { allLists } from '../../src/app/all-lists.ts';
import { listsInMemory, loadedList } from '../../src/app/loaded-lists.ts';
import {
  type ReplayParts,
  replayInputsOf,
  replayScreening,
} from '../../src/app/replay-screening.ts';
import { oneByOne, screenNumber, viewOf } from '../../src/app/screen.ts';
import { defaultScreening } from '../../src/app/screening-policy.ts';
import { screener } from '../../src/core/suppression/calling-rules-shipped.ts';
import { standardPolicy } from '../../src/core/suppression/inquiry.ts';
import type { Manifest } from '../../src/core/suppression/list-manifest.ts';
import { worldSet } from '../../src/core/suppression/world-set.ts';

const noon = Date.parse('2026-12-03T17:00:00Z');
const number = '+12125550123';

/** Versions in which the number stands, among those of the world. */
const manifests = ['national-US', 'litigator', 'wireless'].map(
  (list): Manifest => ({
    list,
    version: `${list}-1`,
    obtainedAt: new Date(noon).toISOString(),
    importedAt: new Date(noon).toISOString(),
    sourceSha256: '',
    kind: 'full',
    accountToken: null,
    previous: null,
    areas: { 212: { sha256: null, count: 1 } },
    world: { sha256: '', count: 1 },
    total: 1,
  }),
);
const shelf: ReplayParts['shelf'] = {
  async manifest(list, version) {
    const found = manifests.find((one) => one.list === list && one.version === version);
    if (found === undefined) throw new Error('no such version');
    return found;
  },
  areaNow: () => new Uint32Array(0),
  world: async () => worldSet([Number(number)]),
};

async function keptDecision(unreadable: string | null = null) {
  const registries = listsInMemory();
  for (const manifest of manifests) {
    if (manifest.list === unreadable) {
      registries.markUnreadable(manifest.list);
      continue;
    }
    const world = await shelf.world(manifest);
    registries.put(loadedList(manifest, world, () => new Uint32Array(0)));
  }
  const nobody = { hits: () => [], hitsOfEach: oneByOne(() => []) };
  const own = { now: () => ({ states: new Map(), asOf: 0, ageMs: 0, ...nobody }) };
  const parts = {
    screener,
    people: { find: async () => ({}) },
    lists: allLists(own, registries),
    policy: standardPolicy,
    clock: { now: () => noon, monotonic: () => 0 },
  };
  const of = { purpose: 'marketing-calls', campaign: null, subject: null } as const;
  const ask = { channel: 'call', at: null, ...of } as const;
  const screened = await screenNumber(parts, '', ask, { number, place: null, line: null });
  const view = viewOf(screener, screened.inquiry, screened.verdict);
  return { view, found: { ...view, inputs: replayInputsOf(screened) } };
}

function replayOf(found: object, decision: string) {
  const said = { number, contactFor: 'marketing-calls', campaign: null, decision, found };
  const openings = Object.fromEntries(
    Object.entries(said).map(([label, value]) => [label, { value }]),
  );
  const receipt = { statement: { kind: 'screening' }, openings };
  const parts = {
    receipts: { receiptFor: async () => receipt },
    screener,
    settings: { history: async () => [{ version: 0, at: null, value: defaultScreening }] },
    ownChanges: async () => [],
    shelf,
  } as unknown as ReplayParts;
  return replayScreening(parts, '', '');
}

test('a decision rests on lists that no rule asks for, and is the same when it is taken again', async () => {
  const { view, found } = await keptDecision();
  expect(view.reasons.map(({ code }) => code)).toEqual(['NATIONAL_DNC', 'LITIGATOR']);
  expect(view.lists.map(({ list }) => list)).toEqual(['national-US', 'litigator', 'wireless']);
  expect(await replayOf(found, view.decision)).toMatchObject({ agrees: true, gaps: [] });
});

test('an entry of before names such lists with its reasons, and is taken again all the same', async () => {
  const { view, found } = await keptDecision();
  const required = view.lists.filter(({ list }) => list === 'national-US');
  const replay = await replayOf({ ...found, lists: required }, view.decision);
  expect(replay).toMatchObject({ agrees: true, gaps: [] });
});

test('what was held for a list that could not be read is held again, and nothing is missing', async () => {
  const { view, found } = await keptDecision('litigator');
  expect(view.reasons).toContainEqual(expect.objectContaining({ code: 'LIST_STALE' }));
  const replay = await replayOf(found, view.decision);
  expect(replay).toMatchObject({ agrees: true, gaps: [] });
});
