/** The commands beside the server: each opens only what it needs, and closes it again. */
import { hostname } from 'node:os';
import { newIdentity } from '../adapters/age-header/headers.ts';
import { loadFlows, lockFileIn } from '../adapters/flows/files.ts';
import { versionLock } from '../adapters/flows/lock-file.ts';
import { keyRotation } from '../adapters/keys/key-shelf.ts';
import { diskFile, writtenAt } from '../adapters/lists/disk-file.ts';
import { addEntry } from '../adapters/postgres/entries.ts';
import { createIdentities } from '../adapters/postgres/identities.ts';
import { wrappedRows } from '../adapters/postgres/wrapped-rows.ts';
import { loadPrompts } from '../adapters/prompts/files.ts';
import { createKey, revokeKey } from '../app/api-keys.ts';
import { type BreachParts, noteCustody } from '../app/breach.ts';
import { refuseRestricted } from '../app/restrictions.ts';
import type { KeyRotation } from '../app/rotate-keys.ts';
import { type Config, readConfig } from '../config.ts';
import { ConsentryError } from '../core/error.ts';
import { callHelp, callSummary, runCall } from '../edges/cli/call.ts';
import { callArgs } from '../edges/cli/call-args.ts';
import { writeText } from '../edges/cli/call-wire.ts';
import type { CommandParts, CommandStores } from '../edges/cli/parts.ts';
import { terminalOf } from '../edges/cli/terminal.ts';
import { clock, random } from './chance.ts';
import { endHere } from './contract.ts';
import { doctorParts } from './doctor.ts';
import { type Foundation, layFoundation } from './foundation.ts';
import { fallbackDocument } from './let-through.ts';
import { listPartsOf } from './lists.ts';
import { openScreening } from './open-screening.ts';
import { flowsDir, promptsDir, runFile } from './paths.ts';
import { recipientParts } from './recipients.ts';
import { replayPartsOf } from './replay.ts';
import { readRunFile } from './run-file.ts';
import { serveCommand, serveHelp, serveSummary } from './serve-command.ts';
import { openStores, type Stores } from './stores.ts';

/** Whose name stands in the ledger for what is done from the command line. */
const operator = 'operator';

export function commandParts(): CommandParts {
  const terminal = terminalOf(process);
  return {
    terminal,
    external: {
      serve: { summary: serveSummary, help: serveHelp, run: serveCommand },
      call: {
        summary: callSummary,
        help: callHelp,
        run: (argv) => callCommand(argv, terminal.out),
      },
    },
    openStores: async () => {
      const config = readConfig();
      const foundation = await layFoundation(config, false);
      try {
        return commandStores(config, foundation, await openStores(config, foundation));
      } catch (error) {
        await foundation.close();
        throw error;
      }
    },
    openScreening: () => openScreening(terminal.err),
    openFlows: async (only) => {
      const flows = await loadFlows(flowsDir, only);
      const ids = only && new Set(flows.all().flatMap(({ promptIds }) => promptIds));
      const prompts = await loadPrompts(promptsDir, ids);
      return {
        flows: flows.all(),
        isPublished: flows.isPublished,
        promptText: prompts.text,
        promptAudio: prompts.audioFound,
        promptNames: [...new Set([...prompts.texts.keys(), ...prompts.recordings.keys()])],
        published: flows.published,
        lock: versionLock(lockFileIn(flowsDir)),
      };
    },
    newIdentity,
    endContract: (acceptRest) => endHere(readConfig(), acceptRest),
    askServer: async (scope, { method, path, body, also = [] }) => {
      const { config, running } = runningServer();
      const foundation = await layFoundation(config, false);
      try {
        const stores = await openStores(config, foundation);
        const keyParts = { keys: stores.apiKeys, clock, random };
        const wanted = { name: 'consentry', scopes: [scope, ...also] };
        const { record, key } = await createKey(keyParts, foundation.tenant.id, null, wanted);
        try {
          return await fetch(`${running.url}/v1${path}`, {
            method,
            headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
            ...(body !== undefined && { body: JSON.stringify(body) }),
          });
        } finally {
          await revokeKey(keyParts, foundation.tenant.id, null, record.id);
        }
      } finally {
        await foundation.close();
      }
    },
    sendText: async (request) => {
      const { config, carrier } = simulatedCarrier();
      const foundation = await layFoundation(config, false);
      try {
        return await writeText(await targetOf(foundation, carrier), request);
      } finally {
        await foundation.close();
      }
    },
  };
}

/** The server that runs on this DATA_DIR. */
function runningServer() {
  const config: Config = readConfig();
  const running = readRunFile(runFile(config));
  if (running === null) {
    throw new ConsentryError(
      'unavailable',
      'no server runs on this DATA_DIR; start one in another terminal with npm start',
    );
  }
  return { config, running };
}

