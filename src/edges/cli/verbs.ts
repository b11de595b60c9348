/** Every verb there is, in the order help shows them. */
import { answer } from './answer.ts';
import { auditList } from './audit.ts';
import { batchCertificate, batchChanges, batchEnd, batchList } from './batch.ts';
import { batchVerify } from './batch-verify.ts';
import type { Command, CommandGroup } from './command.ts';
import { doctor } from './doctor.ts';
import { email } from './email.ts';
import { exportFetch, exportList, exportMake, exportRemove } from './export.ts';
import { flowCheck } from './flow-check.ts';
import { flowDiff } from './flow-diff.ts';
import { flowDraw } from './flow-draw.ts';
import { flowPublish, flowRollback } from './flow-publish.ts';
import { formCheck, formList, formPublish, formSnippet } from './form.ts';
import { jurisdictionExplain } from './jurisdiction-explain.ts';
import { keyCreate, keyList, keyRevoke } from './key.ts';
import { keysRotate, keysShow } from './keys.ts';
import { ledgerCheckpoint } from './ledger-checkpoint.ts';
import { ledgerVerify } from './ledger-verify.ts';
import { lineFallback } from './line-fallback.ts';
import { lineSet } from './line-set.ts';
import { lineList, lineShow } from './line-show.ts';
import { lineTrack } from './line-track.ts';
import { listExport, listShow } from './list.ts';
import { listAccess, listExpect } from './list-access.ts';
import { listImport, listPull, listRetire, listUndo } from './list-import.ts';
import { listDrop, listImports, listVouch } from './list-vouch.ts';
import { noticeRender, noticeReview } from './notice.ts';
import { optOutAdd, optOutConfirm, optOutList, optOutReject } from './opt-out.ts';
import type { CommandParts } from './parts.ts';
import { partyAdd, partyDrop, partyHold, partyRelease } from './party.ts';
import { personDisclosures, personErase, personExport, personInventory } from './person.ts';
import { personChoices, personImportChoice, personWithdraw } from './person-choices.ts';
import { personCorrect, personProfile } from './person-profile.ts';
import { promptsCheck } from './prompts-check.ts';
import { receiptShow } from './receipt-show.ts';
import { receiptVerify } from './receipt-verify.ts';
import { recipientList, recipientRemove, recipientSet } from './recipient.ts';
import { recordingErase } from './recording-erase.ts';
import { recordingExport } from './recording-export.ts';
import { recordingList } from './recording-list.ts';
import { recordingVerify } from './recording-verify.ts';
import { holdLift, holdList, holdPlace, redact } from './redact.ts';
import { reportCalls, reportRelease, reportShow } from './report.ts';
import { retentionPlan, retentionRun, retentionSet, retentionShow } from './retention.ts';
import { retentionReport } from './retention-report.ts';
import {
  rightsAdd,
  rightsCheck,
  rightsConfirm,
  rightsExtend,
  rightsFulfil,
  rightsLift,
  rightsList,
  rightsRefuse,
  rightsShow,
  rightsVerify,
  rightsWithdraw,
} from './rights.ts';
import { screen } from './screen.ts';
import { taskDone, taskList } from './task.ts';
import { text } from './text.ts';
import { userAdd, userList, userReset, userSet } from './user.ts';
import { oversightVerbs } from './verbs-oversight.ts';
import {
  webhookAdd,
  webhookAgain,
  webhookDeliveries,
  webhookList,
  webhookRemove,
  webhookRotate,
  webhookTest,
} from './webhook.ts';

/** `external`: run by others, with arguments of their own. */
export type Verb = Command | CommandGroup | keyof CommandParts['external'];

