/** Puts the edges in front of the system: carrier routes, media sockets, API, health. */

import { openIdClient } from '../adapters/openid/client.ts';
import { signatureCheck } from '../adapters/twilio/signature.ts';
import { allLists } from '../app/all-lists.ts';
import { answerStep } from '../app/answer-step.ts';
import type { Prover } from '../app/author-ports.ts';
import { bridgeEvent } from '../app/bridge-event.ts';
import type { DoctorParts } from '../app/doctor.ts';
import { endLeg } from '../app/end-call.ts';
import type { BatchNews } from '../app/follow-batches.ts';
import type { Follower } from '../app/follow-own-list.ts';
import { isOver } from '../app/interpret-webhook.ts';
import { inviteOver } from '../app/invite-status.ts';
import { listWarnings } from '../app/list-warnings.ts';
import type { NoticeParts } from '../app/notices.ts';
import { ownLists } from '../app/own-lists.ts';
import type { Clock } from '../app/ports.ts';
import { type ApiRates, createRateLimits } from '../app/rate-limits.ts';
import type { RecipientParts } from '../app/recipients.ts';
import type { PolicyFollower } from '../app/screening-policy.ts';
import type { Sequencer } from '../app/sequence-ledger.ts';
import type { WebhookParts } from '../app/webhooks.ts';
import type { Account, OpenId } from '../config.ts';
import { screener } from '../core/suppression/calling-rules-shipped.ts';
import { addressBehind } from '../edges/http/address.ts';
import { onlyFrom } from '../edges/http/allow-list.ts';
import { createApi } from '../edges/http/api/api.ts';
import type { CarrierHandlers } from '../edges/http/carrier.ts';
import { gpcRouter } from '../edges/http/gpc.ts';
import type { Readiness } from '../edges/http/health.ts';
import { createRegistry } from '../edges/http/metrics.ts';
import { createPages } from '../edges/http/pages/pages.ts';
import { promptAudioRouter } from '../edges/http/prompt-audio.ts';
import { saidRouter } from '../edges/http/said.ts';
import { createHttpServer } from '../edges/http/server.ts';
import { mediaUpgrade } from '../edges/media/upgrade.ts';
import type { createLog } from '../log.ts';
import { createApiVerbs } from './api-verbs.ts';
import { batchPartsOf } from './batches.ts';
import { createExportAudio } from './bulk.ts';
import type { CallSystem } from './call-system.ts';
import { clock, random } from './chance.ts';
import type { Foundation } from './foundation.ts';
import { fallbackDocument } from './let-through.ts';
import { mediaMetrics } from './media-metrics.ts';
import { createOutbound } from './outbound.ts';
import { createEmailParts, createPageParts } from './pages.ts';
import { replayPartsOf } from './replay.ts';
import { createRightsParts } from './rights.ts';
import { saidDocument } from './said-document.ts';
import type { Stores } from './stores.ts';

export interface EdgeParts {
  readonly foundation: Foundation;
  readonly stores: Stores;
  readonly system: CallSystem;
  readonly sequencer: Sequencer;
  readonly follower: Follower;
  readonly batchNews: BatchNews;
  /** What hours of calling and the age of lists go by. */
  readonly policyFollower: PolicyFollower;
  readonly screeningClock: Clock;
  readonly prover: Prover;
  readonly account: Account;
  readonly openId: OpenId | null;
  readonly noticeParts: NoticeParts;
  readonly apiRates: ApiRates;
  /** Networks that may ask the API; null: any. */
  readonly apiFrom: readonly string[] | null;
  readonly doctor: DoctorParts;
  readonly recipients: RecipientParts;
  readonly webhooks: WebhookParts;
  readonly publicUrl: string;
  readonly log: ReturnType<typeof createLog>;
  /** Keys what is kept of a step's parameters, the same in every process. */
  readonly fingerprintKey: Buffer;
  /** True from the stop signal on. */
  readonly isStopping: () => boolean;
}

