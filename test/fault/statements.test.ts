/**
 * Every statement of every transaction that a call makes fails once, before it is sent and after
 * it has taken effect. The carrier then asks again, as it does. In the end there is one answer,
 * one entry per change, and a ledger that verifies.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postgresLedger } from '../../src/adapters/postgres/ledger.ts';
import type { CallParts } from '../../src/app/call-parts.ts';
import type { Tenant } from '../../src/app/call-ports.ts';
import { endLeg } from '../../src/app/end-call.ts';
import { setPaused } from '../../src/app/pause-recording.ts';
import { createSequencer } from '../../src/app/sequence-ledger.ts';
import { stepCall } from '../../src/app/step-call.ts';
import { verifyLedger } from '../../src/app/verify-ledger.ts';
import { withdraw } from '../../src/app/withdraw.ts';
import type { VoiceWebhook } from '../../src/core/call/webhook.ts';
import { signerOf } from '../../src/core/ledger/note.ts';
import { clock, makeTenant, newCallSid, nextStep, openDesk, voice } from '../support/desk.ts';
import { type FaultPlace, faultySql } from '../support/faulty-sql.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

let database: TestDatabase;
let tenant: Tenant;
const signer = signerOf('test.invalid/ledger', Buffer.alloc(32, 7));
const keeper = (() => {
  let last: string | null = null;
  return {
    publish: async (note: string) => {
      last = note;
    },
    last: async () => last,
  };
})();

beforeAll(async () => {
  database = await testDatabase();
  tenant = await makeTenant(database.sql);
});
afterAll(() => database.close());

/** As the carrier does: the same request again until it is answered, three times at most. */
async function insistently<Result>(request: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await request();
    } catch (error) {
      if (tries === 3) throw error;
    }
  }
}

/** One call from greeting to hang-up through every verb; returns what was answered, step by step. */
async function wholeCall(desk: CallParts, callSid: string): Promise<Map<VoiceWebhook, string>> {
  const answers = new Map<VoiceWebhook, string>();
  const step = async (change: Partial<VoiceWebhook>) => {
    const webhook = voice(callSid, change);
    const ask = () => stepCall(desk, webhook, clock.monotonic() + 5_000);
    const told = await insistently(ask);
    answers.set(webhook, told);
    return told;
  };
  const asked = await step({});
  const bridged = await step({ ...nextStep(asked), digits: '1' });
  await insistently(() => setPaused(desk, { call: callSid, state: 'paused', by: 'test' }));
  await insistently(() => setPaused(desk, { call: callSid, state: 'resumed', by: 'test' }));
  await step({ ...nextStep(bridged), dialCallStatus: 'answered' });
  await insistently(() => withdraw(desk, { call: callSid, purpose: 'recording' }));
  await insistently(() => endLeg(desk, callSid));
  return answers;
}

async function statementsOfACall(): Promise<number> {
  const counted = faultySql(database.sql, 0, 'before');
  await wholeCall(await openDesk(counted.sql, tenant), newCallSid());
  return counted.count();
}

const expected = ['request', 'grant', 'pause', 'resume', 'withdrawal'];

async function kindsOf(callSid: string): Promise<unknown[]> {
  const rows = await database.sql`
    select entry.kind from entry join leg on leg.call_id = entry.call_id
    where leg.call_sid = ${callSid} order by entry.at, array_position(${expected}, entry.kind)`;
  return rows.map((row) => row['kind']);
}

test('a call makes statements that can fail', async () => {
  expect(await statementsOfACall()).toBeGreaterThanOrEqual(7);
});

test.each<FaultPlace>(['before', 'after'])(
  'whichever statement fails %s it takes effect: one answer a step, one entry a change',
  async (place) => {
    const statements = await statementsOfACall();
    for (let failing = 1; failing <= statements + 4; failing += 1) {
      const callSid = newCallSid();
      const desk = await openDesk(faultySql(database.sql, failing, place).sql, tenant);
      const answers = await wholeCall(desk, callSid);
      expect(await kindsOf(callSid), `statement ${failing}`).toEqual(expected);
      // A process that knows nothing of it gives the same bytes.
      const later = await openDesk(database.sql, tenant);
      for (const [webhook, told] of answers) {
        expect(await stepCall(later, webhook, clock.monotonic() + 5_000)).toBe(told);
      }
      expect(desk.gates.isOpen(callSid, 'recording')).toBe(false);
    }
  },
);

test('whichever statement of a batch fails, every entry is in the tree once and it verifies', async () => {
  for (let failing = 0, statements = Infinity; failing <= statements; failing += 1) {
    for (const place of ['before', 'after'] as const) {
      await wholeCall(await openDesk(database.sql, tenant), newCallSid());
      const faulty = faultySql(database.sql, failing, place);
      const parts = { signer, earlierKeys: [], keeper, clock, log: quiet };
      const sequencer = createSequencer({ ...parts, store: postgresLedger(faulty.sql) });
      await sequencer.start().catch(() => {});
      await sequencer.flush().catch(() => {});
      await sequencer.stop().catch(() => {});
      if (failing === 0) statements = faulty.count();

      const sound = createSequencer({ ...parts, store: postgresLedger(database.sql) });
      await sound.start();
      await insistently(() => sound.flush());
      await sound.stop();
    }
  }
  const report = await verifyLedger(postgresLedger(database.sql), [signer.vkey], keeper, null);
  expect(report.problems).toEqual([]);
  const [counts] = await database.sql`
    select (select count(*) from entry)::int as entries, (select count(*) from ledger_leaf)::int as leaves,
      (select count(*) from ledger_queue)::int as queued`;
  expect(counts?.['leaves']).toBe(counts?.['entries']);
  expect(counts?.['queued']).toBe(0);
});

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
