/** A small server around the API: real stores on a real database, the verbs of others played. */
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import express, { type Express } from 'express';
import supertest from 'supertest';
import { argon2 } from '../../../../src/adapters/argon2/hash.ts';
import { createAcceptances } from '../../../../src/adapters/postgres/acceptances.ts';
import { createAccounts } from '../../../../src/adapters/postgres/accounts.ts';
import { createKeyStore } from '../../../../src/adapters/postgres/api-keys.ts';
import { createAudit } from '../../../../src/adapters/postgres/audit.ts';
import { createBatches } from '../../../../src/adapters/postgres/batches.ts';
import { createBreachReads } from '../../../../src/adapters/postgres/breach-reads.ts';
import { createCallReads } from '../../../../src/adapters/postgres/call-reads.ts';
import { createChoices } from '../../../../src/adapters/postgres/choices.ts';
import { createOffers } from '../../../../src/adapters/postgres/contract.ts';
import { createDeskTasks } from '../../../../src/adapters/postgres/desk-tasks.ts';
import { createDials } from '../../../../src/adapters/postgres/dials.ts';
import { createDisclosures } from '../../../../src/adapters/postgres/disclosures.ts';
import { createDoctorReads } from '../../../../src/adapters/postgres/doctor-reads.ts';
import { createEmails } from '../../../../src/adapters/postgres/emails.ts';
import { entryWriter } from '../../../../src/adapters/postgres/entries.ts';
import { createErasures } from '../../../../src/adapters/postgres/erasures.ts';
import { createExports } from '../../../../src/adapters/postgres/exports.ts';
import { createForms } from '../../../../src/adapters/postgres/forms.ts';
import { createIdempotencyStore } from '../../../../src/adapters/postgres/idempotency.ts';
import { createIdentifiable } from '../../../../src/adapters/postgres/identifiable.ts';
import { createInventory } from '../../../../src/adapters/postgres/inventory.ts';
import { createKnownPeople } from '../../../../src/adapters/postgres/known-people.ts';
import { createLineStore } from '../../../../src/adapters/postgres/lines.ts';
import { createListenLinks } from '../../../../src/adapters/postgres/listen-links.ts';
import { createLiveBatches } from '../../../../src/adapters/postgres/live-batches.ts';
import { createNotices } from '../../../../src/adapters/postgres/notices.ts';
import { createOwnList } from '../../../../src/adapters/postgres/own-list.ts';
import { createPeople } from '../../../../src/adapters/postgres/people.ts';
import { createPermits } from '../../../../src/adapters/postgres/permits.ts';
import { createProfiles } from '../../../../src/adapters/postgres/profiles.ts';
import { createRecordings } from '../../../../src/adapters/postgres/recordings.ts';
import { createReleases } from '../../../../src/adapters/postgres/releases.ts';
import { createReportReads } from '../../../../src/adapters/postgres/report-reads.ts';
import { createRights } from '../../../../src/adapters/postgres/rights.ts';
import { createSessions } from '../../../../src/adapters/postgres/sessions.ts';
import { createSettings } from '../../../../src/adapters/postgres/settings.ts';
import { createStopReviews } from '../../../../src/adapters/postgres/stop-reviews.ts';
import { createSubjects } from '../../../../src/adapters/postgres/subjects.ts';
import { createSupportAccess } from '../../../../src/adapters/postgres/support-access.ts';
import { createTraining } from '../../../../src/adapters/postgres/training.ts';
import { createWebhooks } from '../../../../src/adapters/postgres/webhooks.ts';
import { createZip } from '../../../../src/adapters/xlsx/zip.ts';
import { createKey } from '../../../../src/app/api-keys.ts';
import type { PauseAsk, WithdrawAsk } from '../../../../src/app/api-ports.ts';
import type { ChoiceParts } from '../../../../src/app/choices.ts';
import { openLineNumber } from '../../../../src/app/lines.ts';
import { createEntryMaker, openingContext } from '../../../../src/app/make-entry.ts';
import { ownLists } from '../../../../src/app/own-lists.ts';
import type { Cap } from '../../../../src/app/permit-ports.ts';
import type { Clock, Random } from '../../../../src/app/ports.ts';
import { defaultSettings } from '../../../../src/app/settings.ts';
import type { Scope } from '../../../../src/core/access/scope.ts';
import { ConsentryError } from '../../../../src/core/error.ts';
import { decodeOpening } from '../../../../src/core/ledger/entry.ts';
import { signerOf } from '../../../../src/core/ledger/note.ts';
import { screener } from '../../../../src/core/suppression/calling-rules-shipped.ts';
import { standardPolicy } from '../../../../src/core/suppression/inquiry.ts';
import { OwnIndex } from '../../../../src/core/suppression/own-index.ts';
import { type Api, type ApiParts, createApi } from '../../../../src/edges/http/api/api.ts';
import { exportParts } from '../../../support/export-world.ts';
import { listWorld } from '../../../support/list-world.ts';
import { type TestDatabase, testDatabase } from '../../../support/postgres.ts';
import { retentionWorld } from '../../../support/retention-world.ts';
import { openSeededNumber, type SeededTenant, seedTenant } from '../../../support/seed-call.ts';

