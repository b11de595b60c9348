/** The whole server in this process, a loopback carrier in front of it, a database of its own. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CallHandle,
  type Carrier,
  type Faults,
  type OwnNumber,
  type PlaceCallOptions,
  startCarrier,
  type TextMessage,
} from '../../src/carrier/carrier.ts';
import { readConfig } from '../../src/config.ts';
import type { ScriptFolders } from '../../src/main/scripts.ts';
import { type RunningServer, serve } from '../../src/main/serve.ts';
import { type TestDatabase, testDatabase } from './postgres.ts';

export interface TestServer {
  readonly url: string;
  readonly dir: string;
  readonly apiKey: string;
  /** What the server was started with. */
  readonly environment: Readonly<Record<string, string>>;
  readonly carrier: Carrier;
  readonly database: TestDatabase;
  readonly server: RunningServer;
  /** A caller rings; the line and the pace (`instant`) may be overridden. */
  call(options?: Partial<PlaceCallOptions> & { readonly flow?: string }): CallHandle;
  api(path: string, init?: RequestInit): Promise<Response>;
  /** The call as the API shows it, once `until` holds (10 s at most, unless said). */
  callView(
    callSid: string,
    until?: (view: CallView) => boolean,
    seconds?: number,
  ): Promise<CallView>;
  close(): Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: what comes over the wire is what tests look at
export type CallView = any;

export const lineNumber = '+14155550999';
export const callerNumber = '+14155550123';

export interface Surroundings {
  /** A server whose database, keys, vault and carrier this one shares, as another process. */
  readonly beside?: TestServer;
  /** How the carrier misbehaves on the legs that we ring. */
  readonly faults?: Faults;
  /** Telephone numbers of the account at the carrier. */
  readonly numbers?: readonly OwnNumber[];
  /** Flows and prompts of its own. */
  readonly folders?: ScriptFolders;
  /** The instant by which it decides whom may be called; everything else goes by the clock. */
  readonly screeningAt?: number;
}

export async function testServer(
  environment: Record<string, string> = {},
  { beside, faults = {}, numbers = [], folders, screeningAt }: Surroundings = {},
): Promise<TestServer> {
  const dir = mkdtempSync(join(tmpdir(), 'consentry-server-'));
  const database = beside?.database ?? (await testDatabase());
  const accountSid = `AC${randomBytes(16).toString('hex')}`;
  const authToken = randomBytes(16).toString('hex');
  const carrier =
    beside?.carrier ??
    (await startCarrier({ accountSid, authToken, speed: 'instant', faults, numbers }));
  const settings = {
    PORT: '0',
    DATABASE_URL: database.url,
    KEYS_URL: `file:${join(dir, 'keys', 'kek')}`,
    VAULT_URL: `file:${join(dir, 'vault')}`,
    TWILIO_ACCOUNT_SID: accountSid,
    TWILIO_AUTH_TOKEN: authToken,
    TWILIO_API_URL: carrier.url,
    BOOTSTRAP_API_KEY: randomBytes(24).toString('base64url'),
    LOG_LEVEL: 'silent',
    ...beside?.environment,
    DATA_DIR: dir,
    ...environment,
  };
  const apiKey = settings.BOOTSTRAP_API_KEY;
  const server = await serve(readConfig(settings), {
    ...(folders !== undefined && { folders }),
    ...(screeningAt !== undefined && {
      screeningClock: { now: () => screeningAt, monotonic: () => performance.now() },
    }),
  });
  const api = (path: string, init: RequestInit = {}) =>
    fetch(`${server.url}${path}`, {
      ...init,
      headers: {
        authorization: `Bearer ${apiKey}`,
        ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...init.headers,
      },
    });
  return {
    url: server.url,
    dir,
    apiKey,
    environment: settings,
    carrier,
    database,
    server,
    api,
    call: ({ flow, ...options } = {}) =>
      carrier.placeCall({
        to: lineNumber,
        from: callerNumber,
        voiceUrl: `${server.url}/twilio/voice${flow === undefined ? '' : `?flow=${flow}`}`,
        statusUrl: `${server.url}/twilio/status`,
        fallbackUrl: `${server.url}/twilio/fallback`,
        ...options,
      }),
    async callView(callSid, until = () => true, seconds = 10) {
      for (let tries = 0; ; tries += 1) {
        const answer = await api(`/v1/calls/${callSid}`);
        const view = answer.ok ? await answer.json() : null;
        if (view !== null && until(view)) return view;
        if (tries === seconds * 20)
          throw new Error(`the call never came to that: ${JSON.stringify(view)}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    async close() {
      if (beside === undefined) await carrier.close();
      await server.stop();
      if (beside === undefined) await database.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Somebody writes to the line. */
export const sendText = (
  server: TestServer,
  from: string,
  body: string,
  more: Partial<TextMessage> = {},
) =>
  server.carrier.sendText({
    messagingUrl: `${server.url}/twilio/messages`,
    to: lineNumber,
    from,
    body,
    ...more,
  });

/** One of the media path's counts, of all calls of this server: `frames_sealed`. */
export async function mediaCount(server: TestServer, name: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(new RegExp(`^consentry_media_${name}_total (\\d+)$`, 'm').exec(text)?.[1]);
}

/** Sends frames of a call and waits until the recorder has counted them all as `counted`. */
async function frames(server: TestServer, call: CallHandle, count: number, counted: string) {
  const wanted = (await mediaCount(server, counted)) + count;
  await call.sendFrames(count);
  for (let tries = 0; (await mediaCount(server, counted)) < wanted; tries += 1) {
    if (tries === 400) throw new Error(`the frames were never counted as ${counted}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Sends frames of a call and waits until the recorder has sealed them all. */
export const sealFrames = (server: TestServer, call: CallHandle, count: number): Promise<void> =>
  frames(server, call, count, 'frames_sealed');

/** Sends frames of a call and waits until the recorder has thrown them all away. */
export const dropFrames = (server: TestServer, call: CallHandle, count: number): Promise<void> =>
  frames(server, call, count, 'frames_dropped');

/** True once nothing of the call is being recorded or sealed any more. */
export const isSealed = (view: CallView): boolean =>
  view.state === 'ended' &&
  view.recordings.every(({ state }: { state: string }) => state !== 'live');

/** The mu-law samples of a recording, out of its WAV. */
export async function audioOf(server: TestServer, recordingId: string): Promise<Buffer> {
  const answer = await server.api(`/v1/recordings/${recordingId}/audio`);
  if (!answer.ok) throw new Error(`audio answered ${answer.status}`);
  const wav = Buffer.from(await answer.arrayBuffer());
  const data = wav.indexOf('data', 12, 'latin1');
  const bytes = wav.readUInt32LE(data + 4);
  return wav.subarray(data + 8, data + 8 + bytes);
}
