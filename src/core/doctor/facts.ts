/** What the doctor looks at: plain values, gathered at the edge. Null: it could not be looked at. */
import type { PasswordPolicy } from '../access/password.ts';
import type { Day } from '../jurisdiction/day.ts';
import type { Outgoing } from '../recipients/outgoing.ts';
import type { RetentionRule } from '../retention/plan.ts';
import type { Instant } from '../words.ts';

/** Where an address leads and whether the way there is encrypted. */
export interface Way {
  readonly isLoopback: boolean;
  readonly isEncrypted: boolean;
}

export interface MachineFacts {
  readonly isRoot: boolean;
  /** Whether this process could change its own program. */
  readonly canChangeProgram: boolean;
  /** Null: this system does not say. */
  readonly isDiskEncrypted: boolean | null;
  /** Where the key that opens everything lies. */
  readonly keyPlace: string;
  /** False: it lies in DATA_DIR, and a copy of that holds the key to itself. */
  readonly isKeyApart: boolean;
  /** Of the file system that DATA_DIR lies on, 0 to 1. */
  readonly diskFreeShare: number;
  readonly diskFreeBytes: number;
}

export interface CarrierFacts {
  /** True: the practice carrier, which has no telephone numbers of its own. */
  readonly isSimulated: boolean;
  readonly numbers: number;
  /** Numbers for which the carrier looks up who calls. */
  readonly withCallerName: number;
}

/** How many rows there are that should give somebody pause; counted, never shown. */
export interface Counts {
  readonly lines: number;
  readonly calls: number;
  readonly recordings: number;
  /** Recordings kept without a grant of their party that is older than they are. */
  readonly recordingsWithoutGrant: number;
  readonly recordingsQuarantined: number;
  readonly auditRows: number;
  readonly auditRowsWithoutActor: number;
  readonly choices: number;
  readonly ownListings: number;
  readonly supportOpen: number;
  /** Begun more than a day ago and not done. */
  readonly erasuresStuck: number;
  readonly erasuresUnproved: number;
  readonly runsUnproved: number;
  readonly holdsOpen: number;
  /** Tasks for a person that are more than two days old. */
  readonly tasksOld: number;
  /** Requests about their own data whose time is over. */
  readonly rightsLate: number;
  readonly rightsOpen: number;
  readonly ledgerWaitingMs: number;
}

export interface PeopleFacts {
  readonly users: number;
  readonly withoutSecondFactor: number;
  readonly administrators: number;
  /** API keys that may do everything. */
  readonly adminKeys: number;
  /** API keys that nobody used for 90 days. */
  readonly idleKeys: number;
  /** API keys that expire within a week. */
  readonly endingKeys: number;
}

export interface FlowFacts {
  /** Names of flows in force. */
  readonly published: readonly string[];
  readonly locales: readonly string[];
}

export interface ListFacts {
  readonly list: string;
  readonly ageDays: number;
}

export interface TrainingFacts {
  readonly policies: number;
  /** Acts that are refused without. */
  readonly required: readonly string[];
  /** People in force who have not read all of them, or too long ago. */
  readonly lacking: number;
}

export interface RecipientFacts {
  readonly companies: readonly string[];
  /** Where this program connects to and no entry says who that is. */
  readonly unlisted: readonly Outgoing[];
}

/** Of a line of ours. */
export interface LineFacts {
  readonly isTollFree: boolean;
  readonly isInUs: boolean;
  readonly flow: string;
}

export interface DoctorFacts {
  readonly at: Instant;
  readonly day: Day;
  readonly publicUrl: Way;
  /** Whether there is a list of passwords that were stolen. */
  readonly hasBreachList: boolean;
  /** How many networks may ask the API; null: any. */
  readonly apiFrom: number | null;
  readonly database: Way;
  /** Null: there is none. */
  readonly redis: Way | null;
  /** Whether each part has a database role of its own. */
  readonly hasRoles: boolean | null;
  readonly machine: MachineFacts | null;
  /** By name of a part: null when it is well, otherwise what is wrong. */
  readonly parts: Readonly<Record<'keys' | 'vault' | 'spool', string | null>>;
  readonly databaseClockMs: number | null;
  /** When the last backup was noted. */
  readonly backupAt: Instant | null;
  readonly carrier: CarrierFacts | null;
  readonly counts: Counts | null;
  readonly people: PeopleFacts | null;
  readonly signIn: {
    readonly password: PasswordPolicy;
    readonly secondFactor: 'optional' | 'every-login' | '30-days';
  } | null;
  readonly retention: readonly RetentionRule[] | null;
  /** The last run of the schedule that ended. */
  readonly retentionRunAt: Instant | null;
  readonly bases: number | null;
  readonly lists: readonly ListFacts[] | null;
  readonly flows: FlowFacts | null;
  readonly recipients: RecipientFacts | null;
  readonly training: TrainingFacts | null;
  /** Copies of keys that are on record, and how often one that is still used was seen. */
  readonly custody: { readonly copies: number; readonly exposed: number } | null;
  /** Of the facts on processing; `outdated`: others were accepted than hold now. */
  readonly agreement: 'accepted' | 'outdated' | 'missing' | null;
  readonly lines: readonly LineFacts[] | null;
  /** Whether a mail server is set up. */
  readonly hasMail: boolean;
  /** Lines whose number is shown in one advertisement. */
  readonly trackedLines: number | null;
  /** When somebody last looked whether the notice is true; `never`; null: could not be looked at. */
  readonly noticeReviewed: Day | 'never' | null;
}
