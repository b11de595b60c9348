/**
 * Erases a person: recordings first, whose headers are the keys, then everything else that is kept
 * of them, then the link to their calls, and last their key and number. It can be taken up again
 * at any point. No step is noted as done before it was read again; one that cannot be shown to be
 * done is in the certificate as it is. The own list keeps its number, so that nobody calls it.
 */
import { ConsentryError } from '../core/error.ts';
import type { Json } from '../core/ledger/canonical.ts';
import type { CallSid, Hex, Instant, Uuid } from '../core/words.ts';
import {
  type CarrierRecords,
  callsAtCarrier,
  eraseCallsAtCarrier,
  eraseTextsAtCarrier,
  textsAtCarrier,
} from './erase-at-carrier.ts';
import { type EraseParts, eraseRecording } from './erase-recording.ts';
import { heldError, type StoredHold } from './holds.ts';
import type { EntryMaker } from './make-entry.ts';
import type { Clock, PreparedEntry, Random, RecordingRow } from './ports.ts';

export interface ErasureStep {
  readonly step: string;
  /** What a second look found. */
  readonly found: 'gone' | 'remains' | 'unknown';
  /** How much of it is left; null: it could not be looked at. */
  readonly left: number | null;
}

export interface ErasureRun {
  readonly id: Uuid;
  readonly personId: Uuid;
  /** Of their number. */
  readonly token: Hex;
  readonly by: string;
  readonly steps: readonly ErasureStep[];
}

export interface FinishedErasure extends ErasureRun {
  readonly proved: boolean;
  readonly finishedAt: Instant;
  readonly receiptId: Uuid;
}

/** Who was erased: the token, and the hash of the wrapped key, so that a later key is spared. */
export interface ErasedKey {
  readonly token: Hex;
  readonly keySha256: Hex;
}

export interface ErasureStore {
  /** The last one, if the person is erased and nothing of it was left. */
  last(personId: Uuid): Promise<FinishedErasure | null>;
  isOnCall(personId: Uuid): Promise<boolean>;
  /** Whether there is a call of theirs, over or not, that the erasure has not taken in. */
  hasOtherCalls(id: Uuid): Promise<boolean>;
  /** Legal holds on them, or on anything of theirs. */
  holds(personId: Uuid): Promise<readonly Pick<StoredHold, 'id' | 'on' | 'madeAt'>[]>;
  /**
   * Begins one or goes on with the open one, which takes in calls that ended since, and does its
   * steps again then. Null: somebody else is at it.
   */
  take(ask: {
    id: Uuid;
    personId: Uuid;
    by: string;
    at: Instant;
    until: Instant;
  }): Promise<ErasureRun | null>;
  release(id: Uuid): Promise<void>;
  keyOf(personId: Uuid): Promise<ErasedKey | null>;
  recordings(id: Uuid): Promise<readonly RecordingRow[]>;
  /** What the carrier knows them by: connections and messages. */
  atCarrier(id: Uuid): Promise<{
    readonly callSids: readonly CallSid[];
    readonly messageSids: readonly string[];
  }>;
  /** In order; each may be done again. */
  readonly steps: readonly string[];
  /** Those of the steps that would leave nothing by which a call that began meanwhile is found. */
  readonly blinding: ReadonlySet<string>;
  act(step: string, id: Uuid): Promise<void>;
  /** How many rows are left. */
  left(step: string, id: Uuid): Promise<number>;
  note(id: Uuid, step: ErasureStep): Promise<void>;
  finish(id: Uuid, entry: PreparedEntry, proved: boolean, at: Instant): Promise<void>;
  /** Those that nobody is at, and nobody finished. */
  open(at: Instant, limit: number): Promise<readonly { personId: Uuid; by: string }[]>;
  /** Who of these has the key again that was destroyed: a backup was restored. */
  back(erased: readonly ErasedKey[]): Promise<readonly Uuid[]>;
}

/** Kept outside the database, so that a restored backup brings nobody back. */
export interface ErasureLog {
  add(erased: ErasedKey): Promise<void>;
  all(): Promise<readonly ErasedKey[]>;
}

export interface ErasePersonParts extends Pick<EraseParts, 'vault' | 'spool'> {
  readonly erasures: ErasureStore;
  readonly erasureLog: ErasureLog;
  readonly recordings: EraseParts['store'];
  readonly carrier: CarrierRecords;
  readonly entries: Pick<EntryMaker, 'access' | 'certificate'>;
  readonly forgetPerson: (id: Uuid) => void | Promise<void>;
  /** Resolves when no sealing is under way. */
  readonly settled: () => Promise<void>;
  readonly clock: Clock;
  readonly random: Pick<Random, 'uuid'>;
}

/** As whom: whoever was erased before a hold came is not kept by it. */
const replay = 'replay';

/** Longer than an erasure takes; after it whoever comes next goes on. */
const leaseMs = 60_000;

/** What lies with others, and what outlives an erasure here, with the reason. */
export const beyond = [
  'If the number is on the own list, it stays there, sealed, so that it is not contacted again.',
  'A pseudonym of the number stays, which only the key of the business makes.',
  'Leaves of the ledger stay: they hold nothing of a person.',
  'The audit keeps, under a pseudonym, who saw data of this person.',
  'What the carrier deletes of recordings it lists for 40 more days without sound; what it needs ' +
    'for bills and by law it keeps as its own terms say, and does not show.',
  'Texts that were sent to this person have no name here by which the carrier could be asked.',
] as const;

/**
 * @throws `conflict` while the person is on a call, or called meanwhile (`resumeErasures` goes on
 * when that is over), or somebody else is erasing them; `held` while
 * a legal hold keeps anything of theirs, with which
 */
