/** Calls, recordings and lines as the API shows them: numbers masked, times ISO 8601 UTC. */
import { maskNumber } from '../core/access/mask.ts';
import { ConsentryError } from '../core/error.ts';
import type { RecordedRule } from '../core/jurisdiction/record.ts';
import { recordedRuleOf } from '../core/jurisdiction/record-text.ts';
import { type Channel, channels } from '../core/ledger/consent-facts.ts';
import type { Opening } from '../core/ledger/entry.ts';
import {
  type CallSid,
  type Hex,
  type Instant,
  type Purpose,
  purposes,
  type Status,
  type Uuid,
} from '../core/words.ts';
import type { CallPhase, CallRecord, EntryRecord, LegRecord, SealedPerson } from './api-ports.ts';
import type { FlowPin } from './call-state.ts';
import type { AnswerView } from './keep-answers.ts';
import type { PartyView, RecordingRow, TrackingView } from './ports.ts';

/** Opens what a view shows. */
export interface Openers {
  /** The person's number; null when it is erased. */
  readonly number: (person: SealedPerson) => string | null;
  readonly line: (line: NonNullable<CallRecord['line']>) => string;
}

export interface RecordingView {
  readonly id: Uuid;
  readonly callId: Uuid;
  readonly party: Uuid;
  readonly state: RecordingRow['state'];
  readonly startedAt: string;
  readonly durationMs: number | null;
  readonly lostMs: number;
  readonly gaps: RecordingRow['gaps'];
  /** SHA-256 of the sealed payload; null while live. */
  readonly payloadSha256: Hex | null;
}

export interface EntryView {
  readonly id: Uuid;
  readonly kind: string;
  readonly purpose?: Purpose;
  readonly party?: Uuid;
  readonly at: string;
  readonly receiptId: Uuid;
}

/** With what the entry's opened facts say beside who answered what. */
export interface EntryDetailView extends EntryView {
  readonly channel?: Channel;
  readonly jurisdiction?: RecordedRule;
}

export type TimelineView =
  | { readonly type: 'step'; readonly kind: string; readonly callSid: CallSid; readonly at: string }
  | {
      readonly type: 'entry';
      readonly kind: string;
      readonly entryId: Uuid;
      readonly purpose?: Purpose;
      readonly party?: Uuid;
      readonly at: string;
    };

export interface CallView {
  readonly id: Uuid;
  /** The first leg's. */
  readonly callSid: CallSid | null;
  readonly direction: 'inbound' | 'outbound';
  /** Our own number, in full; null for a line that nobody configured. */
  readonly line: string | null;
  readonly flow: FlowPin;
  readonly state: CallPhase;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** Where it came from; null where its caller does not allow that to be kept. */
  readonly tracking: TrackingView | null;
  readonly parties: readonly PartyView[];
  readonly recordings: readonly RecordingView[];
  readonly entries: readonly EntryView[];
}

export interface CallDetailView extends CallView {
  readonly entries: readonly EntryDetailView[];
  /** Steps and entries, oldest first; never a key or a word. */
  readonly timeline: readonly TimelineView[];
  /** Of a survey, oldest first. */
  readonly answers: readonly AnswerView[];
}

const iso = (at: Instant): string => new Date(at).toISOString();

export function viewCall(call: CallRecord, open: Openers): CallView {
  return {
    id: call.id,
    callSid: call.legs[0]?.callSid ?? null,
    direction: call.direction,
    line: call.line === null ? null : open.line(call.line),
    flow: call.flow,
    state: call.phase,
    startedAt: iso(call.startedAt),
    endedAt: call.endedAt === null ? null : iso(call.endedAt),
    tracking: call.tracking,
    parties: viewParties(call, open),
    recordings: call.recordings.map(viewRecording),
    entries: call.entries.map(viewEntry),
  };
}

