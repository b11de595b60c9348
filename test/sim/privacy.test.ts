/**
 * After a day of calls of all kinds nothing that lies anywhere tells who called, what they said or
 * what they pressed: not the database, not a file, not the log at its most talkative, not the
 * metrics, not an address.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type CallHandle,
  type Carrier,
  type CarrierEvent,
  type PlaceCallOptions,
  signature,
  startCarrier,
  tones,
} from '../../src/carrier/carrier.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { type ChildServer, childServer } from './child-server.ts';
import { dumpTables } from './dump.ts';
import { type RestProxy, startRestProxy } from './rest-proxy.ts';

const line = '+14155550999';
const agent = '+12025550177';
/** A number that the carrier refuses to ring, and quotes in its refusal. */
const refusedAgent = '+12025550188';
const callers = ['+14155550123', '+447700900467', '+4915735989012', '+18085550146'] as const;
/** Numbers that come with a call and are nobody's business either. */
const others = ['+13125550164', '+15035550139'] as const;

const names = ['Quillfeather', 'Zebulon'];
const places = ['XYLOVILLE', 'WASHINGTON', 'ZQ9-8XW'];
const words = ['rumpelstiltskin', 'hemiola', 'mastercard'];

let database: TestDatabase;
let carrier: Carrier;
let proxy: RestProxy;
let server: ChildServer;
let dir: string;
const events: CarrierEvent[] = [];
const apiKey = randomBytes(24).toString('base64url');
const accountSid = `AC${randomBytes(16).toString('hex')}`;
const authToken = randomBytes(16).toString('hex');
/** What lay in the spool while calls were live. */
const spools: Buffer[] = [];

const api = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${server.url}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
  });

const post = (path: string, body: object): Promise<Response> =>
  api(path, { method: 'POST', body: JSON.stringify(body) });

function ring(options: Partial<PlaceCallOptions> & { readonly flow?: string }): CallHandle {
  const { flow, ...rest } = options;
  return carrier.placeCall({
    to: line,
    from: callers[0],
    voiceUrl: `${server.url}/twilio/voice${flow === undefined ? '' : `?flow=${flow}`}`,
    statusUrl: `${server.url}/twilio/status`,
    fallbackUrl: `${server.url}/twilio/fallback`,
    callerName: 'ADA QUILLFEATHER',
    ...rest,
  });
}

function filesBelow(folder: string): Buffer[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
}

async function setLine(number: string, agentNumber: string): Promise<void> {
  const settings = { flow: 'inbound', locale: 'en', controller: 'Acme', agent: agentNumber };
  const answer = await api(`/v1/lines/${encodeURIComponent(number)}`, {
    method: 'PUT',
    body: JSON.stringify(settings),
  });
  expect(answer.status).toBe(200);
}

interface SealedView {
  readonly state: string;
  readonly recordings: readonly { readonly id: string; readonly state: string }[];
}

