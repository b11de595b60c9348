// What a million calls of the past cost: pages, searches and answers about a person against the
// same with ten thousand, and voice steps while a run of retention redacts old ones.
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import postgres from 'postgres';
import { callFields, signedPost } from './carrier.js';
import { Connection } from './connection.js';
import { dataFolder, helper, median, startServer } from './processes.js';
import { seedRows, spreadDays } from './rows-seed.js';

const few = 10_000;
const many = Number(process.env.BENCH_ROWS ?? 1_000_000);
/** Of each question, one after the other; the first are not counted. */
const asks = { warm: 5, counted: 40 };
const connectionsMax = 50;
const warmMs = 10_000;
const roundMs = 6_000;
/** Redacted in one round: more than a round has time for. */
const roundRows = 4_000;
const dayMs = 86_400_000;
const [ownNumber, caller] = ['+14155550999', '+14155552671'];

export async function rows({ program, rounds, nodeArguments }) {
  const folder = dataFolder();
  const server = await startServer(program, folder.path, nodeArguments);
  const running = [];
  let sql = null;
  try {
    await server.ready();
    sql = postgres(await adopt(program, join(folder.path, 'postgres')), { max: 2, onnotice() {} });
    const send = asking(server);
    await send('PUT', `/v1/lines/${encodeURIComponent(ownNumber)}`, {
      flow: 'inbound',
      locale: 'en',
      controller: 'Example Ltd',
    });
    await realCalls(server.origin);
    const [{ id: lineId, tenant_id: tenantId }] = await sql`select id, tenant_id from line`;
    const fill = (from, to) => seedRows(sql, { tenantId, lineId, from, to });
    await fill(0, few);
    const before = await measure(send);
    const began = performance.now();
    await fill(few, many);
    process.stderr.write(
      `  ${many} rows after ${((performance.now() - began) / 1_000).toFixed(0)} s\n`,
    );
    const after = await measure(send);

    const steps = helper('caller.js');
    running.push(steps);
    const runs = await retention({ send, sql, steps, origin: server.origin, rounds });
    return report(before, after, runs);
  } finally {
    for (const one of running) await one.stop();
    await sql?.end({ timeout: 2 });
    await server.stop();
    folder.remove();
  }
}

async function adopt(program, cluster) {
  const launcher = join(dirname(program), 'adapters/postgres/embedded.js');
  const { startEmbedded } = await import(pathToFileURL(launcher).href);
  return (await startEmbedded({ dir: cluster })).url;
}

/** One person with five calls, as they come: their answers open. */
async function realCalls(origin) {
  const connection = await Connection.open(origin);
  for (let n = 0; n < 5; n += 1) {
    const callSid = `CA${String(n).padStart(32, '0')}`;
    const post = (target, fields) =>
      connection.send(signedPost(origin, target, callFields(callSid, caller, fields)));
    const { body } = await post('/twilio/voice', {});
    const action = /action="([^"#]*\/choices)[#"]/.exec(body)?.[1] ?? '';
    const key = { Digits: '1', FinishedOnKey: '', msg: 'Gather End' };
    await post(action.slice(origin.length), key);
    await post('/twilio/status', { CallStatus: 'completed', SequenceNumber: '3' });
  }
  connection.close();
}