function carrierHandlers({ system, stores }: EdgeParts): CarrierHandlers {
  const { parts, caretaker, givingUp, lines } = system;

  function wayOut(callSid: string | null, to: string | null): string {
    if (callSid === null) return fallbackDocument(stores.prompts, null, null);
    const { bridge } = givingUp.wayOut(callSid);
    // Somebody waits on the bridge already: ringing a number would miss them.
    if (bridge !== null) return fallbackDocument(stores.prompts, null, bridge);
    const room = `consentry-unrecorded-${callSid}`;
    return fallbackDocument(stores.prompts, lines.cached(to), room);
  }

  return {
    voice: (webhook, deadline) => answerStep(parts, givingUp, webhook, deadline),
    voiceFailed(webhook) {
      const answer = wayOut(webhook.callSid, webhook.to);
      givingUp.step(webhook, answer);
      return answer;
    },
    async status({ callSid, callStatus, invite }) {
      if (!isOver(callStatus)) return;
      // Who hangs up at once may do so before their first webhook is answered.
      if (!(await endLeg(parts, callSid))) caretaker.suspect(callSid);
      if (invite !== undefined) await inviteOver(parts, invite);
    },
    async conference(webhook) {
      await bridgeEvent(parts, webhook);
      if (webhook.event === 'end') await caretaker.suspectBridge(webhook.conferenceName);
      if (webhook.event === 'leave' && webhook.callSid !== null) caretaker.suspect(webhook.callSid);
    },
    text: (webhook) => system.texts.take(webhook),
    letThrough(callSid, to) {
      if (callSid !== null) givingUp.leg(callSid);
      return wayOut(callSid, to);
    },
  };
}

async function readiness(edge: EdgeParts): Promise<Readiness> {
  const { foundation, stores, sequencer, isStopping } = edge;
  const database = foundation.sql`select 1`.then(
    () => 'ok',
    () => 'does not answer',
  );
  const parts = {
    database: await database,
    ledger: sequencer.health() ?? 'ok',
    ownList: edge.follower.isStale() ? 'may be behind' : 'ok',
    vault: (await stores.vault.health()) ?? 'ok',
    spool: (await stores.spool.health()) ?? 'ok',
    keys: (await foundation.keys.health()) ?? 'ok',
    server: isStopping() ? 'stopping' : 'ok',
  };
  const ready = Object.values(parts).every((state) => state === 'ok');
  const { registries } = stores;
  const unreadable = registries.unreadable().map((list) => `the list ${list} cannot be read`);
  const warnings = [...listWarnings(registries.loaded(), clock.now()), ...unreadable];
  return { ready, parts, warnings };
}

/** Where a provider sends people back to, below the public URL. */
const openIdReturn = '/sign-in/openid';

function openIdOf({ openId, publicUrl, foundation, stores }: EdgeParts) {
  if (openId === null) return null;
  const client = openIdClient({
    ...openId,
    redirectUri: `${publicUrl}${openIdReturn}`,
    mayReach: (host) => stores.recipients.now().mayReach(host, 'sign-in'),
  });
  return { client, cipher: foundation.tenant.cipher };
}

