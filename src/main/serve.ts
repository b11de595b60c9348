/**
 * The server's life. Up: foundation → recovery → ledger → listening → ready. Down: nothing new is
 * taken, what was begun is answered, live recordings are sealed, the ledger takes in the rest.
 */
import { createServer } from 'node:net';
import { hostname } from 'node:os';
import { watchClockOffset } from '../adapters/postgres/clock-offset.ts';
import type { LifeEvent } from '../adapters/postgres/keep-alive.ts';
import { twilioConsents } from '../adapters/twilio/consents.ts';
import { twilioRecords } from '../adapters/twilio/records.ts';
import { twilioCarrier } from '../adapters/twilio/rest.ts';
import { messageSender } from '../adapters/webhooks/send.ts';
import { createKey, ensureBootstrapKey } from '../app/api-keys.ts';
import { noteCustody } from '../app/breach.ts';
import { replayErasures } from '../app/erase-person.ts';
import { followLists } from '../app/follow-lists.ts';
import { followOwnList } from '../app/follow-own-list.ts';
import type { Clock } from '../app/ports.ts';
import { checkRecipients, type MayReach } from '../app/recipients.ts';
import { recoverRecordings } from '../app/recover-recordings.ts';
import { replayRedactions } from '../app/retention.ts';
import { followPolicy } from '../app/screening-policy.ts';
import { createSequencer } from '../app/sequence-ledger.ts';
import { keepTelling } from '../app/webhooks.ts';
import { type Carrier as LoopbackCarrier, startCarrier } from '../carrier/carrier.ts';
import { type Account, type Config, isLoopback, SettingsError } from '../config.ts';
import { learnWords } from '../core/consent/answer.ts';
import { ConsentryError } from '../core/error.ts';
import { createLog } from '../log.ts';
import { startBackground } from './background.ts';
import { batchFollowerOf } from './batches.ts';
import { type CallSystem, createCallSystem } from './call-system.ts';
import { clock, random } from './chance.ts';
import { doctorParts } from './doctor.ts';
import { createEdges } from './edges.ts';
import { type Foundation, layFoundation } from './foundation.ts';
import { createNoticeParts } from './notices.ts';
import { runFile } from './paths.ts';
import { threadProver } from './prover.ts';
import { recipientParts } from './recipients.ts';
import { readRunFile, removeRunFile, writeRunFile } from './run-file.ts';
import type { ScriptFolders } from './scripts.ts';
import { openStores, type Stores } from './stores.ts';

/** Those of the shipped flows; words in a flow with others are learned at its first answer. */
const usualKeys = { grant: '1', refuse: '2' };

/** How long requests that were begun may still take after a stop signal. */
const drainMs = 10_000;

export interface RunningServer {
  /** What the carrier calls. */
  readonly url: string;
  /** Where this process listens. */
  readonly listensAt: string;
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

/** A port that cannot be had is a wrong setting, and is told as one. */
function listenFault(error: unknown, config: Config): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const why: Record<string, string> = {
    EADDRINUSE: `PORT: ${config.port} is in use; stop who uses it, or set another`,
    EACCES: `PORT: ${config.port} may not be used by this user; set one above 1023`,
    EADDRNOTAVAIL: 'HOST: is no address of this machine',
  };
  return why[code] === undefined ? error : new SettingsError(why[code]);
}

/** What became of the embedded database. While it is away callers are let through unrecorded. */
function tellLife(log: ReturnType<typeof createLog>) {
  return (event: LifeEvent): void => {
    if (event.is === 'back') log.warn({}, 'the embedded database is back');
    else if (event.is === 'ended') {
      log.error({ by: event.by }, 'the embedded database ended; it is started again');
    } else {
      const { error, nextMs } = event;
      const said = error instanceof ConsentryError ? error.publicText : null;
      log.error({ said, nextMs }, 'the embedded database did not start; it is tried again');
    }
  };
}

/** What a server can be given that settings do not say. */
export interface Surroundings {
  /** Where flows and prompts lie, if not beside the program. */
  readonly folders?: ScriptFolders;
  /** What hours of calling and the age of lists go by, if not the clock of everything else. */
  readonly screeningClock?: Clock;
}

export async function serve(
  config: Config,
  surroundings: Surroundings = {},
): Promise<RunningServer> {
  const log = createLog(config.logLevel);
  const other = readRunFile(runFile(config));
  if (other !== null) {
    throw new SettingsError(`a server (process ${other.pid}) runs on this DATA_DIR already`);
  }
  const foundation = await layFoundation(config, true, tellLife(log));
  const undo: (() => unknown)[] = [() => foundation.close()];
  try {
    return await start(config, log, foundation, undo, surroundings);
  } catch (error) {
    await unwind(undo, log);
    throw listenFault(error, config);
  }
}

/** Last up, first down. A step that fails does not keep the others from being taken. */
async function unwind(undo: (() => unknown)[], log: ReturnType<typeof createLog>): Promise<void> {
  for (const step of undo.splice(0).reverse()) {
    try {
      await step();
    } catch (error) {
      log.warn({ err: error }, 'a part did not stop cleanly');
    }
  }
}

