/**
 * A run of retention: by schedule, of one call, or of one person. It goes set by set in small
 * batches. A batch is written down before it is redacted and counted only after it was read again,
 * so that a run which is cut short anywhere goes on, counts everything once, and says only what was
 * found. Whoever holds the lease is at it; calls have priority, so it rests between batches.
 */
import type { Json } from '../core/ledger/canonical.ts';
import {
  judgeCall,
  judgeRecord,
  namesPurpose,
  type RecordKind,
  type Verdict,
  youngestDue,
} from '../core/retention/plan.ts';
import type { Uuid } from '../core/words.ts';
import { tally, tallyBatch } from './count-redactions.ts';
import type { EntryMaker } from './make-entry.ts';
import type { Clock, Random, Spool, Vault } from './ports.ts';
import { removeBytes } from './remove-bytes.ts';
import {
  type Batch,
  type CallRow,
  type FactsAsk,
  kindOf,
  type LooseRow,
  looseSets,
  type RecordSet,
  type RetentionRun,
  type RetentionStore,
  type RunScope,
  type RunState,
} from './retention-ports.ts';

/** Kept outside the database, so that a restored backup brings no call back. */
export interface RedactionLog {
  add(callIds: readonly Uuid[]): Promise<void>;
  all(): Promise<readonly Uuid[]>;
}

export interface RunParts {
  readonly retention: RetentionStore;
  readonly vault: Pick<Vault, 'remove' | 'size'>;
  readonly spool: Pick<Spool, 'remove' | 'read'>;
  readonly entries: Pick<EntryMaker, 'access' | 'redaction'>;
  readonly redactionLog: RedactionLog;
  readonly openReason: (run: Pick<RetentionRun, 'id' | 'reasonSealed'>) => string | null;
  readonly forgetPerson: (id: Uuid) => void | Promise<void>;
  /** Resolves when no sealing is under way. */
  readonly settled: () => Promise<void>;
  readonly clock: Clock;
  readonly random: Pick<Random, 'uuid'>;
  readonly wait: (ms: number) => Promise<void>;
  /** True: whatever is under way stops after its batch, and is gone on with by the next start. */
  readonly isStopping?: () => boolean;
}

/** Longer than a batch takes; after it whoever comes next goes on. */
export const leaseMs = 60_000;
/** Redacted in one transaction: some milliseconds of locks on rows that nobody waits for. */
const batchMax = 50;
/** Looked at in one statement: a batch where much is due, more where little is. */
const pages = { least: batchMax, most: 800 };
/** Rested after a batch, as a multiple of what it took: the database has other things to do. */
const restTimes = 4;
/** Whoever asks for one call or person waits for the answer. */
const restlessScopes: readonly RunScope[] = ['call', 'person'];

export const setsOf: Readonly<Record<RunScope, readonly RecordSet[]>> = {
  schedule: ['calls', ...looseSets, 'permits', 'people'],
  call: ['calls'],
  person: ['calls', 'texts', 'sent', 'permits', 'people'],
};

/** The process stops. */
class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** Somebody else took the run over. */
class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** Carries a run out, from where it stands. Null: it is over, or somebody else is at it. */
export async function carryOutRun(parts: RunParts, id: Uuid): Promise<RetentionRun | null> {
  const { retention, clock, random } = parts;
  const taker = random.uuid();
  const leaseNow = () => ({ taker, until: clock.now() + leaseMs });
  const run = await retention.take(id, leaseNow(), clock.now());
  if (run === null) return null;
  let state: RunState = run;
  let page = pages.least;
  async function save(next: RunState): Promise<void> {
    if (!(await retention.save(id, next, leaseNow()))) throw new LeaseLost();
    state = next;
  }
  try {
    await parts.settled();
    if (run.stage === 0 && run.place === null && run.batch === null && run.unsure.length > 0) {
      await save({ ...state, unsure: await removeBytes(parts, run.unsure) });
    }
    const sets = setsOf[run.scope];
    for (;;) {
      const set = sets[state.stage];
      if (set === undefined) break;
      if (parts.isStopping?.() === true) throw new Stopped();
      const began = clock.monotonic();
      if (state.batch === null) {
        await save(await choose(parts, run, state, set, page));
        page = state.batch === null ? Math.min(2 * page, pages.most) : pages.least;
      }
      if (state.batch !== null) await save(await redact(parts, run, state, set, state.batch));
      const rest = restlessScopes.includes(run.scope) ? 0 : restTimes;
      await parts.wait((clock.monotonic() - began) * rest);
    }
    return await finish(parts, run, state, taker);
  } catch (error) {
    if (error instanceof LeaseLost) return null;
    await retention.release(id, taker).catch(() => {});
    if (error instanceof Stopped) return null;
    throw error;
  }
}

type Judged = { readonly row: CallRow | LooseRow; readonly verdict: Verdict };

