/** The stores and books over a foundation, shared by the server and the commands. */
import { createAgeHeaders, newIdentity } from '../adapters/age-header/headers.ts';
import { argon2 } from '../adapters/argon2/hash.ts';
import { openBreachList } from '../adapters/breaches/sorted-hashes.ts';
import { fileErasures } from '../adapters/checkpoints/erasures.ts';
import { fileCheckpoints } from '../adapters/checkpoints/file.ts';
import { fileRedactions } from '../adapters/checkpoints/redactions.ts';
import { openShelf } from '../adapters/lists/shelf.ts';
import { mailSender } from '../adapters/mail/send.ts';
import { createAcceptances } from '../adapters/postgres/acceptances.ts';
import { createAccounts } from '../adapters/postgres/accounts.ts';
import { createKeyStore } from '../adapters/postgres/api-keys.ts';
import { createAudit } from '../adapters/postgres/audit.ts';
import { createBatches } from '../adapters/postgres/batches.ts';
import { createBreachReads } from '../adapters/postgres/breach-reads.ts';
import { createCallReads } from '../adapters/postgres/call-reads.ts';
import { createCarrierConsents } from '../adapters/postgres/carrier-consents.ts';
import { createChoices } from '../adapters/postgres/choices.ts';
import { createContacts } from '../adapters/postgres/contacts.ts';
import { createOffers } from '../adapters/postgres/contract.ts';
import { createDeskTasks } from '../adapters/postgres/desk-tasks.ts';
import { createDials } from '../adapters/postgres/dials.ts';
import { createDisclosures } from '../adapters/postgres/disclosures.ts';
import { createEmails } from '../adapters/postgres/emails.ts';
import { entryWriter } from '../adapters/postgres/entries.ts';
import { createEntryTexts } from '../adapters/postgres/entry-texts.ts';
import { createErasures } from '../adapters/postgres/erasures.ts';
import { createExportHoldings } from '../adapters/postgres/export-holdings.ts';
import { createExportJobs } from '../adapters/postgres/export-jobs.ts';
import { createExportRows } from '../adapters/postgres/export-rows.ts';
import { createExports } from '../adapters/postgres/exports.ts';
import { createForms } from '../adapters/postgres/forms.ts';
import { createHolds } from '../adapters/postgres/holds.ts';
import { createIdempotencyStore } from '../adapters/postgres/idempotency.ts';
import { createIdentifiable } from '../adapters/postgres/identifiable.ts';
import { createInventory } from '../adapters/postgres/inventory.ts';
import { createKnownPeople } from '../adapters/postgres/known-people.ts';
import { postgresLedger } from '../adapters/postgres/ledger.ts';
import { createLineStore } from '../adapters/postgres/lines.ts';
import { createListAccesses } from '../adapters/postgres/list-accesses.ts';
import { createListBook } from '../adapters/postgres/list-book.ts';
import { createListJobs } from '../adapters/postgres/list-jobs.ts';
import { createListenLinks } from '../adapters/postgres/listen-links.ts';
import { createLiveBatches } from '../adapters/postgres/live-batches.ts';
import { createNotices } from '../adapters/postgres/notices.ts';
import { createOwnList } from '../adapters/postgres/own-list.ts';
import { createOwnListBulk } from '../adapters/postgres/own-list-bulk.ts';
import { createPages } from '../adapters/postgres/pages.ts';
import { createPeople, numberContext } from '../adapters/postgres/people.ts';
import { createPermits } from '../adapters/postgres/permits.ts';
import { createProfiles } from '../adapters/postgres/profiles.ts';
import { createRecordingKeys } from '../adapters/postgres/recording-keys.ts';
import { createRecordings } from '../adapters/postgres/recordings.ts';
import { createReleases } from '../adapters/postgres/releases.ts';
import { createReportReads } from '../adapters/postgres/report-reads.ts';
import { createRestrictions } from '../adapters/postgres/restrictions.ts';
import { createRetention } from '../adapters/postgres/retention.ts';
import { createRights } from '../adapters/postgres/rights.ts';
import { createScreeningReads } from '../adapters/postgres/screening-reads.ts';
import { createSessions } from '../adapters/postgres/sessions.ts';
import { createSettings } from '../adapters/postgres/settings.ts';
import { createStopReviews } from '../adapters/postgres/stop-reviews.ts';
import { createSubjects } from '../adapters/postgres/subjects.ts';
import { createSupportAccess } from '../adapters/postgres/support-access.ts';
import { createTextStore } from '../adapters/postgres/texts.ts';
import { createTracking } from '../adapters/postgres/tracking.ts';
import { createTraining } from '../adapters/postgres/training.ts';
import { createWebhooks } from '../adapters/postgres/webhooks.ts';
import { sftpSources } from '../adapters/sftp/pull.ts';
import { sftpTargets } from '../adapters/sftp/push.ts';
import { openFileSpool } from '../adapters/spool/file.ts';
import { openFileVault } from '../adapters/vault/file.ts';
import type { FlowList, SealedPerson } from '../app/api-ports.ts';
import type { DeskTaskParts } from '../app/desk-tasks.ts';
import { knownPeople } from '../app/known-people.ts';
import type { OpenOpening, SealedOpening } from '../app/ledger-ports.ts';
import { openLineNumber } from '../app/lines.ts';
import { listsInMemory } from '../app/loaded-lists.ts';
import { createEntryMaker, openingContext } from '../app/make-entry.ts';
import { createReceipts } from '../app/receipt.ts';
import { followRecipients } from '../app/recipients.ts';
import { defaultSettings, rememberPolicy } from '../app/settings.ts';
import { noteContext } from '../app/take-text.ts';
import { followTrackedLines } from '../app/track-call.ts';
import type { Config } from '../config.ts';
import { ConsentryError } from '../core/error.ts';
import { decodeOpening, textsNamedIn } from '../core/ledger/entry.ts';
import { signerOf } from '../core/ledger/note.ts';
import { OwnIndex } from '../core/suppression/own-index.ts';
import type { Uuid } from '../core/words.ts';
import { clock, random } from './chance.ts';
import type { Foundation } from './foundation.ts';
import {
  checkpointFile,
  erasureFile,
  exportsDir,
  listFilesDir,
  listsDir,
  redactionFile,
  sftpFile,
  spoolDir,
} from './paths.ts';
import { openScripts, type ScriptFolders } from './scripts.ts';

