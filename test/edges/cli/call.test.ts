import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Carrier, startCarrier } from '../../../src/carrier/carrier.ts';
import { runCall } from '../../../src/edges/cli/call.ts';
import { type LineServer, type Received, startLine, twiml } from '../../carrier/line-server.ts';

const accountSid = `AC${'7'.repeat(32)}`;
const authToken = 'call-token';
const apiKey = 'an-api-key-of-thirty-two-letters';

let carrier: Carrier;
let line: LineServer;
/** What the API tells of the call: it is granted and live on the bridge, sealed at the end. */
let call: { status: string; recording: string; state: string };

beforeEach(async () => {
  call = { status: 'requested', recording: 'live', state: 'asking' };
  line = await startLine({
    '/voice': twiml(
      '<Gather numDigits="1" action="/answer" actionOnEmptyResult="true"><Say>Recorded?</Say></Gather>',
    ),
    '/answer': ({ fields }) => {
      call.status = fields['Digits'] === '1' ? 'granted' : 'refused';
      return twiml('<Dial><Conference>room</Conference></Dial>');
    },
    '/status': () => {
      call.recording = 'sealed';
      call.state = 'ended';
      return { status: 204 };
    },
  });
  carrier = await startCarrier({
    accountSid,
    authToken,
    control: true,
    line: { voiceUrl: `${line.url}/voice`, statusUrl: `${line.url}/status` },
  });
});

afterEach(async () => {
  await carrier.close();
  await line.close();
});

/** A hand-written API: one call, under whatever CallSid it is asked for. */
async function startApi() {
  const seen: Received[] = [];
  const body = () =>
    JSON.stringify({
      id: 'c-1',
      state: call.state,
      parties: [{ id: 'p-1', role: 'caller', statuses: { recording: call.status } }],
      recordings:
        call.status === 'granted'
          ? [
              {
                id: 'r-1',
                party: 'p-1',
                state: call.recording,
                durationMs: 2000,
                lostMs: 0,
                gaps: [],
              },
            ]
          : [],
      entries: [{ kind: 'grant', purpose: 'recording', receiptId: 'e-1' }],
    });
  const any = (received: Received) => {
    seen.push(received);
    return { type: 'application/json', body: body() };
  };
  const answers = new Proxy({}, { get: () => any });
  return { ...(await startLine(answers)), seen };
}

async function run(args: readonly string[], target: Partial<Record<'carrierUrl', string>> = {}) {
  const api = await startApi();
  const lines: string[] = [];
  try {
    await runCall(args, {
      carrierUrl: carrier.url,
      accountSid,
      authToken,
      apiUrl: api.url,
      apiKey,
      out: (text) => lines.push(text),
      ...target,
    });
  } finally {
    await api.close();
  }
  return { lines, seen: api.seen };
}

describe('a call placed from the terminal', () => {
  it('is shown from both sides, and then what is left of it', async () => {
    const { lines, seen } = await run(['--answer', '1', '--speed', '4', '--hangup-at', '4s']);
    const text = lines.map((each) => each.replace(/^ *[\d.]+s {2}/, '')).join('\n');
    expect(text).toContain('is asked for a key:\nhears    "Recorded?"');
    for (const part of [
      'presses  1',
      'recording of the caller: granted',
      'gate: open (caller)',
      'is on the bridge, alone',
      'hangs up',
      'Recording r-1 of the caller: sealed, 2.0 s',
      'npx consentry recording export r-1',
      'npx consentry receipt show e-1',
    ]) {
      expect(text).toContain(part);
    }
    expect(seen[0]?.path).toMatch(/^\/v1\/calls\/CA[0-9a-f]{32}$/);
    expect(seen[0]?.headers.authorization).toBe(`Bearer ${apiKey}`);
  });

  it('without a grant says plainly that nothing was recorded', async () => {
    const { lines } = await run(['--answer', '2', '--speed', '20', '--hangup-at', '100ms']);
    expect(lines).toContain('Nothing was recorded: permission was refused.');
  });

  it('is told in JSON, event by event, with the whole call at the end', async () => {
    const { lines } = await run(['--silent', '--speed', '50', '--hangup-at', '1s', '--json']);
    const rows = lines.map((each) => JSON.parse(each) as { type: string });
    expect(rows[0]?.type).toBe('started');
    expect(rows.at(-2)?.type).toBe('ended');
    expect(rows.at(-1)).toMatchObject({ type: 'call', call: { id: 'c-1', state: 'ended' } });
  });

  it('teaches with --help, and places nothing', async () => {
    const { lines } = await run(['--help']);
    expect(lines.join('\n')).toContain('consentry call --answer 1 --withdraw-at 2s');
    expect(line.received).toEqual([]);
  });

  it('says what is wrong when nobody is there, or the carrier refuses', async () => {
    const nobody = run([], { carrierUrl: 'http://127.0.0.1:1' });
    await expect(nobody).rejects.toMatchObject({ code: 'unavailable' });
    await expect(run(['--flow', '../x'])).rejects.toThrow('small letters');
  });
});
