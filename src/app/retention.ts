/** Begins runs of retention: by schedule, when somebody asks or a day has passed, and by hand. */
import { ConsentryError } from '../core/error.ts';
import type { Uuid } from '../core/words.ts';
import { type HoldStore, heldError } from './holds.ts';
import { planRetention } from './plan-retention.ts';
import type { FieldCipher, Log } from './ports.ts';
import type { RetentionRun } from './retention-ports.ts';
import { carryOutRun, type RunParts } from './run-retention.ts';
import type { SettingStore } from './settings.ts';

export interface RetentionParts extends Omit<RunParts, 'openReason'> {
  readonly settings: Pick<SettingStore, 'current'>;
  readonly holds: Pick<HoldStore, 'onCall' | 'onPerson'>;
  readonly cipher: Pick<FieldCipher, 'seal' | 'open'>;
}

const reasonContext = (run: Uuid): string => `retention-run/${run}/reason`;

function openReason(
  { cipher }: Pick<RetentionParts, 'cipher'>,
  { id, reasonSealed }: Pick<RetentionRun, 'id' | 'reasonSealed'>,
): string | null {
  if (reasonSealed === null) return null;
  return cipher.open(null, reasonContext(id), reasonSealed).toString('utf8');
}

export const carryOut = (parts: RetentionParts, id: Uuid): Promise<RetentionRun | null> =>
  carryOutRun({ ...parts, openReason: (run) => openReason(parts, run) }, id);

/** Null: one is under way, or upkeep began one today. It is not carried out yet. */
export async function beginScheduled(
  parts: RetentionParts,
  by: string,
  day: string | null = null,
): Promise<RetentionRun | null> {
  const { retention, settings, clock, random } = parts;
  const at = clock.now();
  const { version, value: rules } = await settings.current('retention');
  const expected = await planRetention(retention, rules, at);
  const run = { id: random.uuid(), scope: 'schedule', callId: null, personId: null } as const;
  const how = { by, reasonSealed: null, schedule: version, rules, asOf: at, expected, day };
  return retention.begin({ ...run, ...how }, at);
}

/** Once a day, and whatever was left open by a process that died. */
export async function keepRetention(parts: RetentionParts): Promise<void> {
  const { retention, settings, clock } = parts;
  for (const id of await retention.open(clock.now())) await carryOut(parts, id);
  const { value: rules } = await settings.current('retention');
  if (rules.every(({ days }) => days === null)) return;
  const day = new Date(clock.now()).toISOString().slice(0, 'YYYY-MM-DD'.length);
  if (await retention.ranOn(day)) return;
  const run = await beginScheduled(parts, 'upkeep', day);
  if (run !== null) await carryOut(parts, run.id);
}

/** For the start: calls that a restored backup brought back are redacted again. */
export async function replayRedactions(parts: RetentionParts): Promise<number> {
  const { retention, redactionLog } = parts;
  const back = await retention.unredacted(await redactionLog.all());
  const reason = 'a restored backup brought it back';
  for (const callId of back) {
    await byHand(parts, { scope: 'call', callId, personId: null }, reason, 'replay');
  }
  return back.length;
}

export interface RetentionWorker {
  /** Carries a run out, soon. */
  later(id: Uuid): void;
  /** A round of upkeep. */
  keep(): Promise<void>;
  /** What is under way stops after its batch. Resolves when nothing is. */
  stop(): Promise<void>;
}

export function retentionWorker(
  given: Omit<RetentionParts, 'isStopping'>,
  log: Pick<Log, 'warn'>,
): RetentionWorker {
  let isStopping = false;
  const parts: RetentionParts = { ...given, isStopping: () => isStopping };
  const running = new Set<Promise<unknown>>();
  function run(work: Promise<unknown>): Promise<void> {
    const done = work
      .catch((error: unknown) => log.warn({ err: error }, 'a run of retention was cut short'))
      .then(() => {
        running.delete(done);
      });
    running.add(done);
    return done;
  }
  return {
    later(id) {
      if (!isStopping) void run(carryOut(parts, id));
    },
    keep: () => (isStopping ? Promise.resolve() : run(keepRetention(parts))),
    async stop() {
      isStopping = true;
      await Promise.all(running);
    },
  };
}

/**
 * Redacts one call, whatever its age. A call that was redacted before has the same result.
 *
 * @throws `held`, or `conflict` while it runs or something asked for in it is still to be seen to
 */
export async function redactCall(
  parts: RetentionParts,
  callId: Uuid,
  reason: string,
  by: string,
): Promise<RetentionRun> {
  const { retention, holds } = parts;
  const ask = { after: null, before: null, limit: 1, purposes: false, of: { callId } };
  const [call] = await retention.calls(ask);
  if (call === undefined) {
    const last = await retention.lastOf('call', callId);
    if (last !== null && last.finishedAt !== null && last.proved) return last;
    if (!(await retention.isRedacted(callId))) {
      throw new ConsentryError('conflict', 'the call is not over; redact it when it is');
    }
  } else if (call.isHeld) throw heldError(await holds.onCall(callId));
  else if (call.isOpen) {
    const what = 'something asked for in this call is still to be seen to; see GET /v1/tasks';
    throw new ConsentryError('conflict', what);
  }
  return byHand(parts, { scope: 'call', callId, personId: null }, reason, by);
}

/**
 * Redacts every call that a person was on, and their texts. What a hold keeps, and calls that run
 * or whose requests are open, are counted and stay.
 */
export const redactPerson = (
  parts: RetentionParts,
  personId: Uuid,
  reason: string,
  by: string,
): Promise<RetentionRun> => byHand(parts, { scope: 'person', callId: null, personId }, reason, by);

async function byHand(
  parts: RetentionParts,
  what: Pick<RetentionRun, 'scope' | 'callId' | 'personId'>,
  reason: string,
  by: string,
): Promise<RetentionRun> {
  const { retention, cipher, clock, random } = parts;
  const [id, at] = [random.uuid(), clock.now()];
  const reasonSealed = cipher.seal(null, reasonContext(id), Buffer.from(reason));
  const how = { by, reasonSealed, schedule: null, rules: [], asOf: at, expected: null, day: null };
  const begun = await retention.begin({ id, ...what, ...how }, at);
  // One that was cut short is gone on with.
  const run = begun ?? (await openOne(parts, what));
  const done = run === null ? null : await carryOut(parts, run.id);
  if (done === null) throw new ConsentryError('conflict', 'this is being redacted already');
  return done;
}

async function openOne(
  { retention }: RetentionParts,
  { scope, callId, personId }: Pick<RetentionRun, 'scope' | 'callId' | 'personId'>,
): Promise<RetentionRun | null> {
  const of = callId ?? personId;
  if (of === null || scope === 'schedule') return null;
  const last = await retention.lastOf(scope, of);
  return last !== null && last.finishedAt === null ? last : null;
}