/** The same, which must have a practice carrier. */
function simulatedCarrier() {
  const { config, running } = runningServer();
  if (running.carrier === null) {
    throw new ConsentryError(
      'unavailable',
      'the server has a real carrier account, so calls come from real phones; start one without TWILIO_ACCOUNT_SID to simulate',
    );
  }
  return { config, running, carrier: running.carrier };
}

async function targetOf(foundation: Foundation, carrier: { url: string; accountSid: string }) {
  const secret = (await foundation.secret('loopback-carrier')).toString('hex');
  return {
    carrierUrl: carrier.url,
    accountSid: carrier.accountSid,
    authToken: secret.slice(32),
  };
}

function commandStores(config: Config, foundation: Foundation, stores: Stores): CommandStores {
  const { tenant, sql } = foundation;
  const { recordings, entries } = stores;
  const breach = { breach: stores.breach, keyProvider: foundation.keys, clock, random };

  async function access(recordingId: string, kind: 'download' | 'erasure') {
    const recording = await recordings.find(recordingId);
    if (recording === null) throw new ConsentryError('not_found');
    const { callId, partyId } = recording;
    const facts = { callId, partyId, recordingId, at: clock.now(), by: operator };
    return entries.access({ kind, purpose: 'recording', ...facts });
  }

  return {
    tenantId: tenant.id,
    lines: {
      lines: stores.lines,
      ciphers: stores.ciphers,
      flows: stores.flowList,
      clock,
      random,
    },
    keys: { keys: stores.apiKeys, clock, random },
    rotation: {
      keys: foundation.keys,
      rotation: notedRotation(keyRotation(config.kekPath), breach),
      wrapped: wrappedRows(sql),
    },
    renewal: {
      identities: createIdentities(sql, { random, newIdentity }),
      keys: foundation.keys,
      recordingKeys: stores.recordingKeys,
      headers: stores.headers,
      clock,
    },
    replay: { ...replayPartsOf(stores), screenings: stores.screeningReads },
    lists: {
      ...listPartsOf(foundation, stores),
      shelf: stores.listShelf,
      ownCopy: stores.ownIndex,
      diskFile,
      writtenAt,
    },
    doctor: doctorParts(config, foundation, stores),
    recipients: recipientParts(config, stores),
    contract: { offers: stores.offers, clock, random },
    breach,
    users: {
      accounts: stores.accounts,
      sessions: stores.sessions,
      hasher: stores.hasher,
      breaches: stores.breaches,
      policy: stores.policy,
      clock,
      random,
    },
    audit: {
      audit: stores.audit,
      subjects: stores.subjects,
      entries,
      addressToken: stores.addressToken,
      openOpening: stores.openOpening,
      clock,
    },
    tasks: {
      deskTasks: stores.deskTasks,
      openNumber: stores.openNumber,
      openNote: stores.openNote,
      clock,
    },
    reads: stores.reads,
    recordings: {
      store: recordings,
      keys: stores.recordingKeys,
      headers: stores.headers,
      vault: stores.vault,
      spool: stores.spool,
      prepareErasure: ({ id }) => access(id, 'erasure'),
    },
    async noteDownload(id) {
      await refuseRestricted(stores.restrictions.ofRecording(id));
      await addEntry(sql, await access(id, 'download'));
    },
    receipts: stores.receipts,
    ledger: {
      store: stores.ledger,
      keys: [stores.signer.vkey],
      keeper: stores.checkpoints,
      open: stores.openOpening,
    },
    fallbackDocument: (line) => fallbackDocument(stores.prompts, line, null),
    close: () => foundation.close(),
  };
}

/** A key that is put in force has its line in the log of custody. */
function notedRotation(rotation: KeyRotation, breach: BreachParts): KeyRotation {
  return {
    ...rotation,
    async promote() {
      const earlier = await rotation.promote();
      if (earlier === null) return null;
      const key =
        (await rotation.places()).find(({ state }) => state === 'in force')?.keyId ?? null;
      const made = {
        key,
        event: 'made',
        place: hostname(),
        holder: 'keys rotate',
        at: null,
      } as const;
      await noteCustody(breach, made, operator);
      return earlier;
    },
  };
}

/** Places a call, with an API key of its own that is gone afterwards. */
async function callCommand(argv: readonly string[], out: (line: string) => void): Promise<number> {
  callArgs(argv); // what is wrong with the command line is said before anything is opened
  const { config, running, carrier } = simulatedCarrier();
  const foundation = await layFoundation(config, false);
  const stores = await openStores(config, foundation);
  const keyParts = { keys: stores.apiKeys, clock, random };
  const { tenant } = foundation;
  const wanted = { name: 'consentry call', scopes: ['calls:read'] as const };
  const { record, key } = await createKey(keyParts, tenant.id, null, wanted);
  try {
    await runCall(argv, {
      ...(await targetOf(foundation, carrier)),
      apiUrl: running.url,
      apiKey: key,
      out,
    });
    return 0;
  } finally {
    await revokeKey(keyParts, tenant.id, null, record.id);
    await foundation.close();
  }
}
