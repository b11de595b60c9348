/**
 * Commits as the statement reads them: rows for each table, and apart from them all bytes one
 * after the other, which the rows name by place and size.
 */
import type { CallCommit } from '../../app/call-ports.ts';
import { assert } from '../../core/error.ts';
import type { SharedText } from '../../core/ledger/shared-text.ts';
import type { CallSid, Hex, Instant } from '../../core/words.ts';
import { type Cell, type Columns, Rows } from './rows.ts';

/** Where bytes lie in the pack: two columns. */
const bytes = (name: string): Columns => ({ [`${name}_at`]: 'int', [`${name}_size`]: 'int' });

/** What changes of a call with every commit. `n` is the commit's place in the batch. */
const call = {
  n: 'int',
  call_id: 'uuid',
  phase: 'text',
  version: 'int',
  ended_at: 'timestamptz',
  resume_at: 'timestamptz',
  deadline: 'timestamptz',
  ...bytes('state'),
};

/** A row of the first kind is there for each commit, of the others for what hangs on it. */
export const columnsOf = {
  /** Somebody who calls for the first time. */
  person: {
    n: 'int',
    deadline: 'timestamptz',
    id: 'uuid',
    tenant_id: 'uuid',
    ...bytes('token'),
    ...bytes('key'),
    ...bytes('number'),
  },
  /** A call that begins, with its first leg. */
  start: {
    ...call,
    tenant_id: 'uuid',
    line_id: 'uuid',
    direction: 'text',
    flow_name: 'text',
    flow_version: 'int',
    flow_hash: 'text',
    locale: 'text',
    started_at: 'timestamptz',
    call_sid: 'text',
    party_id: 'uuid',
    role: 'text',
    person_id: 'uuid',
    recording_open: 'boolean',
    leg_ended_at: 'timestamptz',
    /** Whether its person is one of the new ones. */
    meets: 'boolean',
  },
  /** A call that moves on. */
  move: call,
  added_leg: {
    n: 'int',
    call_id: 'uuid',
    version: 'int',
    call_sid: 'text',
    party_id: 'uuid',
    role: 'text',
    person_id: 'uuid',
    recording_open: 'boolean',
    ended_at: 'timestamptz',
  },
  leg: {
    n: 'int',
    call_id: 'uuid',
    version: 'int',
    call_sid: 'text',
    recording_open: 'boolean',
    ended_at: 'timestamptz',
  },
  step: {
    n: 'int',
    call_sid: 'text',
    step: 'text',
    kind: 'text',
    at: 'timestamptz',
    ...bytes('fingerprint'),
    ...bytes('reply'),
  },
  entry: {
    n: 'int',
    id: 'uuid',
    tenant_id: 'uuid',
    call_id: 'uuid',
    party_id: 'uuid',
    recording_id: 'uuid',
    kind: 'text',
    purpose: 'text',
    at: 'timestamptz',
    person_id: 'uuid',
    ...bytes('opening'),
    ...bytes('leaf'),
  },
  /** What openings of this batch only name, each text once. */
  text: { n: 'int', ...bytes('id'), ...bytes('body') },
  token: {
    n: 'int',
    ...bytes('hash'),
    tenant_id: 'uuid',
    call_id: 'uuid',
    party_id: 'uuid',
    call_sid: 'text',
    stream_name: 'text',
    expires_at: 'timestamptz',
  },
  invite: {
    n: 'int',
    step: 'text',
    call_id: 'uuid',
    party_id: 'uuid',
    role: 'text',
    flow: 'text',
    person_id: 'uuid',
  },
  task: { n: 'int', id: 'uuid', call_id: 'uuid', kind: 'text', ...bytes('body') },
  desk_task: {
    n: 'int',
    id: 'uuid',
    tenant_id: 'uuid',
    call_id: 'uuid',
    party_id: 'uuid',
    person_id: 'uuid',
    kind: 'text',
    at: 'timestamptz',
  },
  answer: {
    n: 'int',
    id: 'uuid',
    tenant_id: 'uuid',
    call_id: 'uuid',
    party_id: 'uuid',
    person_id: 'uuid',
    at: 'timestamptz',
    ...bytes('sealed'),
  },
  choice: {
    n: 'int',
    id: 'uuid',
    tenant_id: 'uuid',
    person_id: 'uuid',
    purpose: 'text',
    kind: 'text',
    at: 'timestamptz',
    valid_until: 'timestamptz',
    line_id: 'uuid',
    channel: 'text',
    words_hash: 'text',
    words_locale: 'text',
  },
  answers_gone: { n: 'int', call_id: 'uuid', party_id: 'uuid' },
} satisfies Record<string, Columns>;

