import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type CallView,
  isSealed,
  lineNumber,
  sealFrames,
  type TestServer,
  testServer,
} from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer({}, { numbers: [{ number: lineNumber, looksUpNames: true }] });
});
afterAll(() => server.close());

const look = async (id: string) => {
  const { findings }: CallView = await (await server.api('/v1/doctor')).json();
  return findings.find((one: CallView) => one.id === id);
};

test("[cap 21] the doctor reads at the carrier whether callers' names are looked up", async () => {
  expect(await look('capability-21')).toMatchObject({
    state: 'fail',
    says: expect.stringContaining('1 number'),
  });
});

test('[cap 25] a recording is well with its grant, and found without one', async () => {
  const call = server.call({ caller: { otherwise: { press: '1' } } });
  await call.when('stream-started');
  await sealFrames(server, call, 20);
  call.hangup();
  await call.ended;
  await server.callView(call.callSid, isSealed);
  expect((await look('capability-25')).state).toBe('pass');
  // Nobody of the program can: it takes the owner of the database.
  await server.database.sql`update recording set started_at = started_at - interval '1 hour'`;
  expect(await look('capability-25')).toMatchObject({
    state: 'fail',
    says: expect.stringContaining('1 recording'),
  });
});

test('the doctor tries the key, and looks at disk, clock and ledger', async () => {
  for (const id of ['keys', 'vault', 'spool', 'disk', 'clocks', 'capability-10', 'capability-70']) {
    expect([id, (await look(id)).state]).toEqual([id, 'pass']);
  }
  rmSync(join(server.dir, 'keys', 'kek'));
  expect((await look('keys')).state).toBe('fail');
});

test('the facts on processing say where the key lies: beside what it opens, if nobody moved it', async () => {
  const facts = await (await server.api('/v1/notices/processing')).text();
  expect(facts).toContain('in a file of the machine that runs this, beside the rest.');
});
