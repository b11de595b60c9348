/**
 * What nobody's request would do: resume pauses that are over, carry out tasks left behind by a
 * process that died, close calls whose end was never reported, give up parties who never came,
 * and seal what could not be sealed before.
 */
import type { CallSid, Instant } from '../core/words.ts';
import type { CallParts } from './call-parts.ts';
import { callIdOfConference } from './call-state.ts';
import { runTask, type TaskParts } from './carrier-tasks.ts';
import { endLeg } from './end-call.ts';
import { inviteOver } from './invite-status.ts';
import { setPaused } from './pause-recording.ts';
import { eachApart } from './side-by-side.ts';
import { createSuspectLegs } from './suspect-legs.ts';
import { type Trouble, troubleOf } from './trouble.ts';

/** Longest call the carrier itself allows (TimeLimit of Dial, 4 hours), with some to spare. */
const callLimitMs = 5 * 3_600_000;
/**
 * Above the longest ringing of a flow (120 s), the looking for a machine (30 s), a lease left by a
 * process that died (30 s) and late reports.
 */
const inviteLimitMs = 200_000;
/** Things looked at in one round at most. */
const batch = 20;

export interface Caretaker {
  /** A sign that a leg may be over. */
  suspect(callSid: CallSid): void;
  /** A bridge is over, and with it, it seems, whoever was on it. Throws when the store does. */
  suspectBridge(conferenceName: string): Promise<void>;
  /** For the start: ends may have been reported while nobody listened. Throws when the store does. */
  suspectLive(): Promise<void>;
  /**
   * One round; call it about once a second. What is still being done from a round before is not
   * begun again. Resolves when nothing is being done; never rejects.
   */
  round(): Promise<void>;
}

export interface CaretakerOptions {
  /** Seals what is left unsealed, except what this process is recording now. */
  readonly recoverRecordings?: () => Promise<void>;
  /** Enters the end of permissions that ran out. */
  readonly expireChoices?: () => Promise<void>;
  /** Ends lists that were screened and whose days are over. */
  readonly endBatches?: () => Promise<void>;
  /** Goes on with erasures that were cut short. */
  readonly resumeErasures?: () => Promise<void>;
  /** Redacts what is old, once a day, and goes on with runs that were cut short. */
  readonly keepRetention?: () => Promise<void>;
  readonly keepExports?: () => Promise<void>;
  /** Carries out imports of lists that wait. */
  readonly keepLists?: () => Promise<void>;
  /** Tells the carrier of opt-outs from texts. */
  readonly tellCarrier?: () => Promise<void>;
  /** Makes requests about people's own data of what they asked for in calls. */
  readonly takeUpRequests?: () => Promise<void>;
  /** Counts requests about people's own data whose time runs out. */
  readonly lookAtRights?: () => Promise<void>;
}

interface Chore {
  readonly everyMs: number;
  readonly run: () => Promise<unknown>;
  dueAt: Instant;
  /** Null while nothing is being done. */
  running: Promise<void> | null;
  readonly trouble: Trouble;
}

export function createCaretaker(
  parts: CallParts & TaskParts,
  options: CaretakerOptions = {},
): Caretaker {
  const { clock, log, store } = parts;
  const suspects = createSuspectLegs(parts);

  const resume = async () =>
    eachApart(log, await store.dueToResume(clock.now()), (id) =>
      setPaused(parts, { call: id, state: 'resumed', by: 'timer' }),
    );
  const carryOut = async () =>
    eachApart(log, await store.openTasks(batch), (id) => runTask(parts, id));
  const giveUpInvites = async () =>
    eachApart(log, await store.unansweredInvites(inviteLimitMs, batch), (step) =>
      inviteOver(parts, step),
    );
  async function closeForgotten(): Promise<void> {
    const stale = await store.liveSince(clock.now() - callLimitMs, batch);
    const legs = stale.flatMap(({ state }) => state.legs.filter(({ phase }) => phase !== 'ended'));
    await eachApart(log, legs, ({ callSid }) => endLeg(parts, callSid));
  }

  const startedAt = clock.monotonic();
  const chore = (everyMs: number, run: Chore['run'], dueAt = startedAt): Chore => ({
    everyMs,
    run,
    dueAt,
    running: null,
    trouble: troubleOf(log, 'a round of looking after calls was cut short'),
  });
  const chores = [
    chore(0, resume),
    chore(0, carryOut),
    chore(0, suspects.look),
    chore(10_000, giveUpInvites),
    chore(60_000, closeForgotten),
  ];
  const {
    recoverRecordings,
    expireChoices,
    endBatches,
    resumeErasures,
    keepRetention,
    keepExports,
    keepLists,
    lookAtRights,
    takeUpRequests,
    tellCarrier,
  } = options;
  if (takeUpRequests) chores.push(chore(2_000, takeUpRequests));
  if (tellCarrier) chores.push(chore(0, tellCarrier));
  if (expireChoices) chores.push(chore(60_000, expireChoices));
  if (endBatches) chores.push(chore(60_000, endBatches));
  if (resumeErasures) chores.push(chore(60_000, resumeErasures));
  if (keepRetention) chores.push(chore(60_000, keepRetention));
  if (keepExports) chores.push(chore(10_000, keepExports));
  if (keepLists) chores.push(chore(10_000, keepLists));
  if (lookAtRights) chores.push(chore(60_000, lookAtRights));
  // The start has done it once already.
  if (recoverRecordings) chores.push(chore(60_000, recoverRecordings, startedAt + 60_000));

  async function run(one: Chore): Promise<void> {
    try {
      await one.run();
      one.trouble.over();
    } catch (error) {
      one.trouble.failed(error);
    }
  }

  return {
    suspect: suspects.suspect,
    async suspectBridge(conferenceName) {
      const callId = callIdOfConference(conferenceName);
      const call = callId === null ? null : await store.find(callId);
      for (const { callSid, phase } of call?.state.legs ?? []) {
        if (phase === 'bridged') suspects.suspect(callSid);
      }
    },
    async suspectLive() {
      for (const callSid of await store.liveLegs()) suspects.suspect(callSid);
    },
    async round() {
      const at = clock.monotonic();
      for (const one of chores) {
        if (one.running !== null || one.dueAt > at) continue;
        one.dueAt = at + one.everyMs;
        one.running = run(one).finally(() => {
          one.running = null;
        });
      }
      await Promise.all(chores.map(({ running }) => running));
    },
  };
}