/** What checkpoints are signed as (https://c2sp.org/tlog-checkpoint calls it the origin). */
export const ledgerName = 'consentry.invalid/ledger';

export type Stores = Awaited<ReturnType<typeof openStores>>;

export async function openStores(config: Config, foundation: Foundation, folders?: ScriptFolders) {
  const { as, keys, tenant } = foundation;
  const { webhook, recorder, sequencer, retention, console: sql } = as;
  const scripts = await openScripts(folders);
  const { flows, prompts } = scripts;
  const people = createPeople(webhook, tenant, random);
  const signer = signerOf(ledgerName, await foundation.secret('ledger'));
  const ledger = postgresLedger(sequencer);
  const entryTexts = createEntryTexts(sql);

  const ciphers = (tenantId: Uuid) => {
    if (tenantId !== tenant.id) throw new ConsentryError('key_missing', 'no such tenant here');
    return tenant.cipher;
  };
  const openNumber = (tenantId: Uuid, person: SealedPerson): string | null => {
    if (person.keyWrapped === null || person.numberSealed === null) return null;
    const cipher = ciphers(tenantId);
    const key = cipher.unwrapPersonKey(person.keyWrapped);
    return cipher.open(key, numberContext(person.id), person.numberSealed).toString('utf8');
  };
  const openNote: DeskTaskParts['openNote'] = (tenantId, { keyWrapped }, taskId, note) => {
    if (keyWrapped === null) return null;
    const cipher = ciphers(tenantId);
    const key = cipher.unwrapPersonKey(keyWrapped);
    return cipher.open(key, noteContext(taskId), note).toString('utf8');
  };
  const openOpening: OpenOpening = async (entry: SealedOpening) => {
    if (entry.openingSealed === null)
      throw new ConsentryError('key_missing', 'the entry was erased');
    const person = entry.personId === null ? null : await people.find(entry.personId);
    if (entry.personId !== null && person === null) {
      throw new ConsentryError('key_missing', "the person's key was destroyed");
    }
    const context = openingContext(entry.id);
    const opened = tenant.cipher.open(person?.key ?? null, context, entry.openingSealed);
    const texts = await entryTexts.find(textsNamedIn(opened));
    return decodeOpening(opened, (id) => texts.get(id));
  };
  const flowList: FlowList = {
    names: () => [...new Set(callerFlows().map(({ name }) => name))],
    locales: (name) => flows.current(name)?.locales ?? [],
  };
  const callerFlows = () =>
    flows.all().filter((flow) => flow.role === 'caller' && flows.isPublished(flow));

  const choices = createChoices(webhook, tenant.id);
  const settings = createSettings(sql, tenant.id, defaultSettings);
  const recipients = followRecipients(settings);
  await recipients.look();
  const trackedLines = followTrackedLines(settings);
  await trackedLines.look();

  return {
    flows,
    prompts,
    scriptFolder: scripts.folder,
    watchScripts: scripts.watch,
    people,
    signer,
    ledger,
    checkpoints: fileCheckpoints(checkpointFile(config)),
    receipts: createReceipts(ledger, [signer.vkey], openOpening),
    ciphers,
    openNumber,
    openOpening,
    openNote,
    flowList,
    headers: createAgeHeaders(),
    recordings: createRecordings(recorder),
    recordingKeys: createRecordingKeys({ sql: recorder, keys, clock, random, newIdentity }),
    vault: await openFileVault(config.vaultDir),
    spool: await openFileSpool(spoolDir(config), { durability: config.durability }),
    reads: createCallReads(sql),
    idempotency: createIdempotencyStore(sql),
    lines: createLineStore(sql),
    apiKeys: createKeyStore(sql),
    deskTasks: createDeskTasks(sql),
    texts: createTextStore(webhook),
    accounts: createAccounts(sql, tenant),
    sessions: createSessions(sql, tenant),
    settings,
    recipients,
    trackedLines,
    tracking: createTracking(webhook, tenant.id),
    policy: rememberPolicy(settings, clock),
    hasher: argon2,
    breaches:
      config.breachedPasswords === null ? null : await openBreachList(config.breachedPasswords),
    ownList: createOwnList(webhook, tenant),
    carrierConsents: createCarrierConsents(webhook, tenant),
    reviews: createStopReviews(sql, tenant),
    audit: createAudit(sql, tenant),
    subjects: createSubjects(sql, tenant),
    screeningReads: createScreeningReads(sql, tenant),
    links: createListenLinks(sql, tenant),
    support: createSupportAccess(sql, tenant),
    training: createTraining(sql, tenant.id),
    acceptances: createAcceptances(sql, tenant),
    offers: createOffers(sql, tenant.id),
    breach: createBreachReads(sql, foundation.as.recorder, tenant),
    addressToken: (address: string) => tenant.cipher.token(`address/${address}`).toString('hex'),
    permits: createPermits(webhook, tenant),
    contacts: createContacts(webhook, tenant),
    dials: createDials(webhook, tenant, (tx) => createPermits(tx, tenant)),
    choices,
    pages: createPages(sql),
    forms: createForms(sql, tenant.id),
    notices: createNotices(sql, tenant.id),
    emails: createEmails(sql, tenant.id),
    sendMail:
      config.mail === null
        ? null
        : mailSender(config.mail, (host) => recipients.now().mayReach(host, 'mail')),
    webhooks: createWebhooks(sql, tenant),
    batches: createBatches(sql, tenant),
    liveBatches: createLiveBatches(sql, tenant, random),
    reportReads: createReportReads(sql, tenant, {
      lineNumber: (line) => openLineNumber(tenant.cipher, line),
      openingContext,
    }),
    releases: createReleases(sql, tenant.id),
    identifiable: createIdentifiable(sql, tenant.id),
    exports: createExports(as.export, tenant.id),
    exportJobs: createExportJobs(sql, tenant.id),
    exportHoldings: createExportHoldings(sql, tenant),
    exportRows: createExportRows(as.export, tenant),
    pushTargets: sftpTargets(sftpFile(config), (host) => recipients.now().mayReach(host, 'sftp')),
    exportFiles: await openFileVault(exportsDir(config)),
    holds: createHolds(sql, tenant),
    rights: createRights(sql, tenant),
    disclosures: createDisclosures(as.export, tenant),
    restrictions: createRestrictions(sql, tenant),
    profiles: createProfiles(sql, tenant),
    retention: createRetention(retention, tenant),
    erasures: createErasures(retention, tenant),
    erasureLog: fileErasures(erasureFile(config)),
    redactionLog: fileRedactions(redactionFile(config)),
    inventory: createInventory(retention, tenant),
    ownIndex: new OwnIndex(),
    registries: listsInMemory(),
    listJobs: createListJobs(sql, tenant.id),
    listBook: createListBook(sql, tenant.id),
    listAccesses: createListAccesses(sql, tenant.id),
    ownBulk: createOwnListBulk(sql, tenant),
    listFiles: await openFileVault(listFilesDir(config)),
    pullTargets: sftpSources(sftpFile(config), (host) => recipients.now().mayReach(host, 'sftp')),
    listShelf: openShelf(listsDir(config), await foundation.secret('lists')),
    knownPeople: knownPeople({
      attempts: createKnownPeople(webhook, tenant),
      people,
      choices,
      clock,
    }),
    addEntry: entryWriter(webhook),
    entries: createEntryMaker(
      tenant,
      random,
      prompts.words,
      prompts.audio,
      () => recipients.now().told,
    ),
  };
}