export async function erasePerson(
  parts: ErasePersonParts,
  personId: Uuid,
  by: string,
): Promise<FinishedErasure> {
  const { erasures, erasureLog, clock, random } = parts;
  const before = await erasures.last(personId);
  if (before !== null) return before;
  // A call that a restored database has running ended long ago.
  if (by !== replay && (await erasures.isOnCall(personId))) {
    throw new ConsentryError('conflict', 'the person is on a call; erase them when it is over');
  }
  const held = by === replay ? [] : await erasures.holds(personId);
  if (held.length > 0) throw heldError(held);
  const at = clock.now();
  const ask = { id: random.uuid(), personId, by, at, until: at + leaseMs };
  const run = await erasures.take(ask);
  if (run === null) throw new ConsentryError('conflict', 'this person is being erased already');
  try {
    const key = await erasures.keyOf(personId);
    if (key !== null) await erasureLog.add(key);
    return await carryOut(parts, run);
  } catch (error) {
    await erasures.release(run.id).catch(() => {});
    throw error;
  }
}

async function carryOut(parts: ErasePersonParts, run: ErasureRun): Promise<FinishedErasure> {
  const { erasures, clock } = parts;
  const done = new Map(run.steps.map((step) => [step.step, step]));
  const isDone = (step: string) => done.get(step)?.found === 'gone';
  async function note(step: ErasureStep): Promise<void> {
    await erasures.note(run.id, step);
    done.set(step.step, step);
  }
  await refuseOnCall(parts, run);
  if (!isDone('recordings')) await note(await eraseRecordings(parts, run));
  const { callSids, messageSids } = await erasures.atCarrier(run.id);
  if (!isDone(callsAtCarrier)) await note(await eraseCallsAtCarrier(parts.carrier, callSids));
  if (!isDone(textsAtCarrier)) await note(await eraseTextsAtCarrier(parts.carrier, messageSids));
  let isFirst = true;
  for (const step of erasures.steps) {
    if (isDone(step)) continue;
    if (isFirst || erasures.blinding.has(step)) await refuseOnCall(parts, run);
    isFirst = false;
    await erasures.act(step, run.id);
    const left = await erasures.left(step, run.id);
    await note({ step, found: left === 0 ? 'gone' : 'remains', left });
  }
  await parts.forgetPerson(run.personId);
  const steps = [...done.values()];
  const proved = steps.every(({ found }) => found === 'gone');
  const at = clock.now();
  const entry = parts.entries.certificate({
    kind: 'certificate',
    purpose: 'oversight',
    erasure: run.id,
    person: run.token,
    proved,
    steps: steps.map(({ step, found, left }) => ({ step, found, left })) as unknown as Json,
    beyond: [...beyond],
    by: run.by,
    at,
  });
  await erasures.finish(run.id, entry, proved, at);
  return { ...run, steps, proved, finishedAt: at, receiptId: entry.id };
}

/**
 * A call that began since would lose what it was allowed, and none of the steps would find it when
 * it is over: the erasure waits for its end and begins again with it.
 */
async function refuseOnCall(
  { erasures }: ErasePersonParts,
  { id, personId, by }: ErasureRun,
): Promise<void> {
  const isOnCall = by !== replay && (await erasures.isOnCall(personId));
  if (!isOnCall && !(await erasures.hasOtherCalls(id))) return;
  throw new ConsentryError('conflict', 'the person called meanwhile; it goes on after the call');
}

async function eraseRecordings(parts: ErasePersonParts, run: ErasureRun): Promise<ErasureStep> {
  const { clock, entries, vault, spool, recordings: store } = parts;
  await parts.settled();
  let left = 0;
  let unknown = false;
  for (const { id } of await parts.erasures.recordings(run.id)) {
    const prepareErasure = ({ callId, partyId }: RecordingRow) =>
      entries.access({
        kind: 'erasure',
        purpose: 'recording',
        callId,
        partyId,
        recordingId: id,
        at: clock.now(),
        by: run.by,
      });
    const despiteHolds = run.by === replay;
    const report = await eraseRecording({ store, vault, spool, prepareErasure, despiteHolds }, id);
    const found = [report.header, report.payload, report.spool];
    if (found.includes('remains')) left += 1;
    else if (found.includes('unknown')) unknown = true;
  }
  if (left === 0 && unknown) return { step: 'recordings', found: 'unknown', left: null };
  return { step: 'recordings', found: left === 0 ? 'gone' : 'remains', left };
}

/**
 * Goes on with what a process that died left behind. Nobody’s erasure waits for another’s: what goes
 * wrong with one is thrown when all had their turn.
 */
export async function resumeErasures(parts: ErasePersonParts): Promise<void> {
  const wrong: unknown[] = [];
  for (const { personId, by } of await parts.erasures.open(parts.clock.now(), 20)) {
    await erasePerson(parts, personId, by).catch((error: unknown) => {
      // A hold or a call that came meanwhile: it goes on when that is lifted, or over.
      const isForLater = error instanceof ConsentryError && later.has(error.code);
      if (!isForLater) wrong.push(error);
    });
  }
  if (wrong.length > 0) throw wrong[0];
}

const later: ReadonlySet<string> = new Set(['held', 'conflict']);

/** For the start: whoever a restored backup brought back is erased again. Resolves to how many. */
export async function replayErasures(parts: ErasePersonParts): Promise<number> {
  const back = await parts.erasures.back(await parts.erasureLog.all());
  let again = 0;
  for (const personId of back) {
    try {
      await erasePerson(parts, personId, replay);
      again += 1;
    } catch (error) {
      // One that was cut short a moment ago: `resumeErasures` goes on with it.
      if (!(error instanceof ConsentryError && error.code === 'conflict')) throw error;
    }
  }
  return again;
}
