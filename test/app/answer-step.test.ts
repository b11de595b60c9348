/** What commits after its caller was let through is not left standing. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerStep } from '../../src/app/answer-step.ts';
import type { CallCommit, Tenant } from '../../src/app/call-ports.ts';
import { createGivingUp } from '../../src/app/give-up.ts';
import { stepCall } from '../../src/app/step-call.ts';
import { type Desk, makeTenant, newCallSid, nextStep, openDesk, voice } from '../support/desk.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

let database: TestDatabase;
let tenant: Tenant;
beforeAll(async () => {
  database = await testDatabase();
  tenant = await makeTenant(database.sql);
});
afterAll(() => database.close());

/** A desk whose next commit reaches the disk only when it is let go, whatever its deadline. */
async function slowDesk() {
  let passed = 0;
  let letGo = (): void => {};
  const released = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const desk = await openDesk(database.sql, tenant, {
    clock: { now: () => Date.now(), monotonic: () => performance.now() + passed },
  });
  let isSlow = false;
  const slow: Desk = {
    ...desk,
    store: {
      ...desk.store,
      async commit(one: CallCommit) {
        if (!isSlow) return desk.store.commit(one);
        isSlow = false;
        await released;
        return desk.store.commit({ ...one, deadline: null });
      },
    },
  };
  const givingUp = createGivingUp({ ...slow, wait: async () => {} });
  return {
    slow,
    givingUp,
    nextIsSlow: () => {
      isSlow = true;
    },
    pass: (ms: number) => {
      passed += ms;
    },
    letGo,
  };
}

async function legOf(desk: Desk, callSid: string) {
  const call = await desk.store.findByCallSid(callSid);
  return call?.state.legs[0] ?? null;
}

test('a first step that commits after everybody looked for it is let through in its call, too', async () => {
  const { slow, givingUp, nextIsSlow, pass, letGo } = await slowDesk();
  const webhook = voice(newCallSid());
  const { callSid } = webhook;
  nextIsSlow();
  const deadline = slow.clock.monotonic() + 2_000;
  const answered = answerStep(slow, givingUp, webhook, deadline).catch(() => 'failed');
  pass(2_000);
  givingUp.step(webhook, 'let through');
  await givingUp.settled(); // there was nothing to see
  expect(await legOf(slow, callSid)).toBeNull();
  letGo();
  expect(await answered).toBe('failed');
  await givingUp.settled();
  expect(await legOf(slow, callSid)).toMatchObject({ letThrough: true, nextStep: null });
  expect(await answerStep(slow, givingUp, webhook, deadline)).toBe('let through');
});

test('a grant that commits too late is taken back', async () => {
  const { slow, givingUp, nextIsSlow, pass, letGo } = await slowDesk();
  const callSid = newCallSid();
  const asked = await stepCall(slow, voice(callSid), slow.clock.monotonic() + 5_000);
  const webhook = voice(callSid, { ...nextStep(asked), digits: '1' });
  nextIsSlow();
  const answered = answerStep(slow, givingUp, webhook, slow.clock.monotonic() + 2_000);
  pass(2_000);
  givingUp.step(webhook, 'let through');
  letGo();
  await expect(answered).rejects.toThrow('unavailable');
  await givingUp.settled();
  expect((await legOf(slow, callSid))?.statuses['recording']).not.toBe('granted');
  expect(slow.gates.isOpen(callSid, 'recording')).toBe(false);
  const [row] = await database.sql`select recording_open from leg where call_sid = ${callSid}`;
  expect(row?.['recording_open']).toBe(false);
});

test('a step in time is looked at by nobody', async () => {
  const { slow, givingUp } = await slowDesk();
  const webhook = voice(newCallSid());
  const reply = await answerStep(slow, givingUp, webhook, slow.clock.monotonic() + 5_000);
  expect(reply).toContain('<Gather');
  await givingUp.settled();
  expect((await legOf(slow, webhook.callSid))?.letThrough).toBeUndefined();
});
