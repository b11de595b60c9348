import { afterAll, beforeAll, expect, test } from 'vitest';
import { bridgeEvent } from '../../src/app/bridge-event.ts';
import type { Tenant } from '../../src/app/call-ports.ts';
import { conferenceName } from '../../src/app/call-state.ts';
import { stepCall } from '../../src/app/step-call.ts';
import type { ConferenceWebhook } from '../../src/core/call/webhook.ts';
import { makeTenant, newCallSid, nextStep, openDesk, voice } from '../support/desk.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

let database: TestDatabase;
let tenant: Tenant;

beforeAll(async () => {
  database = await testDatabase();
  tenant = await makeTenant(database.sql);
});
afterAll(() => database.close());

type Report = readonly [
  event: ConferenceWebhook['event'],
  sequence: number | null,
  conferenceSid?: string,
];
const [bridge, later] = [`CF${'0'.repeat(32)}`, `CF${'1'.repeat(32)}`];

/** A recorded caller on the bridge; tells whether their gate is open after the reports. */
async function isOpenAfter(reports: readonly Report[]): Promise<boolean> {
  const desk = await openDesk(database.sql, tenant);
  const caller = newCallSid();
  const stranger = newCallSid();
  const soon = desk.clock.monotonic() + 5_000;
  const asked = await stepCall(desk, voice(caller), soon);
  await stepCall(desk, voice(caller, { ...nextStep(asked), digits: '1' }), soon);
  const call = await desk.store.findByCallSid(caller);
  for (const [event, sequence, conferenceSid] of reports) {
    await bridgeEvent(desk, {
      conferenceName: conferenceName(call?.id ?? ''),
      callSid: event === 'end' ? null : stranger,
      event,
      sequence,
      ...(conferenceSid !== undefined && { conferenceSid }),
    });
  }
  const after = await desk.store.findByCallSid(caller);
  const isOpen = desk.gates.isOpen(caller, 'recording');
  expect((await desk.store.openLegs([caller])).has(caller)).toBe(isOpen);
  expect(after?.state.strangers).toEqual(isOpen ? [] : [stranger]);
  return isOpen;
}

test.each<[string, readonly Report[], boolean]>([
  ['who joins', [['join', 3, bridge]], false],
  [
    'who joins and leaves',
    [
      ['join', 3, bridge],
      ['leave', 4, bridge],
    ],
    true,
  ],
  [
    'whose leaving is heard of first',
    [
      ['leave', 4, bridge],
      ['join', 3, bridge],
    ],
    true,
  ],
  [
    'whose joining is repeated late',
    [
      ['join', 3, bridge],
      ['leave', 4, bridge],
      ['join', 3, bridge],
    ],
    true,
  ],
  [
    'who came back before their leaving was repeated',
    [
      ['join', 3, bridge],
      ['leave', 4, bridge],
      ['join', 5, bridge],
      ['leave', 4, bridge],
    ],
    false,
  ],
  [
    'whose reports have no number',
    [
      ['join', null],
      ['leave', null],
      ['join', null],
    ],
    false,
  ],
  [
    'whose bridge ends',
    [
      ['join', 3, bridge],
      ['end', 5, bridge],
    ],
    true,
  ],
  [
    'whose bridge ended before their joining was repeated',
    [
      ['join', 3, bridge],
      ['end', 5, bridge],
      ['join', 3, bridge],
    ],
    true,
  ],
  [
    'who joins the next bridge of the name',
    [
      ['leave', 9, bridge],
      ['join', 2, later],
    ],
    false,
  ],
  [
    'who is on the next bridge when the end of the first is told',
    [
      ['join', 2, later],
      ['end', 9, bridge],
    ],
    false,
  ],
])('a stranger %s', async (_name, reports, open) => {
  expect(await isOpenAfter(reports)).toBe(open);
});