export const verbs: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  ['serve', 'serve'],
  ['call', 'call'],
  [
    'party',
    {
      summary: 'adds, holds and hangs up parties of a running call',
      about: 'A party is a person on a call: caller, agent, transferee or joiner.',
      commands: { add: partyAdd, hold: partyHold, release: partyRelease, drop: partyDrop },
    },
  ],
  [
    'recording',
    {
      summary: 'lists, exports, verifies and erases recordings',
      about: "A recording is one party's sealed audio of one call.",
      commands: {
        list: recordingList,
        export: recordingExport,
        verify: recordingVerify,
        erase: recordingErase,
      },
    },
  ],
  [
    'receipt',
    {
      summary: 'shows and checks receipts',
      about: 'A receipt is one fact, such as a grant, with the proof that it stands in the ledger.',
      commands: { show: receiptShow, verify: receiptVerify },
    },
  ],
  [
    'ledger',
    {
      summary: 'verifies the ledger and prints its checkpoint',
      about: 'The ledger is the Merkle tree of all facts; a checkpoint is its signed head.',
      commands: { verify: ledgerVerify, checkpoint: ledgerCheckpoint },
    },
  ],
  [
    'list',
    {
      summary: 'imports the registries of people who must not be called',
      about: 'A list is a set of numbers: a registry that somebody else keeps, or your own.',
      commands: {
        show: listShow,
        expect: listExpect,
        import: listImport,
        pull: listPull,
        imports: listImports,
        vouch: listVouch,
        drop: listDrop,
        undo: listUndo,
        retire: listRetire,
        export: listExport,
        access: listAccess,
      },
    },
  ],
  [
    'line',
    {
      summary: 'sets up the numbers that are called',
      about: 'A line is a number of yours: it has a flow, a locale and whoever answers.',
      commands: {
        list: lineList,
        show: lineShow,
        set: lineSet,
        track: lineTrack,
        fallback: lineFallback,
      },
    },
  ],
  [
    'flow',
    {
      summary: 'proves, draws, compares, publishes and takes back flows',
      about: 'A flow is the script of a call: what is said, what is asked, and what follows.',
      commands: {
        check: flowCheck,
        draw: flowDraw,
        diff: flowDiff,
        publish: flowPublish,
        rollback: flowRollback,
      },
    },
  ],
  [
    'person',
    {
      summary: 'shows what is held of a person and what they chose, takes it back, erases it',
      about: 'A person is whom a number stands for.',
      commands: {
        inventory: personInventory,
        disclosures: personDisclosures,
        export: personExport,
        profile: personProfile,
        correct: personCorrect,
        erase: personErase,
        choices: personChoices,
        withdraw: personWithdraw,
        'import-choice': personImportChoice,
      },
    },
  ],
  [
    'rights',
    {
      summary: 'keeps requests of people about their own data, and by when they are answered',
      about: 'A right is what people may ask for: a copy, a correction, deletion, no sale.',
      commands: {
        list: rightsList,
        show: rightsShow,
        add: rightsAdd,
        confirm: rightsConfirm,
        check: rightsCheck,
        verify: rightsVerify,
        extend: rightsExtend,
        fulfil: rightsFulfil,
        refuse: rightsRefuse,
        lift: rightsLift,
        withdraw: rightsWithdraw,
      },
    },
  ],
  [
    'form',
    {
      summary: 'keeps forms on the web that ask for permissions',
      about: 'A form is published as versions that stay; what people saw is found by its hash.',
      commands: {
        list: formList,
        check: formCheck,
        publish: formPublish,
        snippet: formSnippet,
      },
    },
  ],
  ['email', email],
  [
    'notice',
    {
      summary: 'prints notices that are made of the registers',
      about: 'A notice says who gets data, what for, how long, and what people may ask for.',
      commands: { render: noticeRender, review: noticeReview },
    },
  ],
  [
    'export',
    {
      summary: 'exports calls, texts, consents, persons, sound and histories',
      about: 'An export is a file of many records, sealed on the server until it is fetched.',
      commands: {
        make: exportMake,
        list: exportList,
        fetch: exportFetch,
        remove: exportRemove,
      },
    },
  ],
  ['redact', redact],
  [
    'retention',
    {
      summary: 'sets how long records are kept, counts what is due, and redacts it',
      about: 'Redaction takes the people out of a record; that there was a call stays.',
      commands: {
        show: retentionShow,
        set: retentionSet,
        plan: retentionPlan,
        run: retentionRun,
        report: retentionReport,
      },
    },
  ],
  [
    'hold',
    {
      summary: 'keeps records from being redacted or erased, and lets them go again',
      about: 'A hold is a legal stop: it beats schedules, redaction and erasure.',
      commands: { list: holdList, place: holdPlace, lift: holdLift },
    },
  ],
  [
    'task',
    {
      summary: 'shows what callers asked people to see to',
      about: 'A task is word that a caller left: a request, a complaint, a wish to be called back.',
      commands: { list: taskList, done: taskDone },
    },
  ],
  [
    'prompts',
    {
      summary: 'checks the wording of prompts',
      about: 'A prompt is what is spoken, one text for each language.',
      commands: { check: promptsCheck },
    },
  ],
  ['text', text],
  ['screen', screen],
  [
    'batch',
    {
      summary: 'shows, certifies and ends lists that were screened',
      about: 'A batch is a list that was screened and left a certificate, or stays live.',
      commands: {
        list: batchList,
        changes: batchChanges,
        certificate: batchCertificate,
        verify: batchVerify,
        end: batchEnd,
      },
    },
  ],
  [
    'opt-out',
    {
      summary: 'adds opt-outs, and shows and decides those that are only probable',
      about: 'A message that may be a stop counts as one until a person has looked at it.',
      commands: {
        add: optOutAdd,
        list: optOutList,
        confirm: optOutConfirm,
        reject: optOutReject,
      },
    },
  ],
  ['answer', answer],
  [
    'jurisdiction',
    {
      summary: 'explains which rule on recording a call is under',
      about: 'A jurisdiction is the law of the places where the parties of a call may be.',
      commands: { explain: jurisdictionExplain },
    },
  ],
  [
    'user',
    {
      summary: 'makes and changes the accounts of people who sign in',
      about: 'A user is one person with an address of their own; programs use API keys instead.',
      commands: { list: userList, add: userAdd, set: userSet, reset: userReset },
    },
  ],
  [
    'audit',
    {
      summary: 'shows who saw or changed what',
      about: 'The audit is the part of the ledger that says who looked at data of people.',
      commands: { list: auditList },
    },
  ],
  [
    'webhook',
    {
      summary: 'tells others of what happens here',
      about: 'A webhook is an address that is sent a signed message, with ids only, for each fact.',
      commands: {
        add: webhookAdd,
        list: webhookList,
        test: webhookTest,
        deliveries: webhookDeliveries,
        again: webhookAgain,
        rotate: webhookRotate,
        remove: webhookRemove,
      },
    },
  ],
  [
    'report',
    {
      summary: 'counts calls without telling anybody apart',
      about: 'A report is for people of the business; a release may be given to others.',
      commands: { calls: reportCalls, release: reportRelease, show: reportShow },
    },
  ],
  [
    'recipient',
    {
      summary: 'shows and changes who gets data from here',
      about: 'A recipient is a company that gets data from here; nothing connects to any other.',
      commands: { list: recipientList, set: recipientSet, remove: recipientRemove },
    },
  ],
  ...oversightVerbs,
  ['doctor', doctor],
  [
    'keys',
    {
      summary: 'changes the key that opens everything, and shows where keys lie',
      about: 'The key-encryption key wraps all others; it lies in a file, apart from the rest.',
      commands: { rotate: keysRotate, show: keysShow },
    },
  ],
  [
    'key',
    {
      summary: 'makes and revokes API keys',
      about: 'An API key lets a program use the API under /v1, within its scopes.',
      commands: { list: keyList, create: keyCreate, revoke: keyRevoke },
    },
  ],
]);