async function start(
  config: Config,
  log: ReturnType<typeof createLog>,
  foundation: Foundation,
  undo: (() => unknown)[],
  { folders, screeningClock = clock }: Surroundings,
): Promise<RunningServer> {
  if (!foundation.hasRoles) {
    log.warn({}, 'the database user may make no roles: every part works in the owner’s name');
  }
  const stores = await openStores(config, foundation, folders);
  await checkRecipients(recipientParts(config, stores));
  stores.recipients.start(log);
  undo.push(() => stores.recipients.stop());
  stores.trackedLines.start(log);
  undo.push(() => stores.trackedLines.stop());
  undo.push(stores.watchScripts(log));
  const port = await portFor(config);
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  const listensAt = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;
  const publicUrl = config.publicUrl ?? listensAt;
  const simulated = config.account === null ? await loopback(foundation) : null;
  if (simulated !== null) undo.push(() => simulated.close());
  const account = config.account ?? simulated?.account;
  if (account === undefined) throw new SettingsError('there is no carrier account');
  const { sid: accountSid, authToken, apiUrl } = account;
  const carrier = twilioCarrier({ accountSid, authToken, apiUrl });
  const consents = twilioConsents({ accountSid, authToken, apiUrl });

  const clockOffset = await watchClockOffset(foundation.sql);
  undo.push(() => clockOffset.stop());
  const clockOffsetMs = clockOffset.ms;
  const system = createCallSystem({
    foundation,
    stores,
    carrier,
    carrierRecords: twilioRecords({ accountSid, authToken, apiUrl }),
    consents,
    publicUrl,
    log,
    clockOffsetMs,
  });
  await recover(config, stores, system, log);
  const again = await replayErasures(system.erasePersonParts);
  if (again > 0) log.warn({ again }, 'persons whom a restored database brought back were erased');

  const hidden = await replayRedactions(system.retentionParts);
  if (hidden > 0) log.warn({ hidden }, 'calls that a restored database brought back were redacted');

  const { ledger: store, signer, checkpoints: keeper } = stores;
  const sequencer = createSequencer({ store, signer, earlierKeys: [], keeper, clock, log });
  undo.push(() => sequencer.stop());
  await sequencer.start();
  // Whoever asks later where the key was has to know which programs held it.
  const opened = {
    key: null,
    event: 'opened',
    place: hostname(),
    holder: 'serve',
    at: null,
  } as const;
  const custody = { breach: stores.breach, keyProvider: foundation.keys, clock, random };
  await noteCustody(custody, opened, 'serve');
  const key = await firstKey(config, foundation, stores);
  await system.lines.warm();
  learnWords(usualKeys);
  const follower = followOwnList({
    store: stores.ownList,
    copy: stores.ownIndex,
    clock,
    log,
    heard: system.listedElsewhere.hear,
  });
  await follower.catchUp();
  const listFollower = followLists({ shelf: stores.listShelf, memory: stores.registries, log });
  await listFollower.look();
  listFollower.start();
  undo.push(() => listFollower.stop());

  const policyFollower = followPolicy(stores.settings);
  await policyFollower.look();
  policyFollower.start(log);
  undo.push(() => policyFollower.stop());

  const allowsLocal = isLoopback(publicUrl);
  const mayReach: MayReach = (to, way) => stores.recipients.now().mayReach(to, way);
  const send = messageSender({ allowsLocal, mayReach: (to) => mayReach(to, 'webhook') });
  const webhooks = { webhooks: stores.webhooks, send, allowsLocal, mayReach, clock, random, log };
  const telling = keepTelling(webhooks);
  undo.push(() => telling.stop());

  const batchFollower = batchFollowerOf(stores, log);
  await batchFollower.start();
  undo.push(() => batchFollower.stop());

  const prover = threadProver();
  undo.push(() => prover.close());
  undo.push(() => stores.scriptFolder.close());
  let stopping = false;
  const isStopping = () => stopping;
  const { http, media } = createEdges({
    foundation,
    stores,
    system,
    sequencer,
    follower,
    batchNews: batchFollower.news,
    policyFollower,
    screeningClock,
    prover,
    account,
    openId: config.openId,
    noticeParts: createNoticeParts(config, foundation, stores),
    apiRates: config.apiRates,
    apiFrom: config.apiFrom,
    doctor: doctorParts(config, foundation, stores),
    recipients: recipientParts(config, stores),
    webhooks,
    publicUrl,
    log,
    fingerprintKey: await foundation.secret('fingerprint'),
    isStopping,
  });
  undo.push(() => media.stop());
  undo.push(await startBackground(system, follower, log));
  await http.listen(port, config.host);
  simulated?.pointLine({
    voiceUrl: `${publicUrl}/twilio/voice`,
    statusUrl: `${publicUrl}/twilio/status`,
    fallbackUrl: `${publicUrl}/twilio/fallback`,
    messagingUrl: `${publicUrl}/twilio/messages`,
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
    if (!(await foundation.isThere())) {
      log.error({}, 'the database does not answer: what waits for it is left to the next start');
      await foundation.abandon();
    }
    // Recordings first: a carrier that has stopped with us sends nothing more, and what was let
    // through is sealed even if something below takes its time.
    batchFollower.release();
    const drained = http.close(drainMs);
    await system.live.endAll();
    media.stop();
    await drained;
    await system.live.settled();
    system.givingUp.stop();
    system.texts.stop();
    await system.givingUp.settled();
    await system.texts.settled();
    await sequencer.flush().catch((error) => {
      log.warn({ err: error }, 'entries wait in the queue for the next start');
    });
    await unwind(undo, log);
    log.info({}, 'stopped');
  }
  return { url: publicUrl, listensAt, account, carrierUrl, firstKey: key, stop };
}