export type RowKind = keyof typeof columnsOf;

export const rowKinds = Object.keys(columnsOf) as readonly RowKind[];

export interface PackedCommits {
  /** The kinds that there are rows of, in the order of `columnsOf`. */
  readonly kinds: readonly RowKind[];
  /**
   * The columns of each kind; then all bytes, in base64. They come last, for the driver copies what
   * it has so far whenever something does not fit any more.
   */
  readonly parameters: readonly string[];
}

/** The instant written last: rows of one commit have the same. */
let written = { at: 0, text: new Date(0).toISOString() };

function iso(at: Instant | null): string | null {
  if (at === null) return null;
  if (at !== written.at) written = { at, text: new Date(at).toISOString() };
  return written.text;
}

/** @param clockOffsetMs what to add to an instant of ours to get the database's */
export function packCommits(commits: readonly CallCommit[], clockOffsetMs: number): PackedCommits {
  const pack = new Pack();
  for (const [n, commit] of commits.entries()) addCommit(pack, n, commit, clockOffsetMs);
  return pack.packed();
}

class Pack {
  readonly #rows = new Map<RowKind, Rows>();
  readonly #parts: Uint8Array[] = [];
  readonly #texts = new Set<Hex>();
  #bytes = 0;

  /** @param cells in the order of the kind's columns */
  add(kind: RowKind, cells: readonly Cell[]): void {
    let rows = this.#rows.get(kind);
    if (rows === undefined) {
      rows = new Rows(columnsOf[kind]);
      this.#rows.set(kind, rows);
    }
    rows.add(cells);
  }

  /** Puts bytes beside the others. Their place is counted from 1, as SQL does. */
  bytes(value: Uint8Array): readonly [at: number, size: number] {
    const at = this.#bytes + 1;
    this.#parts.push(value);
    this.#bytes += value.length;
    return [at, value.length];
  }

