/** Keeps where a call came from, once it is over, if its caller allows that. */
import { standing } from '../core/consent/standing.ts';
import { mayTrack, type TrackedLine } from '../core/consent/tracking.ts';
import type { Uuid } from '../core/words.ts';
import type { CallStore, People, StoredCall } from './call-ports.ts';
import type { ChoiceStore } from './choice-ports.ts';
import { followSetting, type SettingFollower } from './follow-setting.ts';
import type { Clock, Random } from './ports.ts';
import type { SettingStore } from './settings.ts';

type Chosen = Awaited<ReturnType<ChoiceStore['of']>>;

export interface TrackingStore {
  /**
   * Whether it may be kept is asked with what they chose, while nobody can choose anew for them.
   *
   * @param visitor stands for whoever was not tracked before; 16 bytes of chance
   * @throws `unavailable`: the call is being written just now
   */
  keep(
    what: Omit<TrackedLine, 'lineId'> & {
      readonly callId: Uuid;
      readonly personId: Uuid;
      readonly visitor: Uint8Array;
    },
    mayKeep: (chosen: Chosen) => boolean,
  ): Promise<void>;
}

export interface TrackParts {
  readonly store: Pick<CallStore, 'find'>;
  readonly people: Pick<People, 'find'>;
  readonly tracking: TrackingStore;
  readonly trackedLines: Pick<SettingFollower<readonly TrackedLine[]>, 'now'>;
  readonly clock: Clock;
  readonly random: Pick<Random, 'bytes'>;
}

const visitorBytes = 16;

export const followTrackedLines = (settings: Pick<SettingStore, 'current'>) =>
  followSetting(settings, 'call-tracking', [], (lines) => lines);

type Reached = Pick<StoredCall, 'direction' | 'lineId'>;

/** Calls that we place come from nowhere. */
const trackedLineOf = (lines: readonly TrackedLine[], { direction, lineId }: Reached) =>
  direction === 'inbound' ? lines.find((one) => one.lineId === lineId) : undefined;

/** Whether there is anything to look for as a call ends. */
export const isTracked = (lines: readonly TrackedLine[], call: Reached): boolean =>
  trackedLineOf(lines, call) !== undefined;

/** May be done again. */
export async function trackCall(parts: TrackParts, callId: Uuid): Promise<void> {
  const call = await parts.store.find(callId);
  if (call === null) return;
  const on = trackedLineOf(parts.trackedLines.now(), call);
  if (on === undefined) return;
  const leg = call.state.legs.findLast(({ role }) => role === 'caller');
  const person = leg?.personId == null ? null : await parts.people.find(leg.personId);
  if (person === null || person.restricted === true) return;
  const { campaign, source } = on;
  const visitor = parts.random.bytes(visitorBytes);
  await parts.tracking.keep(
    { callId, personId: person.id, campaign, source, visitor },
    ({ choices, ageBand }) => {
      const about = { line: call.lineId, ageBand };
      const beyond = standing(choices, 'call-tracking', parts.clock.now(), about);
      return mayTrack(leg?.statuses['call-tracking'], beyond);
    },
  );
}