/** @param openings of the call's entries, by id; of those that can be opened */
export function viewCallDetail(
  call: CallRecord,
  open: Openers,
  openings: ReadonlyMap<Uuid, Opening>,
  answers: readonly AnswerView[],
): CallDetailView {
  const steps = call.steps.map(({ kind, callSid, at }) => ({
    at,
    view: { type: 'step', kind, callSid, at: iso(at) } as const,
  }));
  const entries = call.entries.map((entry) => {
    const { id, receiptId: _, ...rest } = viewEntry(entry);
    return { at: entry.at, view: { type: 'entry', entryId: id, ...rest } as const };
  });
  // The step comes before the entries it made: the sort keeps the order of equal times.
  const timeline = [...steps, ...entries].sort((a, b) => a.at - b.at).map(({ view }) => view);
  const shown = viewCall(call, open);
  const detailed = shown.entries.map((entry) => ({ ...entry, ...saidOf(openings.get(entry.id)) }));
  return { ...shown, entries: detailed, timeline, answers };
}

/** Entries of other kinds and of the first version say neither. */
function saidOf(opening: Opening | undefined): Pick<EntryDetailView, 'channel' | 'jurisdiction'> {
  const channel = channels.find((one) => one === opening?.['channel']?.value);
  const jurisdiction = recordedRuleOf(opening?.['jurisdiction']?.value);
  return { ...(channel && { channel }), ...(jurisdiction && { jurisdiction }) };
}

export function viewRecording(recording: RecordingRow): RecordingView {
  return {
    id: recording.id,
    callId: recording.callId,
    party: recording.partyId,
    state: recording.state,
    startedAt: iso(recording.startedAt),
    durationMs: recording.durationMs,
    lostMs: recording.lostMs,
    gaps: recording.gaps,
    payloadSha256: recording.payloadSha256,
  };
}

function viewEntry({ id, kind, purpose, partyId, at }: EntryRecord): EntryView {
  return {
    id,
    kind,
    ...(purpose !== null && { purpose }),
    ...(partyId !== null && { party: partyId }),
    at: iso(at),
    receiptId: id,
  };
}

/** A party who came back on another leg is one party; their newest leg says where they stand. */
function viewParties(
  { dialled, legs, rung }: Pick<CallRecord, 'dialled' | 'legs' | 'rung'>,
  open: Openers,
): readonly PartyView[] {
  const parties = new Map<Uuid, PartyView>();
  if (dialled !== null) {
    const { partyId: id, person } = dialled;
    const number = maskedNumber(person, open);
    const statuses = everyStatus({});
    parties.set(id, { id, role: 'caller', legs: [], number, statuses, held: false });
  }
  for (const leg of legs) {
    const earlier = parties.get(leg.partyId)?.legs ?? [];
    parties.set(leg.partyId, {
      id: leg.partyId,
      role: leg.role,
      legs: [...earlier, { callSid: leg.callSid }],
      number: leg.person === null ? null : maskedNumber(leg.person, open),
      statuses: everyStatus(leg.statuses),
      held: leg.held,
    });
  }
  const ringing = rung.map(({ partyId, role, person }) => ({
    id: partyId,
    role,
    legs: [],
    number: person === null ? null : maskedNumber(person, open),
    statuses: everyStatus({}),
    held: false,
  }));
  return [...parties.values(), ...ringing];
}

function everyStatus(known: LegRecord['statuses']): Readonly<Record<Purpose, Status>> {
  const pairs = purposes.map((purpose) => [purpose, known[purpose] ?? 'unknown'] as const);
  return Object.fromEntries(pairs) as Record<Purpose, Status>;
}

/** A number that does not open is not shown; the rest of the call still is. */
function maskedNumber(person: SealedPerson, open: Openers): string | null {
  try {
    const number = open.number(person);
    return number === null ? null : maskNumber(number);
  } catch (error) {
    if (error instanceof ConsentryError && error.code === 'key_missing') return null;
    throw error;
  }
}