async function sealedOf(call: CallHandle): Promise<SealedView> {
  for (;;) {
    const answer = await api(`/v1/calls/${call.callSid}`);
    const view = answer.ok ? ((await answer.json()) as SealedView) : null;
    const isLive = view?.recordings.some(({ state }) => state === 'live');
    if (view?.state === 'ended' && !isLive) return view;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A call that is allowed, recorded for a while, and then goes on as told. */
async function recorded(
  options: Parameters<typeof ring>[0],
  then: (call: CallHandle) => Promise<unknown> = async () => {},
): Promise<CallHandle> {
  const call = ring({ caller: { otherwise: { press: '1' } }, ...options });
  await call.when('stream-started');
  await call.sendFrames(60);
  for (;;) {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    const sealed = Number(/^consentry_media_frames_sealed_total (\d+)$/m.exec(text)?.[1]);
    if (sealed >= 60) break;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  spools.push(...filesBelow(join(dir, 'spool')));
  await then(call);
  call.hangup();
  await call.ended;
  await sealedOf(call);
  return call;
}

async function dayOfCalls(): Promise<void> {
  const parameters = {
    CallerName: 'ZEBULON',
    FromCity: 'XYLOVILLE',
    FromZip: 'ZQ9-8XW',
    ForwardedFrom: others[0],
    CalledVia: others[0],
  };
  const [first, second, third, fourth] = callers;
  const heard = await recorded({ from: first, faults: { parameters } });
  const [recording] = (await sealedOf(heard)).recordings;
  await (await api(`/v1/recordings/${recording?.id}/audio`)).arrayBuffer();
  const why = { headers: { 'consentry-reason': 'a complaint' } };
  await (await api(`/v1/recordings/${recording?.id}/download`, why)).arrayBuffer();

  await recorded({ from: second }, async (call) => {
    call.star();
    await call.when('bridged', 2);
  });
  await recorded({ from: third }, async (call) => {
    await post(`/v1/calls/${call.callSid}/recording`, { state: 'paused' });
    await post(`/v1/calls/${call.callSid}/recording`, { state: 'resumed' });
    await post(`/v1/calls/${call.callSid}/withdraw`, { purpose: 'recording', erase: true });
  });
  await recorded({ to: '+14155550998', from: fourth }, async (call) => {
    await call.when('joined');
    (await carrier.called(agent)).hangup();
    await call.ended;
  });
  await recorded({ to: '+14155550997', from: first });

  const unrecorded: readonly Parameters<typeof ring>[0][] = [
    { from: second, caller: { otherwise: { press: '2' } } },
    { from: third, caller: { otherwise: { press: '7' } } },
    { from: fourth, caller: { otherwise: { hangup: true } } },
    { from: first, flow: 'inbound-speech', caller: { otherwise: { say: 'rumpelstiltskin' } } },
    {
      from: second,
      flow: 'inbound-speech',
      caller: { otherwise: { say: 'my MasterCard hemiola' } },
    },
    { from: 'Zebulon Quillfeather', caller: { otherwise: { silent: true } } },
    { from: third, faults: { signature: 'wrong' } },
    { from: third, faults: { parameters: { CallSid: `of ${others[1]}` } } },
    { from: fourth, faults: { parameters: { CallStatus: `Zebulon ${others[1]}` } } },
  ];
  for (const options of unrecorded) {
    const call = ring(options);
    // Whoever reaches the bridge says goodbye there.
    await Promise.race([call.when('bridged').catch(() => {}), call.ended]);
    call.hangup();
    await call.ended;
  }

  // What people get wrong when they use the API, or try it out.
  await api(`/v1/persons/${encodeURIComponent(first)}`);
  await api(`/v1/calls?line=${encodeURIComponent(second)}`);
  await post('/v1/calls', { to: third, purpose: 'service' });
  await post(`/v1/calls/${fourth}/withdraw`, { purpose: first });
  await fetch(`${server.url}/twilio/voice/${first}?From=${encodeURIComponent(second)}`);
  await fetch(`${server.url}/nowhere/${encodeURIComponent(third)}`, { method: 'DELETE' });
  const body = `From=${encodeURIComponent(fourth)}&From=${encodeURIComponent(fourth)}`;
  await fetch(`${server.url}/twilio/voice`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': signature(authToken, `${server.url}/twilio/voice`, []),
    },
  });
}

let dump: string;
let printed: string;
let metrics: string;
let files: readonly Buffer[];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'consentry-privacy-'));
  database = await testDatabase();
  carrier = await startCarrier({
    accountSid,
    authToken,
    speed: 'instant',
    onEvent: (event) => events.push(event),
  });
  let rung = 0;
  proxy = await startRestProxy(({ path }) => {
    if (!path.endsWith('/Calls.json')) return 'answered';
    rung += 1;
    if (rung === 1) return 'answered';
    const message = `The 'To' number ${refusedAgent} is not a valid phone number.`;
    return { status: 400, body: { code: 21211, message, status: 400 } };
  });
  proxy.aim(carrier.url);
  server = await childServer({
    DATA_DIR: dir,
    DATABASE_URL: database.url,
    TWILIO_ACCOUNT_SID: accountSid,
    TWILIO_AUTH_TOKEN: authToken,
    TWILIO_API_URL: proxy.url,
    BOOTSTRAP_API_KEY: apiKey,
    LOG_LEVEL: 'trace',
  });
  await setLine('+14155550998', agent);
  await setLine('+14155550997', refusedAgent);
  await dayOfCalls();
  metrics = await (await fetch(`${server.url}/metrics`)).text();
  dump = await dumpTables(database.sql);
  files = [...spools, ...filesBelow(dir)];
  await server.stop();
  printed = server.printed();
});
afterAll(async () => {
  await carrier.close();
  await proxy.close();
  await database.close();
  rmSync(dir, { recursive: true, force: true });
});

/** A number as people and programs write it. */
function spellings(e164: string): string[] {
  const digits = e164.slice(1);
  const national = digits.startsWith('1') ? digits.slice(1) : digits.slice(2);
  const [area, office, rest] = [national.slice(0, 3), national.slice(3, 6), national.slice(6)];
  return [
    digits,
    national,
    digits.slice(-7),
    `${area}-${office}-${rest}`,
    `${area} ${office} ${rest}`,
    `(${area}) ${office}-${rest}`,
    `${area}.${office}.${rest}`,
    `${office}-${rest}`,
    Buffer.from(e164).toString('hex'),
    Buffer.from(e164).toString('base64').slice(0, 12),
    Buffer.from(digits).toString('base64').slice(0, 12),
    [...digits].reverse().join(''),
  ];
}

