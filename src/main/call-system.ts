/** Joins the verbs of a call, its media and its upkeep to the stores. */
import { setTimeout } from 'node:timers/promises';
import { createCallStore } from '../adapters/postgres/calls.ts';
import { createForgetChannel } from '../adapters/postgres/forget-channel.ts';
import { createGateChannel } from '../adapters/postgres/gate-channel.ts';
import { renderText, renderTwiml } from '../adapters/twilio/twiml.ts';
import { createCallCache } from '../app/call-cache.ts';
import type { CallParts } from '../app/call-parts.ts';
import { cancelListed } from '../app/cancel-listed.ts';
import { cancelListedRinging, cancelRinging, cancelRingingAt } from '../app/cancel-ringing.ts';
import { runTask, type TaskParts } from '../app/carrier-tasks.ts';
import { type ChoiceParts, withdrawChoices } from '../app/choices.ts';
import { urlsBelow } from '../app/compose-document.ts';
import type { ConsentCarrier } from '../app/consent-ports.ts';
import type { CorrectParts } from '../app/correct-person.ts';
import { listedMeanwhile, screeningEntry } from '../app/enter-screening.ts';
import type { CarrierRecords } from '../app/erase-at-carrier.ts';
import { type ErasePartyParts, eraseParty } from '../app/erase-party.ts';
import { type ErasePersonParts, resumeErasures } from '../app/erase-person.ts';
import { expireChoices } from '../app/expire-choices.ts';
import { exportWorker } from '../app/export-worker.ts';
import { createGates } from '../app/gates.ts';
import { createGivingUp } from '../app/give-up.ts';
import { inviteOver } from '../app/invite-status.ts';
import { createJurisdictionBook } from '../app/jurisdiction-book.ts';
import { createLineBook } from '../app/line-book.ts';
import { defaultLine, findLine, listLines } from '../app/lines.ts';
import type { ListParts } from '../app/list-parts.ts';
import { listWorker } from '../app/list-worker.ts';
import { LiveRecordings } from '../app/live-recordings.ts';
import { createCaretaker } from '../app/look-after-calls.ts';
import { releaseParty } from '../app/move-party.ts';
import { optOut, restartTexts } from '../app/opt-out.ts';
import type { Carrier } from '../app/ports.ts';
import { MediaRecorder } from '../app/record-media.ts';
import { createRecovery } from '../app/recover-recordings.ts';
import { hashMediaToken, restartStream } from '../app/restart-stream.ts';
import { type RetentionParts, retentionWorker } from '../app/retention.ts';
import type { ReviewParts } from '../app/review-stops.ts';
import { rightsAlarms } from '../app/rights-alarms.ts';
import { reachOf } from '../app/screening-policy.ts';
import { sealRecording } from '../app/seal-recording.ts';
import { createTextTaker, noteContext } from '../app/take-text.ts';
import { takeUpRequests } from '../app/take-up-requests.ts';
import { carrierTeller } from '../app/tell-carrier.ts';
import { isTracked, trackCall } from '../app/track-call.ts';
import { withdraw } from '../app/withdraw.ts';
import { mediaCounts } from '../core/media/counts.ts';
import type { createLog } from '../log.ts';
import { createBulkParts } from './bulk.ts';
import { clock, random } from './chance.ts';
import type { Foundation } from './foundation.ts';
import { listPartsOf } from './lists.ts';
import type { Stores } from './stores.ts';

export interface CallSystemOptions {
  readonly foundation: Foundation;
  readonly stores: Stores;
  readonly carrier: Carrier;
  readonly carrierRecords: CarrierRecords;
  readonly consents: ConsentCarrier;
  readonly publicUrl: string;
  readonly log: ReturnType<typeof createLog>;
  readonly clockOffsetMs: () => number;
}

export type CallSystem = ReturnType<typeof createCallSystem>;