export interface Logged {
  readonly level: string;
  readonly fields: object;
  readonly message: string;
}

export interface ApiServer {
  readonly database: TestDatabase;
  readonly tenant: SeededTenant;
  readonly other: SeededTenant;
  readonly api: Api;
  readonly app: Express;
  readonly parts: ApiParts;
  readonly withdrawals: WithdrawAsk[];
  readonly pauses: PauseAsk[];
  readonly logged: Logged[];
  /** What was taken back in live calls. */
  readonly taken: (readonly [string, string])[];
  /** Number, code and way. */
  readonly codes: (readonly [string, string, string])[];
  /** Rights, with whose they are. */
  readonly carriedOut: (readonly [string, string])[];
  /** Moved by hand. */
  readonly time: { now: number; address: string; caps: Cap[] };
  readonly ownCopy: OwnIndex;
  key(scopes: readonly Scope[], tenant?: SeededTenant): Promise<string>;
  get(path: string, key: string): supertest.Test;
  send(
    method: 'post' | 'put' | 'patch' | 'delete',
    path: string,
    key: string,
    body?: object,
  ): supertest.Test;
  close(): Promise<void>;
}

export const random: Random = { bytes: (count) => randomBytes(count), uuid: () => randomUUID() };

/** @param played what a test plays in its own way */
export async function startApi(played: Partial<ApiParts> = {}): Promise<ApiServer> {
  const database = await testDatabase();
  const { sql } = database;
  const tenant = await seedTenant(sql);
  const other = await seedTenant(sql);
  const time = { now: Date.parse('2026-03-02T00:00:00Z'), address: '192.0.2.7', caps: [] as Cap[] };
  const clock: Clock = { now: () => time.now, monotonic: () => time.now };
  const withdrawals: WithdrawAsk[] = [];
  const pauses: PauseAsk[] = [];
  const logged: Logged[] = [];
  const taken: (readonly [string, string])[] = [];
  const codes: (readonly [string, string, string])[] = [];
  const carriedOut: (readonly [string, string])[] = [];
  const log = (level: string) => (fields: object, message: string) => {
    logged.push({ level, fields, message });
  };
  const ciphers = (id: string) => (id === tenant.id ? tenant : other).cipher;
  const settings = createSettings(sql, tenant.id, defaultSettings);
  const ownCopy = new OwnIndex();
  const follower = { isStale: () => false, place: () => ({ xid: '1', seq: 1 }) };
  const world = retentionWorld(sql, tenant, { now: () => time.now });
  const correctParts = {
    profiles: createProfiles(sql, tenant),
    people: createPeople(sql, tenant, random),
    cipher: tenant.cipher,
    entries: createEntryMaker(
      tenant,
      random,
      () => '',
      () => null,
    ),
    forgetPerson: () => {},
    clock,
    random,
  };
  const choiceParts: ChoiceParts = {
    forgetPerson: async () => {},
    choices: createChoices(sql, tenant.id),
    people: createPeople(sql, tenant, random),
    entries: createEntryMaker(
      tenant,
      random,
      () => '',
      () => null,
    ),
    clock,
    withdrawLive: async (personId, purpose) => {
      taken.push([personId, purpose]);
    },
  };
  const parts: ApiParts = {
    reads: createCallReads(sql),
    lines: createLineStore(sql),
    keys: createKeyStore(sql),
    deskTasks: createDeskTasks(sql),
    accounts: createAccounts(sql, tenant),
    sessions: createSessions(sql, tenant),
    settings,
    policy: async () => (await settings.current('sign-in')).value,
    hasher: argon2,
    breaches: null,
    optOutParts: {
      ownList: createOwnList(sql, tenant),
      ownCopy,
      reviews: createStopReviews(sql, tenant),
      people: createPeople(sql, tenant, random),
      entries: createEntryMaker(
        tenant,
        random,
        () => '',
        () => null,
      ),
      choices: createChoices(sql, tenant.id),
      clock,
      random,
      sealNote: ({ key }, id, note) => tenant.cipher.seal(key, id, Buffer.from(note)),
      openReviewNote: ({ key }, id, note) => tenant.cipher.open(key, id, note).toString(),
    },
    audit: createAudit(sql, tenant),
    subjects: createSubjects(sql, tenant),
    links: createListenLinks(sql, tenant),
    support: createSupportAccess(sql, tenant),
    training: createTraining(sql, tenant.id),
    tenantId: tenant.id,
    publicUrl: 'http://consentry.test',
    openId: null,
    addressToken: (address) => tenant.cipher.token(`address/${address}`).toString('hex'),
    entries: createEntryMaker(
      tenant,
      random,
      () => '',
      () => null,
    ),
    addressOf: () => time.address,
    permitParts: {
      permits: createPermits(sql, tenant),
      people: createPeople(sql, tenant, random),
      entries: createEntryMaker(
        tenant,
        random,
        () => '',
        () => null,
      ),
      dials: createDials(sql, tenant, (tx) => createPermits(tx, tenant)),
      clock,
      random,
    },
    screen: async ({ number }) => {
      const listed = ownCopy.find(number, 'call', [], time.now).length > 0;
      const reasons = listed ? [{ code: 'INTERNAL_DNC' }] : [];
      return {
        decision: listed ? 'deny' : 'allow',
        reasons,
        view: { reasons },
        evidence: { reasons },
        caps: time.caps,
      };
    },
    formParts: { forms: createForms(sql, tenant.id), clock },
    noticeParts: {
      forms: createForms(sql, tenant.id),
      notices: createNotices(sql, tenant.id),
      settings,
      clock,
      controller: async () => 'Muster GmbH',
      lines: async () => [],
      setUp: async () => ({
        databaseHost: null,
        isDatabaseWayEncrypted: false,
        isPublicWayEncrypted: true,
        keyKind: 'file',
        isKeyApart: false,
        hasRoles: true,
      }),
    },
    acceptances: createAcceptances(sql, tenant),
    breach: createBreachReads(sql, sql, tenant),
    offers: createOffers(sql, tenant.id),
    keyProvider: { keyId: () => 'file:0123456789abcdef' },
    inventory: createInventory(sql, tenant),
    identifiableParts: {
      identifiable: createIdentifiable(sql, tenant.id),
      releases: createReleases(sql, tenant.id),
    },
    disclosures: createDisclosures(sql, tenant),
    copyParts: {
      archive: () => createZip(),
      copyAudio: { isRecipient: async () => false, open: async () => 'unavailable' },
      receiptOf: async () => null,
    },
    correctParts,
    exportParts: {
      profileParts: correctParts,
      exports: createExports(sql, tenant.id),
      inventory: createInventory(sql, tenant),
      people: { find: async () => null },
      ownList: createOwnList(sql, tenant),
      openOpening: async () => ({}),
      restrictions: { ofPerson: async () => false },
      wantsCopy: async () => false,
      choiceParts: { choices: createChoices(sql, tenant.id), clock },
    },
    erasePersonParts: {
      erasures: createErasures(sql, tenant),
      erasureLog: { add: async () => {}, all: async () => [] },
      recordings: createRecordings(sql),
      carrier: {
        recordingsOf: async () => [],
        deleteRecording: async () => {},
        deleteCall: async () => {},
        deleteMessage: async () => {},
        hasCall: async () => false,
        hasMessage: async () => false,
      },
      vault: { remove: async () => {}, size: async () => null },
      spool: { remove: async () => {}, read: async () => null },
      entries: createEntryMaker(
        tenant,
        random,
        () => '',
        () => null,
      ),
      forgetPerson: () => {},
      settled: async () => {},
      clock,
      random,
    },
    choiceParts,
    emailParts: {
      emails: createEmails(sql, tenant.id),
      forms: createForms(sql, tenant.id),
      choiceParts,
      cipher: tenant.cipher,
      random,
      clock,
      controller: async () => 'Muster GmbH',
      publicUrl: 'http://consentry.test',
      sendMail: null,
      addressOf: async () => null,
    },
    rightsParts: {
      rights: createRights(sql, tenant),
      people: createPeople(sql, tenant, random),
      entries: createEntryMaker(
        tenant,
        random,
        () => '',
        () => null,
      ),
      cipher: tenant.cipher,
      sender: {
        send: async (number, code, means) => {
          codes.push([number, code, means]);
        },
      },
      clock,
      random,
      liftRestriction: async () => true,
      carryOut: async ({ kind, personId }) => {
        carriedOut.push([kind, personId]);
      },
    },
    retentionParts: world.parts,
    holdParts: world.parts,
    webhookParts: {
      webhooks: createWebhooks(sql, tenant),
      send: async () => 200,
      allowsLocal: false,
      mayReach: () => true,
      clock,
      random,
      log: { debug() {}, info() {}, warn() {}, error() {} },
    },
    reportParts: {
      reportReads: createReportReads(sql, tenant, {
        lineNumber: (line) => openLineNumber(tenant.cipher, line),
        openingContext,
      }),
      releases: createReleases(sql, tenant.id),
      clock,
      random,
    },
    doctorParts: {
      tenantId: tenant.id,
      clock,
      ways: {
        publicUrl: { isLoopback: true, isEncrypted: false },
        database: { isLoopback: true, isEncrypted: false },
        redis: null,
      },
      apiFrom: null,
      hasBreachList: true,
      hasMail: false,
      machine: {
        look: async () => {
          throw new Error('this machine does not say');
        },
        lastBackup: async () => time.now,
      },
      reads: createDoctorReads(sql, tenant.id),
      health: { keys: async () => null, vault: async () => null, spool: async () => null },
      numbers: null,
      settings,
      accounts: createAccounts(sql, tenant),
      keys: createKeyStore(sql),
      recipients: { outgoing: async () => [] },
      training: createTraining(sql, tenant.id),
      agreement: async () => 'missing',
      breach: createBreachReads(sql, sql, tenant),
      shelf: { lists: async () => [], current: async () => null },
      flows: async () => ({ published: ['inbound'], locales: ['en-US'] }),
      lines: async () => [],
    },
    recipientParts: { settings, clock, outgoing: async () => [] },
    runLater: () => {},
    bulkParts: await exportParts(sql, tenant, () => time.now),
    wakeExports: () => {},
    listParts: (await listWorld(sql, tenant, () => time.now, ownCopy)).parts,
    wakeLists: () => {},
    placeCall: async () => {
      throw new ConsentryError('not_dialled');
    },
    idempotency: createIdempotencyStore(sql),
    limits: { known() {}, unknown() {} },
    ciphers,
    openOpening: async ({ id, openingSealed }) =>
      decodeOpening(tenant.cipher.open(null, openingContext(id), openingSealed ?? Buffer.of())),
    openNote: (_tenant, _person, _task, note) => note.toString(),
    openNumber: (id, person) => openSeededNumber(ciphers(id), person),
    flows: {
      names: () => ['inbound', 'inbound-speech'],
      locales: (name) => (name === 'inbound' ? ['en', 'de'] : ['en']),
    },
    shelf: { all: () => [], isPublished: () => false, current: () => null },
    scripts: {
      read: async () => {
        if (played.shelf !== undefined) throw new Error('no folder here');
        return {
          flows: [],
          published: [],
          promptText: () => null,
          promptAudio: () => null,
          promptNames: [],
        };
      },
      compile: async () => ({ mistakes: [] }),
      flowText: async () => null,
      writeFlow: async () => {},
      writePrompt: async () => {},
      lock: { append: async (choose) => choose([]), alone: (act) => act([]) },
    },
    prover: { prove: () => Promise.reject(new Error('no prover here')) },
    clock,
    random,
    log: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
    withdraw: async (ask) => {
      withdrawals.push(ask);
    },
    setRecording: async (ask) => {
      pauses.push(ask);
      return true;
    },
    addParty: async () => randomUUID(),
    holdParty: async () => {},
    dropParty: async () => {},
    openAudio: async () => null,
    beforeAudio: async () => {},
    receiptFor: async () => null,
    checkpoint: async () => null,
    tile: async () => null,
    screening: {
      screener,
      people: createKnownPeople(sql, tenant),
      lists: ownLists({ copy: ownCopy, follower, clock }),
      policy: standardPolicy,
      clock,
    },
    evidence: {
      people: createPeople(sql, tenant, random),
      entries: createEntryMaker(
        tenant,
        random,
        () => '',
        () => null,
      ),
      addEntry: entryWriter(sql),
      clock,
    },
    replayParts: {
      receipts: { receiptFor: async () => null },
      screener,
      settings,
      ownChanges: (number, upTo) => createOwnList(sql, tenant).changesOf(number, upTo),
      shelf: {
        manifest: () => Promise.reject(new ConsentryError('list_damaged')),
        areaNow: () => new Uint32Array(0),
        world: async () => new Float64Array(0),
      },
    },
    liveBatches: createLiveBatches(sql, tenant, random),
    batchNews: { wait: (ms) => setTimeout(ms), isOver: () => false },
    batchParts: {
      batches: createBatches(sql, tenant),
      entries: createEntryMaker(
        tenant,
        random,
        () => '',
        () => null,
      ),
      signer: signerOf('consentry.test/ledger', Buffer.alloc(32, 7)),
      pseudonym: tenant.pseudonym,
      place: follower.place,
      engine: { tz: 'test' },
      manifests: () => [],
      clock,
      random,
    },
    ...played,
  };
  const api = createApi(parts);
  const app = express();
  for (const [path, router] of Object.entries(api)) app.use(path, router);
  app.use(() => {
    throw new ConsentryError('not_found');
  });
  const as = (test: supertest.Test, key: string) => test.set('authorization', `Bearer ${key}`);
  return {
    database,
    tenant,
    other,
    api,
    app,
    parts,
    withdrawals,
    pauses,
    logged,
    taken,
    codes,
    carriedOut,
    time,
    ownCopy,
    key: async (scopes, of = tenant) =>
      (await createKey(parts, of.id, null, { name: 'test', scopes })).key,
    get: (path, key) => as(supertest(app).get(path), key),
    send: (method, path, key, body) => {
      const test = as(supertest(app)[method](path), key);
      return body === undefined ? test : test.send(body);
    },
    close: () => database.close(),
  };
}
