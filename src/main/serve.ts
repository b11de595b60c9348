/**
 * The server's life. Up: foundation → recovery → ledger → listening → ready. Down: nothing new is
 * taken, what was begun is answered, live recordings are sealed, the ledger takes in the rest.
 */
import { createServer } from 'node:net';
import { watchClockOffset } from '../adapters/postgres/clock-offset.ts';
import { twilioCarrier } from '../adapters/twilio/rest.ts';
import { signatureCheck } from '../adapters/twilio/signature.ts';
import { createKey, ensureBootstrapKey } from '../app/api-keys.ts';
import { bridgeEvent } from '../app/bridge-event.ts';
import { endLeg } from '../app/end-call.ts';
import { hearGateNews } from '../app/hear-gates.ts';
import { isOver } from '../app/interpret-webhook.ts';
import { recoverRecordings } from '../app/recover-recordings.ts';
import { keepRenewing } from '../app/renew-gates.ts';
import { createSequencer } from '../app/sequence-ledger.ts';
import { stepCall } from '../app/step-call.ts';
import { type Carrier as LoopbackCarrier, startCarrier } from '../carrier/carrier.ts';
import { type Account, type Config, SettingsError } from '../config.ts';
import { createApi } from '../edges/http/api/api.ts';
import { createRegistry } from '../edges/http/metrics.ts';
import { createHttpServer } from '../edges/http/server.ts';
import { mediaUpgrade } from '../edges/media/upgrade.ts';
import { createLog } from '../log.ts';
import { createApiVerbs } from './api-verbs.ts';
import { type CallSystem, createCallSystem } from './call-system.ts';
import { clock, random } from './chance.ts';
import { type Foundation, layFoundation } from './foundation.ts';
import { letThrough } from './let-through.ts';
import { mediaMetrics } from './media-metrics.ts';
import { runFile } from './paths.ts';
import { readRunFile, removeRunFile, writeRunFile } from './run-file.ts';
import { openStores, type Stores } from './stores.ts';

/** How long requests that were begun may still take after a stop signal. */
const drainMs = 10_000;
const upkeepEveryMs = 1_000;

export interface RunningServer {
  readonly url: string;
  readonly account: Account;
  /** Where the loopback carrier is; null with a real account. */
  readonly carrierUrl: string | null;
  /** The first administrator's key, made now; null if there is a key already. */
  readonly firstKey: string | null;
  stop(): Promise<void>;
}