export function createCallSystem(options: CallSystemOptions) {
  const { foundation, stores, carrier, log } = options;
  const { tenant, commits } = foundation;
  const sql = foundation.as.webhook;
  const urls = urlsBelow(options.publicUrl);
  const gates = createGates(clock);
  const counts = mediaCounts();
  const store = createCallStore(sql, options.clockOffsetMs, commits);
  const gateChannel = createGateChannel(sql, random.uuid());
  const forgetChannel = createForgetChannel(sql, stores.people);
  const lineParts = { lines: stores.lines, ciphers: stores.ciphers, flows: stores.flowList };
  const allLines = () => listLines({ ...lineParts, clock, random }, tenant.id);
  const lines = createLineBook(
    {
      all: allLines,
      byNumber: (e164) => findLine(lineParts, tenant.id, tenant.cipher.token(e164)),
      byId: async (id) => (await allLines()).find((line) => line.id === id) ?? null,
      default: () => defaultLine(lineParts, tenant.id),
    },
    clock,
  );

  const sealParts = {
    spool: stores.spool,
    vault: stores.vault,
    store: stores.recordings,
    prepareSealing: (recording: Parameters<typeof stores.entries.sealing>[0]) =>
      stores.entries.sealing(recording, clock.now()),
  };
  const live = new LiveRecordings({
    gates,
    clock,
    log,
    counts,
    seal: (id, fileKey, tail) => sealRecording(sealParts, id, fileKey, tail),
    restartStream: (grant) =>
      restartStream(
        { recordings: stores.recordings, carrier, random, clock, mediaUrl: () => urls.media },
        grant,
      ),
    onFailure: (_callSid, what) => log.error({ what }, 'a call goes on unrecorded'),
    onStreamOver: (callSid) => caretaker.suspect(callSid),
  });

  const eraseParts: ErasePartyParts = {
    store: stores.recordings,
    vault: stores.vault,
    spool: stores.spool,
    entries: stores.entries,
    clock,
    settled: () => live.settled(),
  };
  const optOutParts: ReviewParts = {
    ownList: stores.ownList,
    ownCopy: stores.ownIndex,
    reviews: stores.reviews,
    people: stores.people,
    entries: stores.entries,
    choices: stores.choices,
    clock,
    random,
    sealNote: ({ key }, id, note) => tenant.cipher.seal(key, noteContext(id), Buffer.from(note)),
    openReviewNote: ({ key }, id, note) =>
      tenant.cipher.open(key, noteContext(id), note).toString('utf8'),
    cancelRinging: (number) =>
      cancelRinging({ ...parts, dials: stores.dials, wait: setTimeout }, number),
  };
  const taskParts: TaskParts = {
    log,
    tenant,
    store,
    lines,
    carrier,
    urls: () => urls,
    people: stores.people,
    contacts: stores.contacts,
    async enterListed({ callId, number, channel }) {
      const about = { callId, number, channel, purpose: 'service', campaign: null } as const;
      const person = await stores.people.ensure(number);
      const found = screeningEntry(
        { entries: stores.entries, clock },
        { ...about, by: 'service' },
        person,
        listedMeanwhile,
      );
      await stores.dials.addEntry(found);
    },
    clock,
    released: (callId, callSid, release) => releaseParty(parts, callId, callSid, release),
    inviteOver: (step) => inviteOver(parts, step),
    dials: stores.dials,
    async optOutPerson(personId, channels) {
      const person = await stores.people.find(personId);
      // Whoever was erased meanwhile has no number that anybody could call.
      if (person === null) return;
      const reason = { reason: 'withdrawal', source: 'call', by: 'caller' } as const;
      await optOut(optOutParts, { number: person.number, channels, scope: 'all', ...reason });
    },
    async stoppedAtCarrier(personId, lineId) {
      const [person, line] = [await stores.people.find(personId), await lines.byId(lineId)];
      if (person === null) return;
      const channels = reachOf((await stores.settings.current('screening')).value);
      const said = { reason: 'request', source: 'carrier', by: 'caller', scope: 'all' } as const;
      const { number } = person;
      await optOut(optOutParts, { number, channels, ...said, heardOn: line?.number ?? null });
    },
    eraseParty: (callId, partyId) => eraseParty(eraseParts, callId, partyId, 'withdrawal'),
    track: (callId) => trackCall({ ...stores, store, clock, random }, callId),
  };
  const parts: CallParts & TaskParts = {
    ...taskParts,
    clock,
    random,
    choices: stores.choices,
    cache: createCallCache(),
    flows: stores.flows,
    prompts: stores.prompts,
    gates,
    gateChannel,
    makeEntry: stores.entries,
    jurisdictions: createJurisdictionBook(log),
    render: renderTwiml,
    runTask: (id) => runTask(taskParts, id),
    isTracked: (call) => isTracked(stores.trackedLines.now(), call),
    hashToken: hashMediaToken,
    onOddity: (what) => log.warn({ what }, 'a step came that this call does not wait for'),
  };
  const recoverAgain = createRecovery({
    ...sealParts,
    keys: stores.recordingKeys,
    headers: stores.headers,
    isLive: (id) => live.isLive(id),
  });
  const choiceParts: ChoiceParts = {
    forgetPerson: forgetChannel.announce,
    choices: stores.choices,
    people: stores.people,
    entries: stores.entries,
    clock,
    async withdrawLive(personId, purpose, channel) {
      for (const { callId, partyId } of await stores.texts.partiesOf(tenant.id, personId)) {
        await withdraw(parts, { call: callId, purpose, party: partyId, channel });
      }
    },
    async optOut(number, channels, by, saidAt) {
      const about = { scope: 'all', reason: 'withdrawal', source: 'choice', by, saidAt } as const;
      await optOut(optOutParts, { number, channels, ...about });
    },
  };
  const erasePersonParts: ErasePersonParts = {
    erasures: stores.erasures,
    erasureLog: stores.erasureLog,
    recordings: stores.recordings,
    carrier: options.carrierRecords,
    vault: stores.vault,
    spool: stores.spool,
    entries: stores.entries,
    forgetPerson: forgetChannel.announce,
    settled: () => live.settled(),
    clock,
    random,
  };
  const retentionParts: RetentionParts = {
    retention: stores.retention,
    redactionLog: stores.redactionLog,
    holds: stores.holds,
    settings: stores.settings,
    cipher: tenant.cipher,
    vault: stores.vault,
    spool: stores.spool,
    entries: stores.entries,
    forgetPerson: forgetChannel.announce,
    settled: () => live.settled(),
    clock,
    random,
    wait: (ms) => setTimeout(ms, undefined, { ref: false }),
  };
  const retention = retentionWorker(retentionParts, log);
  const correctParts: CorrectParts = {
    profiles: stores.profiles,
    people: stores.people,
    cipher: tenant.cipher,
    entries: stores.entries,
    forgetPerson: forgetChannel.announce,
    clock,
    random,
  };
  const bulkParts = createBulkParts(foundation, stores);
  const exports = exportWorker(bulkParts, log);
  const cancelParts = { ...parts, dials: stores.dials, wait: setTimeout };
  const cancelAt = (numbers: readonly string[]) => cancelRingingAt(cancelParts, numbers);
  const listParts: ListParts = {
    ...listPartsOf(foundation, stores),
    ownCopy: stores.ownIndex,
    cancelRinging: cancelAt,
  };
  const lists = listWorker(listParts, log);
  const alarms = rightsAlarms(stores.rights, clock, log);
  const caretaker = createCaretaker(parts, {
    tellCarrier: carrierTeller({
      queue: stores.carrierConsents,
      carrier: options.consents,
      senders: async () => (await allLines()).map(({ number }) => number),
      clock,
      log,
    }),
    takeUpRequests: () => takeUpRequests({ ...stores, cipher: tenant.cipher, clock, random, log }),
    lookAtRights: alarms.look,
    expireChoices: () => expireChoices(choiceParts),
    endBatches: () => stores.batches.endOver(clock.now()),
    resumeErasures: () => resumeErasures(erasePersonParts),
    keepRetention: retention.keep,
    keepExports: exports.keep,
    keepLists: lists.keep,
    async recoverRecordings() {
      const { sealed, partial, removed, quarantined } = await recoverAgain();
      if (sealed + partial + removed + quarantined.length === 0) return;
      log.warn({ sealed, partial, removed, quarantined }, 'recordings left unsealed were closed');
    },
  });
  const wait = (ms: number, signal: AbortSignal) =>
    setTimeout(ms, undefined, { signal, ref: false }).catch(() => {});
  const givingUp = createGivingUp({ ...parts, wait });
  const texts = createTextTaker({
    ...parts,
    texts: stores.texts,
    optOut: (wanted) => optOut(optOutParts, wanted),
    restart: (wanted) => restartTexts(optOutParts, wanted),
    stopReaches: async () => reachOf((await stores.settings.current('screening')).value),
    withdrawChoices: (id) => withdrawChoices(choiceParts, id, 'all', 'caller', 'text'),
    renderText,
    wait,
  });

  const recorder = new MediaRecorder({
    recordings: stores.recordings,
    keys: stores.recordingKeys,
    headers: stores.headers,
    spool: stores.spool,
    gates,
    live,
    stillGranted: store.openLegs,
    clock,
    random,
    log,
    counts,
  });

  return {
    parts,
    optOutParts,
    choiceParts,
    erasePersonParts,
    retentionParts,
    retention,
    bulkParts,
    correctParts,
    exports,
    listParts,
    lists,
    listedElsewhere: cancelListed(cancelAt, log),
    cancelListedRinging: () => cancelListedRinging(cancelParts),
    rightsAlarms: alarms,
    runTaskNow: (id: string) => runTask(taskParts, id),
    givingUp,
    texts,
    lines,
    gates,
    gateChannel,
    forgetChannel,
    live,
    caretaker,
    recorder,
    counts,
    sealParts,
    eraseParts,
  };
}