const numbers = [...callers, ...others, agent, refusedAgent].flatMap(spellings);

/** What of the secrets is in the text: an expectation of none names those that are. */
function found(text: string, secrets: readonly string[]): string[] {
  const lower = text.toLowerCase();
  return secrets.filter((secret) => lower.includes(secret.toLowerCase()));
}

/** The log without its clock, whose milliseconds have as many digits as a number. */
const withoutTimes = (log: string): string => log.replaceAll(/"time":\d+/g, '"time":0');

describe('after a day of calls', () => {
  test('there is something to look at', () => {
    expect(dump.length).toBeGreaterThan(20_000);
    expect(printed.split('\n').length).toBeGreaterThan(10);
    expect(printed).toContain('"level":40');
    expect(spools.length).toBeGreaterThan(0);
    expect(files.length).toBeGreaterThan(spools.length);
    expect(events.filter(({ type }) => type === 'webhook').length).toBeGreaterThan(40);
    const bridged = events.filter(({ type }) => type === 'bridged');
    expect(bridged.length).toBeGreaterThan(8);
    expect(proxy.requests.length).toBeGreaterThan(2);
    for (const caller of callers) {
      const rang = events.some((event) => event.type === 'started' && event.from === caller);
      expect(rang).toBe(true);
    }
  });

  test('[cap 16] a dump of the database holds no number, name, place or word', () => {
    // Bytes as hexadecimal are long enough to hold any seven digits by chance: they were also
    // dumped as letters.
    const text = dump.replaceAll(/\\+x[0-9a-f]+/g, '');
    expect(found(text, numbers)).toEqual([]);
    expect(found(text, [...names, ...places, ...words])).toEqual([]);
    const hex = [...callers, agent, ...names, ...words].map((secret) =>
      Buffer.from(secret).toString('hex'),
    );
    expect(found(dump, hex)).toEqual([]);
  });

  test('no column and no field is there for keys or words', () => {
    const fields = /"(?:digits?|keys?|speech|words?|said|pressed|from|callername)" *:/i;
    expect(dump.match(fields)?.[0]).toBeUndefined();
    const kinds = [...dump.matchAll(/^"public"\."step" \([^,]*,[^,]*,[^,]*,([^,]*),/gm)];
    expect(kinds.length).toBeGreaterThan(20);
    for (const [, kind] of kinds) expect(kind).toMatch(/^[a-z+]+$/);
  });

  test('no file below the data folder holds any of it', () => {
    for (const file of files) {
      const text = file.toString('latin1');
      expect(found(text, numbers)).toEqual([]);
      expect(found(text, [...names, ...places, ...words])).toEqual([]);
    }
  });

  test('nothing that is sealed, or being sealed, holds a frame as it was spoken', () => {
    const voice = tones();
    for (let frame = 0; frame < 200; frame += 1) {
      const sound = Buffer.from(voice(frame).subarray(0, 24));
      for (const file of files) expect(file.includes(sound)).toBe(false);
    }
  });

  test('[cap 18] the log at its most talkative holds none of it', () => {
    const text = withoutTimes(printed);
    expect(found(text, numbers)).toEqual([]);
    expect(found(text, [...names, ...places, ...words])).toEqual([]);
    const fields = /"(?:digits|speech|words|body|from|to)" *:/i;
    expect(text.match(fields)?.[0]).toBeUndefined();
  });

  test('the log holds no secret of ours', () => {
    expect(found(printed, [apiKey, authToken])).toEqual([]);
    for (const event of events) {
      if (event.type !== 'stream-started') continue;
      expect(found(printed + dump, Object.values(event.parameters))).toEqual([]);
    }
  });

  test('the metrics count calls, not people', () => {
    expect(found(metrics, numbers)).toEqual([]);
    expect(metrics.match(/CA[0-9a-f]{32}/)?.[0]).toBeUndefined();
  });

  test('no address has a number in it, and no document but the one that dials', () => {
    for (const event of events) {
      if (event.type === 'webhook') expect(found(event.url, numbers)).toEqual([]);
      if (event.type !== 'webhook' || event.kind !== 'voice') continue;
      const document = event.reply.replaceAll(/<Number>[^<]*<\/Number>/g, '');
      expect(found(document, [...numbers, ...names, ...places, ...words])).toEqual([]);
    }
    for (const { path } of proxy.requests) expect(found(path, numbers)).toEqual([]);
  });
});