/** The next batch of a set; without one, the next set. */
async function choose(
  { retention }: RunParts,
  run: RetentionRun,
  state: RunState,
  set: RecordSet,
  page: number,
): Promise<RunState> {
  const judged = await look(retention, run, state, set, page);
  const over: RunState = { ...state, stage: state.stage + 1, place: null };
  if (judged.length === 0) return over;
  const counted = { held: 0, open: 0 };
  const items: Batch['items'][number][] = [];
  let place = state.place;
  for (const { row, verdict } of judged) {
    if (items.length === batchMax) break;
    place = row.place;
    if (verdict === 'due') items.push(row.item);
    else if (verdict !== 'kept') counted[verdict] += 1;
  }
  if (place === null) return over;
  if (items.length > 0) return { ...state, batch: { items, ...counted, place } };
  const kind = countedAs(set);
  return { ...state, place, counts: tally(state.counts, kind, counted) };
}

export const countedAs = (set: RecordSet): RecordKind | 'permits' | 'people' =>
  set === 'calls' || set === 'permits' || set === 'people' ? set : kindOf[set];

async function look(
  retention: RetentionStore,
  run: RetentionRun,
  { place: after }: RunState,
  set: RecordSet,
  limit: number,
): Promise<readonly Judged[]> {
  const { rules, asOf, callId, personId } = run;
  const of = callId !== null ? { callId } : personId !== null ? { personId } : null;
  const ask = { after, limit, of, purposes: namesPurpose(rules) };
  if (of !== null) return judgeByHand(retention, { ...ask, before: null }, set);
  if (set === 'permits' || set === 'people') {
    const before = youngestDue(rules, 'calls', asOf);
    if (before === null) return [];
    const rows = await retention.strays(set, { ...ask, before });
    return rows.map((row) => ({ row, verdict: judgeStray(run, set, row) }));
  }
  const kind = set === 'calls' ? 'calls' : kindOf[set];
  const before = youngestDue(rules, kind, asOf);
  if (before === null) return [];
  if (set === 'calls') {
    const rows = await retention.calls({ ...ask, before });
    return rows.map((row) => ({ row, verdict: judgeCall(rules, row, asOf) }));
  }
  const rows = await retention.loose(set, { ...ask, before });
  return rows.map((row) => ({ row, verdict: judgeRecord(rules, kindOf[set], row, asOf) }));
}

/** Leave to contact goes by the rules of calls; of people nothing is kept that a rule could end. */
function judgeStray({ rules, asOf }: RetentionRun, set: 'permits' | 'people', row: LooseRow) {
  if (set === 'permits') return judgeRecord(rules, 'calls', row, asOf);
  return row.isHeld ? 'held' : 'due';
}

/** By hand, time does not matter: only holds, and requests that are still to be seen to. */
async function judgeByHand(
  retention: RetentionStore,
  ask: FactsAsk,
  set: RecordSet,
): Promise<readonly Judged[]> {
  if (set === 'calls') {
    const rows = await retention.calls(ask);
    return rows.map((row) => ({
      row,
      verdict: row.isHeld ? 'held' : row.isOpen ? 'open' : 'due',
    }));
  }
  const rows =
    set === 'permits' || set === 'people'
      ? await retention.strays(set, ask)
      : await retention.loose(set, ask);
  return rows.map((row) => ({ row, verdict: row.isHeld ? 'held' : 'due' }));
}

async function redact(
  parts: RunParts,
  run: RetentionRun,
  state: RunState,
  set: RecordSet,
  batch: Batch,
): Promise<RunState> {
  const { retention, entries, clock } = parts;
  const ids = batch.items.flatMap(({ recordings }) => recordings);
  const at = clock.now();
  const by = run.scope === 'schedule' ? 'retention' : run.by;
  const erasures = new Map(
    (await retention.recordings(ids)).map(({ id, callId, partyId }) => {
      const facts = { callId, partyId, recordingId: id, at, by };
      return [id, entries.access({ kind: 'erasure', purpose: 'recording', ...facts })];
    }),
  );
  if (set === 'calls' && run.scope !== 'schedule') {
    await parts.redactionLog.add(batch.items.map(({ id }) => id));
  }
  await retention.act(set, batch.items, erasures, at);
  const left = await retention.look(set, batch.items);
  const gone = batch.items.filter(({ id }) => !left.has(id));
  const unsure = await removeBytes(
    parts,
    gone.flatMap(({ recordings }) => recordings),
  );
  if (set === 'people') for (const { id } of gone) await parts.forgetPerson(id);
  return {
    ...state,
    batch: null,
    place: batch.place,
    counts: tallyBatch(state.counts, countedAs(set), batch, left, unsure),
    unsure: [...new Set([...state.unsure, ...unsure])],
  };
}

async function finish(
  { retention, entries, clock, openReason }: RunParts,
  run: RetentionRun,
  { counts, unsure }: RunState,
  taker: Uuid,
): Promise<RetentionRun | null> {
  const at = clock.now();
  const failed = Object.values(counts).some((counted) => counted.failed > 0);
  const proved = !failed && unsure.length === 0;
  const entry = entries.redaction({
    kind: 'redaction',
    purpose: 'oversight',
    run: run.id,
    scope: run.scope,
    callId: run.callId,
    schedule: run.schedule,
    asOf: run.asOf,
    counts: counts as unknown as Json,
    proved,
    reason: openReason(run),
    by: run.by,
    at,
  });
  if (!(await retention.finish(run.id, taker, { entry, proved, at }))) return null;
  return retention.find(run.id);
}
