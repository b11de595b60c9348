/** Rows of the tables about calls, as the app knows them. */
import type { Row } from 'postgres';
import type {
  CallRecord,
  EntryRecord,
  LegRecord,
  RungRecord,
  SealedPerson,
  StepRecord,
} from '../../app/api-ports.ts';
import type { LegState } from '../../app/call-state.ts';
import type { RecordingRow } from '../../app/ports.ts';
import type { CallSid, Instant, Uuid } from '../../core/words.ts';

type CallAlone = Omit<
  CallRecord,
  'dialled' | 'legs' | 'rung' | 'recordings' | 'entries' | 'steps' | 'answers'
>;

export function callOf(row: Row): CallAlone {
  const numberToken = row['number_token'] as Buffer | null;
  return {
    id: row['id'] as Uuid,
    direction: row['direction'] as CallRecord['direction'],
    line: numberToken && { numberToken, numberSealed: row['number_sealed'] as Buffer },
    flow: {
      name: row['flow_name'] as string,
      version: row['flow_version'] as number,
      hash: row['flow_hash'] as string,
    },
    phase: row['phase'] as CallRecord['phase'],
    startedAt: instant(row['started_at']),
    endedAt: row['ended_at'] === null ? null : instant(row['ended_at']),
    tracking: trackingOf(row),
  };
}

function trackingOf(row: Row): CallRecord['tracking'] {
  const source = row['source'] as string | null;
  const visitor = row['visitor'] as Buffer | null;
  return source === null
    ? null
    : { campaign: row['campaign'] as string, source, visitor: visitor?.toString('hex') ?? null };
}

function personOf(row: Row): SealedPerson {
  return {
    id: row['person_id'] as Uuid,
    keyWrapped: row['key_wrapped'] as Buffer | null,
    numberSealed: row['number_sealed'] as Buffer | null,
  };
}

export function dialledOf(row: Row | undefined): CallRecord['dialled'] {
  return row === undefined ? null : { partyId: row['party_id'] as Uuid, person: personOf(row) };
}

export function legOf(row: Row, states: readonly LegState[]): LegRecord {
  const callSid = row['call_sid'] as CallSid;
  const state = states.find((leg) => leg.callSid === callSid);
  return {
    ...rungOf(row),
    callSid,
    statuses: state?.statuses ?? {},
    held: state?.held === true && state.phase !== 'ended',
  };
}

export function rungOf(row: Row): RungRecord {
  return {
    partyId: row['party_id'] as Uuid,
    role: row['role'] as LegRecord['role'],
    person: row['person_id'] === null ? null : personOf(row),
  };
}

export function entryOf(row: Row): EntryRecord {
  return {
    id: row['id'] as Uuid,
    kind: row['kind'] as string,
    purpose: row['purpose'] as EntryRecord['purpose'],
    partyId: row['party_id'] as Uuid | null,
    at: instant(row['at']),
    personId: row['person_id'] as Uuid | null,
    openingSealed: row['opening'] as Buffer | null,
  };
}

export function answerOf(row: Row): CallRecord['answers'][number] {
  return {
    id: row['id'] as Uuid,
    partyId: row['party_id'] as Uuid,
    personId: row['person_id'] as Uuid | null,
    sealed: row['answer'] as Buffer,
    at: instant(row['at']),
  };
}

export function stepOf(row: Row): StepRecord {
  return {
    callSid: row['call_sid'] as CallSid,
    kind: row['kind'] as string,
    at: instant(row['at']),
  };
}

export function recordingOf(row: Row): RecordingRow {
  const sha256 = row['payload_sha256'] as Buffer | null;
  const bytes = row['payload_bytes'] as string | null;
  return {
    id: row['id'] as Uuid,
    tenantId: row['tenant_id'] as Uuid,
    callId: row['call_id'] as Uuid,
    partyId: row['party_id'] as Uuid,
    callSid: row['call_sid'] as CallSid,
    state: row['state'] as RecordingRow['state'],
    startedAt: instant(row['started_at']),
    durationMs: row['duration_ms'] as number | null,
    lostMs: row['lost_ms'] as number,
    gaps: row['gaps'] as RecordingRow['gaps'],
    payloadSha256: sha256 === null ? null : sha256.toString('hex'),
    payloadBytes: bytes === null ? null : Number(bytes),
    vaultName: row['vault_name'] as string,
  };
}

const instant = (value: unknown): Instant => (value as Date).getTime();