const asking = (server) => async (method, path, body) => {
  const answer = await fetch(`${server.origin}${path}`, {
    method,
    headers: { authorization: `Bearer ${server.apiKey}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
};

const person = encodeURIComponent(caller);
const line = encodeURIComponent(ownNumber);
const daysAgo = (days) => new Date(Date.now() - days * dayMs).toISOString();
/** What is asked, by name. Each answers a full page, few calls, or one person, in both sizes. */
const questions = () => ({
  'list: newest calls': '/v1/calls',
  'list: recordings': '/v1/recordings',
  'list: audit': '/v1/audit',
  'search: a time in the past': `/v1/calls?until=${daysAgo(spreadDays / 2)}&since=${daysAgo(spreadDays / 2 + 50)}`,
  'search: a line': `/v1/calls?line=${line}`,
  'search: running calls': '/v1/calls?state=bridged',
  'search: calls of a number': `/v1/calls?person=${person}`,
  'person: what is held': `/v1/persons/${person}`,
  'person: extract': `/v1/persons/${person}/export`,
  'person: choices': `/v1/persons/${person}/choices`,
  'person: who saw': `/v1/persons/${person}/who-saw`,
});

/** Milliseconds by question. */
async function measure(send) {
  const took = {};
  for (const [name, path] of Object.entries(questions())) {
    const all = [];
    for (let n = 0; n < asks.warm + asks.counted; n += 1) {
      const began = performance.now();
      await send('GET', path);
      if (n >= asks.warm) all.push(performance.now() - began);
    }
    took[name] = median(all);
  }
  return took;
}

/** Rounds of voice steps, alone and while old calls are redacted. */
async function retention({ send, sql, steps, origin, rounds }) {
  const measure = async (ms) => {
    steps.send({ origin, kind: 'real', connectionsMax, ms });
    const result = await steps.heard();
    await steps.heard(); // the calls of this round have ended
    return result;
  };
  const redacted = async () =>
    (await sql`select count(*)::int as n from call where redacted_at is not null`)[0].n;
  await measure(warmMs);
  await ownRunOfTheDay(send);
  const pairs = [];
  let kept = spreadDays;
  for (let round = 0; round < rounds; round += 1) {
    const alone = await measure(roundMs);
    kept -= Math.ceil((roundRows / many) * spreadDays);
    const { version } = await send('GET', '/v1/retention');
    const rules = [{ kind: 'calls', days: kept }];
    await send('PUT', '/v1/retention', { rules, version });
    const run = await send('POST', '/v1/retention/runs', {});
    const [first, began] = [await redacted(), performance.now()];
    const beside = await measure(roundMs);
    const perSecond = ((await redacted()) - first) / ((performance.now() - began) / 1_000);
    const middle = await send('GET', `/v1/retention/runs/${run.id}`);
    pairs.push({ alone, beside, perSecond, wasRunning: middle.finishedAt === null });
    await finished(send, run.id);
  }
  return pairs;
}

/** The server begins one a day by itself, within a minute: it must not come between, so it has nothing to do. */
async function ownRunOfTheDay(send) {
  const { version } = await send('GET', '/v1/retention');
  const rules = [{ kind: 'calls', days: 2 * spreadDays }];
  await send('PUT', '/v1/retention', { rules, version });
  for (;;) {
    const { data } = await send('GET', '/v1/retention/runs');
    if (data.length > 0) return finished(send, data[0].id);
    await wait(1_000);
  }
}

async function finished(send, id) {
  for (;;) {
    const run = await send('GET', `/v1/retention/runs/${id}`);
    if (run.finishedAt !== null && !run.proved) throw new Error('the run is not proved');
    if (run.finishedAt !== null) return;
    await wait(500);
  }
}

function report(before, after, pairs) {
  const ratios = Object.keys(before).map((name) => [name, after[name] / before[name]]);
  const [worstName, worst] = ratios.reduce((a, b) => (b[1] > a[1] ? b : a));
  const shares = pairs.map(({ alone, beside }) => beside.perSecond / alone.perSecond);
  const share = median(shares);
  const failed = pairs.reduce((sum, { alone, beside }) => sum + alone.failed + beside.failed, 0);
  const pace = median(pairs.map(({ perSecond }) => perSecond));
  const rate = (kind) => median(pairs.map((pair) => pair[kind].perSecond));
  return {
    title: `Answers with ${many} calls, and a run of retention`,
    columns: ['', `${few} calls, ms`, `${many} calls, ms`, 'ratio'],
    rows: Object.keys(before).map((name) => [
      name,
      before[name].toFixed(1),
      after[name].toFixed(1),
      (after[name] / before[name]).toFixed(2),
    ]),
    results: [
      {
        name: 'dearest answer with many calls',
        value: worst,
        target: 3,
        isMet: worst <= 3,
        text: `${worst.toFixed(2)} times as long (${worstName})`,
        wanted: 'at most 3.00',
      },
      {
        name: 'voice steps while calls are redacted, as a share of those alone',
        value: share,
        target: 0.8,
        isMet: share > 0.8 && pairs.every(({ wasRunning }) => wasRunning),
        text:
          `${share.toFixed(2)} (${rate('beside').toFixed(0)} of ${rate('alone').toFixed(0)} a second; ` +
          `rounds: ${shares.map((one) => one.toFixed(2)).join(', ')}), ${pace.toFixed(0)} calls redacted a second`,
        wanted: 'more than 0.80',
      },
      {
        name: 'answers that were not right',
        value: failed,
        target: 0,
        isMet: failed === 0,
        text: String(failed),
        wanted: '0',
      },
    ],
    before,
    after,
    pairs,
  };
}