  text(n: number, { id, text }: SharedText): void {
    if (this.#texts.has(id)) return;
    this.#texts.add(id);
    const places = [Buffer.from(id, 'hex'), Buffer.from(text)].flatMap((part) => this.bytes(part));
    this.add('text', [n, ...places]);
  }

  packed(): PackedCommits {
    const kinds = rowKinds.filter((kind) => this.#rows.has(kind));
    return {
      kinds,
      parameters: [
        ...kinds.flatMap((kind) => this.#rows.get(kind)?.parameters() ?? []),
        Buffer.concat(this.#parts, this.#bytes).toString('base64'),
      ],
    };
  }
}

function addCommit(pack: Pack, n: number, commit: CallCommit, clockOffsetMs: number): void {
  const { call, deadline } = commit;
  const inTime = iso(deadline === null ? null : deadline + clockOffsetMs);
  const callCells: readonly Cell[] = [
    n,
    call.id,
    commit.phase,
    call.version,
    iso(call.endedAt),
    iso(call.state.resumeAt),
    inTime,
    ...pack.bytes(Buffer.from(JSON.stringify(call.state))),
  ];
  if (commit.isNew) {
    addStart(pack, callCells, commit);
    addPerson(pack, [n, inTime], commit);
  } else {
    pack.add('move', callCells);
    addLegs(pack, n, commit);
  }
  addBelongings(pack, n, commit);
}

function addStart(pack: Pack, callCells: readonly Cell[], commit: CallCommit): void {
  const { call, flow, newPerson } = commit;
  const [leg] = commit.newLegs;
  assert(leg !== undefined, 'a call begins with a leg');
  pack.add('start', [
    ...callCells,
    call.tenantId,
    call.lineId,
    call.direction,
    flow.name,
    flow.version,
    flow.hash,
    call.state.locale,
    iso(call.startedAt),
    leg.callSid,
    leg.partyId,
    leg.role,
    leg.personId,
    ...stateOf(commit, leg.callSid),
    newPerson !== null,
  ]);
}

function addPerson(pack: Pack, cells: readonly Cell[], { call, newPerson }: CallCommit): void {
  if (newPerson === null) return;
  const { id, token, keyWrapped, numberSealed } = newPerson;
  const places = [token, keyWrapped, numberSealed].flatMap((value) => pack.bytes(value));
  pack.add('person', [...cells, id, call.tenantId, ...places]);
}

/** A row that a statement adds is not there for its other parts to change: it comes as it is to be. */
function addLegs(pack: Pack, n: number, commit: CallCommit): void {
  const { call, newLegs, legs } = commit;
  const version = call.version + 1;
  for (const { callSid, partyId, role, personId } of newLegs) {
    const state = stateOf(commit, callSid);
    pack.add('added_leg', [n, call.id, version, callSid, partyId, role, personId, ...state]);
  }
  for (const { callSid } of legs) {
    if (newLegs.some((leg) => leg.callSid === callSid)) continue;
    pack.add('leg', [n, call.id, version, callSid, ...stateOf(commit, callSid)]);
  }
}

/** Whether a leg's recording may run, and when it ended, if it did. */
function stateOf({ legs, at }: CallCommit, callSid: CallSid): readonly [boolean, string | null] {
  const leg = legs.find((one) => one.callSid === callSid);
  return [leg?.recordingOpen === true, leg?.ended === true ? iso(at) : null];
}

function addBelongings(pack: Pack, n: number, commit: CallCommit): void {
  const { id: callId, tenantId } = commit.call;
  if (commit.step !== null) {
    const { callSid, step, kind, fingerprint, reply } = commit.step;
    const places = [...pack.bytes(fingerprint), ...pack.bytes(reply)];
    pack.add('step', [n, callSid, step, kind, iso(commit.at), ...places]);
  }
  for (const entry of commit.entries) {
    const { id, partyId, recordingId, kind, purpose, personId } = entry;
    const places = [...pack.bytes(entry.openingSealed), ...pack.bytes(entry.leaf)];
    const facts = [partyId, recordingId, kind, purpose, iso(entry.at), personId];
    pack.add('entry', [n, id, tenantId, callId, ...facts, ...places]);
    for (const shared of entry.texts) pack.text(n, shared);
  }
  for (const { hash, grant, expiresAt } of commit.tokens) {
    const { partyId, callSid, streamName } = grant;
    const rest = [tenantId, callId, partyId, callSid, streamName, iso(expiresAt)];
    pack.add('token', [n, ...pack.bytes(hash), ...rest]);
  }
  for (const { step, partyId, role, flow = null, personId = null } of commit.invites) {
    pack.add('invite', [n, step, callId, partyId, role, flow, personId]);
  }
  for (const { id, kind, body } of commit.tasks) {
    pack.add('task', [n, id, callId, kind, ...pack.bytes(body)]);
  }
  for (const { id, kind, partyId, personId } of commit.deskTasks) {
    pack.add('desk_task', [n, id, tenantId, callId, partyId, personId, kind, iso(commit.at)]);
  }
  for (const { id, partyId, personId, sealed } of commit.answers ?? []) {
    const cells = [id, tenantId, callId, partyId, personId, iso(commit.at)];
    pack.add('answer', [n, ...cells, ...pack.bytes(sealed)]);
  }
  for (const {
    id,
    personId,
    purpose,
    kind,
    at,
    validUntil,
    scope,
    words,
    ...rest
  } of commit.choices ?? []) {
    const ends = validUntil === null ? null : iso(validUntil);
    const line = scope === 'tenant' ? null : scope.line;
    const cells = [id, tenantId, personId, purpose, kind, iso(at), ends, line, rest.channel];
    pack.add('choice', [n, ...cells, words?.hash ?? null, words?.locale ?? null]);
  }
  for (const partyId of commit.answersGone ?? []) {
    pack.add('answers_gone', [n, callId, partyId]);
  }
}
