/**
 * A screening that was only asked for, with evidence: kept before it is answered, and taken again
 * later to the same answer, whatever was said and set since.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { clock } from '../../src/main/chance.ts';
import { layFoundation } from '../../src/main/foundation.ts';
import { replayPartsOf } from '../../src/main/replay.ts';
import { openStores } from '../../src/main/stores.ts';
import { consentry } from '../edges/cli/console.ts';
import { type CallView, type TestServer, testServer } from '../support/server.ts';

/** A Wednesday noon in New York, with the rules of the release that is tested in force. */
const screeningAt = Date.UTC(2026, 11, 2, 17);
const stopped = '+12125550171';
const spring = '+12125550172';
const offLine = '+12125550173';
const theLine = '0198c2f4-c5aa-4b6f-8d0a-2f0e9d1c4a77';
const otherLine = '0198c2f4-c5aa-4b6f-8d0a-2f0e9d1c4a78';

let server: TestServer;
beforeAll(async () => {
  server = await testServer({}, { screeningAt });
  await send('/v1/opt-outs', { number: stopped, channel: 'call' });
  await send('/v1/opt-outs', { number: spring, scope: 'campaign:spring' });
  await send('/v1/opt-outs', { number: offLine, scope: `line:${theLine}` });
  await send('/v1/opt-outs', { number: '+1212777*', reason: 'policy' });
});
afterAll(() => server.close());

async function send(path: string, body: object, method = 'POST'): Promise<CallView> {
  const answer = await server.api(path, { method, body: JSON.stringify(body) });
  expect([200, 201]).toContain(answer.status);
  return answer.json();
}

/** An entry comes under a checkpoint a moment after it was made. */
async function replayOf(id: string): Promise<CallView> {
  for (;;) {
    const answer = await server.api(`/v1/screenings/${id}/replay`);
    if (answer.status !== 409)
      return { status: answer.status, ...((await answer.json()) as object) };
  }
}

const asks = [
  { number: '+12125550170' },
  { number: stopped },
  { number: stopped, channel: 'text' },
  { number: spring, campaign: 'spring' },
  { number: spring, campaign: 'autumn' },
  { number: spring, purpose: 'marketing-calls' },
  { number: offLine, from: theLine },
  { number: offLine, purpose: 'marketing-calls', from: otherLine },
  { number: offLine, purpose: 'marketing-calls' },
  { number: '+12127770101' },
  { number: '+18085550170' },
  { number: '+12125550170', place: 'US-HI' },
  { number: '+13055550170', purpose: 'marketing-calls', line: 'mobile' },
  { number: '+493012345678', purpose: 'marketing-texts', channel: 'text', subject: 'offers' },
  { number: '+12125550170', at: '2026-12-25T03:00:00Z', purpose: 'marketing-calls' },
  { number: 'nonsense' },
];

test('an answer with evidence is taken again to the same, whatever was said since', async () => {
  const answers: CallView[] = [];
  for (const ask of asks as readonly object[]) {
    const plain = await send('/v1/screenings', ask);
    const kept = await send('/v1/screenings', { ...ask, evidence: true });
    expect(plain.evidenceId).toBeNull();
    // The stream of stops goes on meanwhile.
    const { asOf } = plain;
    expect({ ...kept, evidenceId: null, asOf }).toEqual(plain);
    answers.push(kept);
  }
  await send('/v1/opt-outs', { number: '+12125550170' });
  await send('/v1/opt-outs', { number: '+1808*', reason: 'policy' });
  for (const { evidenceId, decision, reasons, number } of answers) {
    const codes = [...new Set(reasons.map(({ code }: CallView) => code))].sort();
    const said = { decision, reasons: codes };
    expect(await replayOf(evidenceId)).toEqual({
      ...{ status: 200, number, said, replayed: said, agrees: true, gaps: [] },
      at: expect.any(String),
    });
  }
  expect((await send('/v1/screenings', asks[0] ?? {})).decision).toBe('deny');
});

test('it is replayed at the terminal, by its id and by number and minute', async () => {
  const number = '+12125550179';
  const { evidenceId } = await send('/v1/screenings', { number, evidence: true });
  await replayOf(evidenceId);
  const config = readConfig(server.environment);
  const foundation = await layFoundation(config, false);
  const stores = await openStores(config, foundation);
  const opened = {
    audit: { ...stores, clock },
    replay: { ...replayPartsOf(stores), screenings: stores.screeningReads },
    tenantId: foundation.tenant.id,
  };
  const told = (...args: readonly string[]) =>
    consentry({ stores: opened }, 'screen', 'replay', ...args);
  const byId = await told(evidenceId);
  const byMinute = await told(number, '--at', new Date(screeningAt).toISOString());
  for (const { code, out } of [byId, byMinute]) {
    expect([code, out]).toEqual([0, expect.stringMatching(/said then +allow/)]);
    expect(out).not.toContain(number);
  }
  await foundation.close();
});

test('hundreds at once are all kept, each under an id of its own', async () => {
  const ask = (i: number) => ({ number: `+1212556${String(1000 + i)}`, evidence: true });
  const kept = await Promise.all(
    Array.from({ length: 300 }, (_, i) => send('/v1/screenings', ask(i))),
  );
  const ids = kept.map(({ evidenceId }) => evidenceId);
  const [row] = await server.database.sql`
    select count(*)::int as n from entry where kind = 'screening' and id = any (${ids}::uuid[])`;
  expect([new Set(ids).size, row?.['n']]).toEqual([300, 300]);
});

test('what is no screening, or not there, is not replayed', async () => {
  const { listings } = await send('/v1/opt-outs', { number: '+12125550175', channel: 'call' });
  let problem: CallView;
  do {
    problem = await (await server.api(`/v1/screenings/${listings[0].receiptId}/replay`)).json();
  } while (problem.code === 'receipt_pending');
  expect([problem.status, problem.detail]).toEqual([
    409,
    'the entry is of something else than a screening',
  ]);
  const unknown = await server.api('/v1/screenings/0198c2f4-c5aa-4b6f-8d0a-2f0e9d1c4a77/replay');
  expect(unknown.status).toBe(404);
});