/** A port that nobody listens on: the public URL has to be known before the server is made. */
async function portFor(config: Config): Promise<number> {
  if (config.port !== 0) return config.port;
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, config.host, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function loopback(foundation: Foundation): Promise<LoopbackCarrier & { account: Account }> {
  const secret = (await foundation.secret('loopback-carrier')).toString('hex');
  const account = { sid: `AC${secret.slice(0, 32)}`, authToken: secret.slice(32) };
  const carrier = await startCarrier({
    accountSid: account.sid,
    authToken: account.authToken,
    control: true,
  });
  return Object.assign(carrier, {
    account: { ...account, previousToken: null, apiUrl: carrier.url },
  });
}

async function firstKey(config: Config, foundation: Foundation, stores: Stores) {
  const keyParts = { keys: stores.apiKeys, clock, random };
  await ensureBootstrapKey(keyParts, foundation.tenant.id, config.bootstrapApiKey);
  if ((await stores.apiKeys.list(foundation.tenant.id)).length > 0) return null;
  const wanted = { name: 'first administrator', scopes: ['admin'] as const };
  return (await createKey(keyParts, foundation.tenant.id, null, wanted)).key;
}

/** Seals what a process that died left behind, before anything new may begin. */
async function recover(
  config: Config,
  stores: Stores,
  system: CallSystem,
  log: ReturnType<typeof createLog>,
) {
  const report = await recoverRecordings({
    ...system.sealParts,
    keys: stores.recordingKeys,
    headers: stores.headers,
    isLive: (id) => system.live.isLive(id),
    // Others may write recordings of a database that was given to us; of our own nobody does.
    isOnlyRecorder: config.databaseUrl === null,
  });
  const { sealed, partial, removed, quarantined } = report;
  if (sealed + partial + removed + quarantined.length === 0) return;
  log.warn({ sealed, partial, removed, quarantined }, 'recordings of a former process were closed');
}

export async function serve(config: Config): Promise<RunningServer> {
  const log = createLog(config.logLevel);
  const other = readRunFile(runFile(config));
  if (other !== null) {
    throw new SettingsError(`a server (process ${other.pid}) runs on this DATA_DIR already`);
  }
  const foundation = await layFoundation(config, true);
  const undo: (() => Promise<unknown>)[] = [() => foundation.close()];
  try {
    return await start(config, log, foundation, undo);
  } catch (error) {
    for (const step of undo.reverse()) await step().catch(() => {});
    throw error;
  }
}

async function start(
  config: Config,
  log: ReturnType<typeof createLog>,
  foundation: Foundation,
  undo: (() => Promise<unknown>)[],
): Promise<RunningServer> {
  const stores = await openStores(config, foundation);
  const port = await portFor(config);
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  const publicUrl = config.publicUrl ?? `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;
  const simulated = config.account === null ? await loopback(foundation) : null;
  if (simulated !== null) undo.push(() => simulated.close());
  const account = config.account ?? simulated?.account;
  if (account === undefined) throw new SettingsError('there is no carrier account');

  const clockOffset = await watchClockOffset(foundation.sql);
  undo.push(async () => clockOffset.stop());
  const carrier = twilioCarrier({
    accountSid: account.sid,
    authToken: account.authToken,
    apiUrl: account.apiUrl,
  });
  const system = createCallSystem({
    foundation,
    stores,
    carrier,
    publicUrl,
    log,
    clockOffsetMs: clockOffset.ms,
  });
  await recover(config, stores, system, log);

  const sequencer = createSequencer({
    store: stores.ledger,
    signer: stores.signer,
    earlierKeys: [],
    keeper: stores.checkpoints,
    clock,
    log,
  });
  await sequencer.start();
  undo.push(() => sequencer.stop());
  const key = await firstKey(config, foundation, stores);
  await system.lines.find(null);

  let stopping = false;
  const registry = createRegistry();
  const tokens = [account.authToken, account.previousToken].filter((token) => token !== null);
  const signature = signatureCheck({
    publicUrl,
    tokens,
    onPreviousToken: () => log.warn({}, 'a request was signed with the previous auth token'),
  });
  const media = mediaUpgrade({
    signed: (target, header) => signature.webSocket(target, header),
    recorder: system.recorder,
    counts: system.counts,
    clock,
    log,
  });
  const http = createHttpServer({
    signature,
    accountSid: account.sid,
    clock,
    log,
    registry,
    handlers: {
      voice: (webhook, deadline) => stepCall(system.parts, webhook, deadline),
      status: async ({ callSid, callStatus }) => {
        if (isOver(callStatus)) await endLeg(system.parts, callSid);
      },
      conference: async (webhook) => {
        await bridgeEvent(system.parts, webhook);
        const left = webhook.event === 'leave' || webhook.event === 'end';
        if (left && webhook.callSid !== null) system.caretaker.suspect(webhook.callSid);
      },
      letThrough: letThrough(system.lines, stores.prompts),
    },
    routers: {
      ...createApi({
        reads: stores.reads,
        ciphers: stores.ciphers,
        openNumber: stores.openNumber,
        lines: stores.lines,
        flows: stores.flowList,
        keys: stores.apiKeys,
        idempotency: stores.idempotency,
        clock,
        random,
        log,
        ...createApiVerbs(foundation, stores, system),
      }),
    },
    readiness: async () => {
      const parts = {
        database: await foundation.sql`select 1`.then(
          () => 'ok',
          () => 'does not answer',
        ),
        ledger: sequencer.health() ?? 'ok',
        vault: (await stores.vault.health()) ?? 'ok',
        spool: (await stores.spool.health()) ?? 'ok',
        keys: (await foundation.keys.health()) ?? 'ok',
        server: stopping ? 'stopping' : 'ok',
      };
      return { ready: Object.values(parts).every((state) => state === 'ok'), parts };
    },
    metricsText: () => `${registry.text()}${mediaMetrics(system.counts)}`,
    media: media.upgrade,
  });

  const stopRenewing = keepRenewing({
    gates: system.gates,
    purpose: 'recording',
    stillGranted: system.parts.store.openLegs,
    clock,
    log,
  });
  const stopHearing = await system.gateChannel.listen((news) => {
    void hearGateNews(
      {
        gates: system.gates,
        clock,
        log,
        stillGranted: system.parts.store.openLegs,
        holds: (callSid) => system.live.of(callSid) !== null,
      },
      news,
    );
  });
  let upkeep: Promise<void> = Promise.resolve();
  const upkeepTimer = setInterval(() => {
    upkeep = upkeep.then(() => system.caretaker.round());
  }, upkeepEveryMs);

  await http.listen(port, config.host);
  simulated?.pointLine({
    voiceUrl: `${publicUrl}/twilio/voice`,
    statusUrl: `${publicUrl}/twilio/status`,
    fallbackUrl: `${publicUrl}/twilio/fallback`,
  });
  const carrierUrl = simulated?.url ?? null;
  writeRunFile(runFile(config), {
    pid: process.pid,
    url: publicUrl,
    carrier: carrierUrl === null ? null : { url: carrierUrl, accountSid: account.sid },
  });

  async function stop(): Promise<void> {
    stopping = true;
    removeRunFile(runFile(config));
    // Recordings first: a carrier that has stopped with us sends nothing more, and what was let
    // through is sealed even if something below takes its time.
    const drained = http.close(drainMs);
    await system.live.endAll();
    media.stop();
    await drained;
    await system.live.settled();
    clearInterval(upkeepTimer);
    await upkeep;
    stopRenewing();
    await stopHearing();
    await sequencer.flush().catch((error) => {
      log.warn({ err: error }, 'entries wait in the queue for the next start');
    });
    for (const step of undo.reverse()) await step();
    log.info({}, 'stopped');
  }
  return { url: publicUrl, account, carrierUrl, firstKey: key, stop };
}
