/**
 * What an agreement on processing says of what is done: its annex on purposes, data, sub-processors,
 * places, retention and measures, made of the registers and settings in force. GDPR 28(3), 32.
 */
import type { TrainingPolicy } from '../access/training.ts';
import { recipientOf } from '../recipients/recipient.ts';
import type { Notice, NoticeSection } from './notice.ts';
import { heldPoints, keptPoints, type NoticeFacts, section, usePoints } from './privacy-notice.ts';

export interface ProcessingFacts extends NoticeFacts {
  readonly signIn: {
    readonly passwordProfile: string;
    readonly maxAgeDays: number | null;
    readonly secondFactor: string;
  };
  readonly training: readonly TrainingPolicy[];
  readonly set: ProcessingSetUp;
}

/** How this installation is set up. */
export interface ProcessingSetUp {
  /** Null: started by this program itself, beside it. */
  readonly databaseHost: string | null;
  readonly isDatabaseWayEncrypted: boolean;
  readonly isPublicWayEncrypted: boolean;
  /** Of the key-encryption key, such as `file`. */
  readonly keyKind: string;
  /** Whether it lies elsewhere than the data that it opens. */
  readonly isKeyApart: boolean;
  /** Whether each part of the program has a database role of its own. */
  readonly hasRoles: boolean;
}

export function processingFacts(facts: ProcessingFacts): Notice {
  const { controller, settings } = facts;
  return {
    title: `Facts on processing for ${controller}`,
    locale: 'en',
    sections: [
      section('What this is', [
        `What this installation does with data for ${controller}, as it is set up. It is the annex of an agreement on processing, and no agreement by itself.`,
        settings.contact === '' ? '' : `Whoever answers for data: ${settings.contact}.`,
      ]),
      section('Subject and purposes', ['Telephone calls and text messages.'], usePoints(facts)),
      section(
        'Whose data, and which',
        ['People who call, who are called or who write, and people who work with it.'],
        heldPoints({ withAccounts: true }),
      ),
      subProcessors(facts),
      section('Where it lies', [], places(facts)),
      section(
        'How long it is kept',
        ['What no line here names is kept until it is deleted by hand, or the agreement ends.'],
        keptPoints(facts),
      ),
      section('Measures', [], measures(facts)),
    ],
    reviewedOn: settings.reviewedOn,
  };
}

/** All of them, and what they get of people who work here too. */
function subProcessors({ recipients }: ProcessingFacts): NoticeSection {
  const points = recipients.map(
    ({ company, purpose, data, region, retention, since }) =>
      `${company} ${purpose}. Gets: ${data.join(', ')}. Where: ${region}. How long: ${retention}.${since === null ? '' : ` Since ${since}.`}`,
  );
  return section('Sub-processors', [points.length === 0 ? 'None.' : ''], points);
}

function places({ recipients, set }: ProcessingFacts): readonly string[] {
  const { databaseHost, keyKind, isKeyApart } = set;
  const company = databaseHost === null ? null : recipientOf(recipients, databaseHost);
  const ofDatabase =
    databaseHost === null
      ? 'on the machine that runs this'
      : company === null
        ? 'on a database server of the business itself'
        : `at ${company.company}, ${company.region}`;
  return [
    `Everything but sound: ${ofDatabase}.`,
    'Recordings and exports, sealed: in a folder of the machine that runs this.',
    `The key that opens all of it: ${keyKind === 'file' ? `in a file of the machine that runs this, ${isKeyApart ? 'apart from' : 'beside'} the rest` : keyKind}.`,
  ];
}

function measures({ signIn, training, set }: ProcessingFacts): readonly string[] {
  const { passwordProfile, maxAgeDays, secondFactor } = signIn;
  const age = maxAgeDays === null ? '' : `, changed every ${maxAgeDays} days`;
  const way = (encrypted: boolean) => (encrypted ? 'encrypted' : 'not encrypted by this program');
  return [
    'Numbers, names and words are sealed by AES-256-GCM under a key of their person; recordings are age files, each under a key of its own. Destroying such a key makes every copy unreadable.',
    `Everybody signs in by themselves: password profile ${passwordProfile}${age}, second factor ${secondFactor}.`,
    'Access goes by role; listening, downloading and numbers in full are permissions apart.',
    'Who saw or changed what is in the ledger before anything is shown; nobody can take it out unseen.',
    'Which records a breach reached is counted by time and key; where keys are is on record.',
    'At the end a copy is offered, keys are destroyed before everything else, and a signed certificate says what was found gone.',
    set.hasRoles
      ? 'Each part of the program has a database role of its own, with the rights it needs.'
      : 'The parts of the program share one database role.',
    `The way to the public address: ${way(set.isPublicWayEncrypted)}. The way to the database: ${
      set.databaseHost === null ? 'on this machine' : way(set.isDatabaseWayEncrypted)
    }.`,
    ...training.map(
      ({ title, version, validDays, requiredFor }) =>
        `People who work with it read “${title}”, version ${version}, every ${validDays} days${
          requiredFor.length === 0 ? '' : `; without, ${requiredFor.join(', ')} is refused`
        }.`,
    ),
  ];
}