export function createEdges(edge: EdgeParts) {
  const { foundation, stores, system, account, publicUrl, log } = edge;
  const registry = createRegistry();
  const signature = signatureCheck({
    publicUrl,
    tokens: [account.authToken, account.previousToken].filter((token) => token !== null),
    onPreviousToken: () => log.warn({}, 'a request was signed with the previous auth token'),
  });
  const media = mediaUpgrade({
    signed: (target, header) => signature.webSocket(target, header),
    recorder: system.recorder,
    counts: system.counts,
    clock,
    log,
  });
  const screening = {
    screener,
    people: stores.knownPeople,
    lists: allLists(
      ownLists({ copy: stores.ownIndex, follower: edge.follower, clock }),
      stores.registries,
    ),
    get policy() {
      return edge.policyFollower.now();
    },
    clock: edge.screeningClock,
  };
  const outbound = createOutbound(foundation, stores, system, screening);
  const rightsParts = createRightsParts(foundation, stores, system, {
    screen: outbound.screen,
    line: () => outbound.lineFor(null),
  });
  const { noticeParts } = edge;
  const { controller } = noticeParts;
  const emailParts = createEmailParts(foundation, stores, system, { controller, publicUrl });
  const api = createApi({
    reads: stores.reads,
    ciphers: stores.ciphers,
    openNumber: stores.openNumber,
    openOpening: stores.openOpening,
    openNote: stores.openNote,
    lines: stores.lines,
    flows: stores.flowList,
    shelf: stores.flows,
    scripts: stores.scriptFolder,
    prover: edge.prover,
    keys: stores.apiKeys,
    deskTasks: stores.deskTasks,
    accounts: stores.accounts,
    sessions: stores.sessions,
    settings: stores.settings,
    policy: stores.policy,
    hasher: stores.hasher,
    breaches: stores.breaches,
    optOutParts: system.optOutParts,
    entries: stores.entries,
    audit: stores.audit,
    doctorParts: edge.doctor,
    recipientParts: edge.recipients,
    webhookParts: edge.webhooks,
    reportParts: {
      reportReads: stores.reportReads,
      releases: stores.releases,
      clock,
      random,
    },
    subjects: stores.subjects,
    links: stores.links,
    support: stores.support,
    training: stores.training,
    acceptances: stores.acceptances,
    breach: stores.breach,
    offers: stores.offers,
    keyProvider: foundation.keys,
    tenantId: foundation.tenant.id,
    publicUrl,
    openId: openIdOf(edge),
    addressToken: stores.addressToken,
    addressOf: addressBehind(publicUrl),
    idempotency: stores.idempotency,
    limits: createRateLimits({ rates: edge.apiRates, clock, log }),
    choiceParts: system.choiceParts,
    formParts: { forms: stores.forms, clock },
    noticeParts,
    emailParts,
    inventory: stores.inventory,
    identifiableParts: stores,
    disclosures: stores.disclosures,
    copyParts: {
      archive: system.bulkParts.archive,
      copyAudio: createExportAudio(foundation, stores, async () => false),
      receiptOf: (entryId) => stores.receipts.receiptFor(foundation.tenant.id, entryId),
    },
    exportParts: {
      exports: stores.exports,
      profileParts: system.correctParts,
      inventory: stores.inventory,
      people: stores.people,
      ownList: stores.ownList,
      openOpening: stores.openOpening,
      restrictions: stores.restrictions,
      wantsCopy: (personId) => stores.rights.wantsCopy(personId),
      choiceParts: system.choiceParts,
    },
    erasePersonParts: system.erasePersonParts,
    retentionParts: system.retentionParts,
    holdParts: {
      holds: stores.holds,
      tenant: foundation.tenant,
      entries: stores.entries,
      clock,
      random,
    },
    runLater: system.retention.later,
    bulkParts: system.bulkParts,
    correctParts: system.correctParts,
    wakeExports: system.exports.wake,
    listParts: system.listParts,
    wakeLists: system.lists.wake,
    screening,
    evidence: {
      people: stores.people,
      entries: stores.entries,
      addEntry: stores.addEntry,
      clock: edge.screeningClock,
    },
    replayParts: replayPartsOf(stores),
    batchParts: batchPartsOf(foundation, stores, edge.follower),
    liveBatches: stores.liveBatches,
    batchNews: edge.batchNews,
    ...outbound,
    rightsParts,
    clock,
    random,
    log,
    ...createApiVerbs(foundation, stores, system, outbound.screen),
  });
  const http = createHttpServer({
    isSecure: publicUrl.startsWith('https:'),
    apiOnlyFrom: edge.apiFrom && onlyFrom(edge.apiFrom, addressBehind(publicUrl)),
    signature,
    accountSid: account.sid,
    clock,
    log,
    registry,
    fingerprintKey: edge.fingerprintKey,
    handlers: carrierHandlers(edge),
    routers: {
      ...api,
      ...createPages(
        createPageParts(foundation, stores, system, {
          ...{ rightsParts, noticeParts, emailParts, publicUrl, log },
        }),
      ),
      '/.well-known/gpc.json': gpcRouter(),
      '/prompts': promptAudioRouter(stores.prompts),
      '/twilio/said': saidRouter({
        document: (locale, ids) =>
          saidDocument(stores.prompts, `${publicUrl}/prompts`, locale, ids),
      }),
    },
    readiness: () => readiness(edge),
    metricsText: () =>
      `${registry.text()}${mediaMetrics(system.counts)}${system.rightsAlarms.text()}`,
    media: media.upgrade,
  });
  return { http, media };
}
