/** The whole server: what was looked at is in the ledger, and what was taken out of it is missed. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postgresLedger } from '../../src/adapters/postgres/ledger.ts';
import { verifyLedger } from '../../src/app/verify-ledger.ts';
import { verifyReceipt } from '../../src/core/ledger/verify.ts';
import { isSealed, sealFrames, type TestServer, testServer } from '../support/server.ts';

let server: TestServer;
let recording: string;
let callId: string;
beforeAll(async () => {
  server = await testServer();
  const call = server.call({ caller: { otherwise: { press: '1' } } });
  await call.when('stream-started');
  await sealFrames(server, call, 50);
  call.hangup();
  await call.ended;
  const view = await server.callView(call.callSid, isSealed);
  recording = view.recordings[0].id;
  callId = view.id;
}, 60_000);
afterAll(() => server.close());

interface Heard {
  readonly spans: readonly (readonly number[])[];
  readonly receiptId: string;
  readonly subject: object;
}

async function audit(query: string): Promise<readonly Heard[]> {
  const answer = await server.api(`/v1/audit?${query}`);
  return ((await answer.json()) as { data: Heard[] }).data;
}

test('a listening is in the ledger with its spans, and its receipt verifies [cap 9] [cap 70]', async () => {
  const answer = await server.api(`/v1/recordings/${recording}/audio`);
  await answer.arrayBuffer();
  let heard: readonly Heard[] = [];
  for (let tries = 0; heard.length === 0 && tries < 100; tries += 1) {
    heard = await audit('kind=listened');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(heard[0]).toMatchObject({ spans: [[0, 1_000]], subject: { recording } });
  const receipt = await server.api(`/v1/receipts/${heard[0]!.receiptId}`);
  expect(verifyReceipt(await receipt.text())).toMatchObject({
    ok: true,
    facts: { act: 'listened', allowed: true, subject: { recording } },
  });
});

test('a line that is taken out of the audit is found [cap 70]', async () => {
  await server.api(`/v1/calls/${callId}`);
  const { sql } = server.database;
  const verified = async () =>
    (await verifyLedger(postgresLedger(sql), [], null, null)).problems.filter(({ why }) =>
      /audit/.test(why),
    );
  expect(await verified()).toEqual([]);
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = 'replica'`;
    await tx`delete from audit where id = (select id from audit order by at desc, id limit 1)`;
  });
  expect(await verified()).toHaveLength(1);
});
