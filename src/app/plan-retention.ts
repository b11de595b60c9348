/** What a run by schedule would redact now: counted by the same rules, and nothing is changed. */
import {
  judgeCall,
  judgeRecord,
  namesPurpose,
  type RecordKind,
  type RetentionRule,
  recordKinds,
  type Verdict,
  youngestDue,
} from '../core/retention/plan.ts';
import type { Instant } from '../core/words.ts';
import type { PagePlace } from './api-ports.ts';
import {
  kindOf,
  looseSets,
  type Planned,
  type PlannedKind,
  type RetentionStore,
} from './retention-ports.ts';

type PlanStore = Pick<RetentionStore, 'calls' | 'loose'>;
type Tally = { -readonly [Field in keyof PlannedKind]: PlannedKind[Field] };

const pageMax = 2_000;

export async function planRetention(
  store: PlanStore,
  rules: readonly RetentionRule[],
  asOf: Instant,
): Promise<Planned> {
  const tallies = Object.fromEntries(
    recordKinds.map((kind) => [kind, { due: 0, held: 0, open: 0, oldest: null } as Tally]),
  ) as Record<RecordKind, Tally>;

  function add(kind: RecordKind, verdict: Verdict, at: Instant, count = 1): void {
    if (verdict === 'kept') return;
    const tally = tallies[kind];
    tally[verdict] += count;
    if (verdict === 'due') tally.oldest = Math.min(tally.oldest ?? at, at);
  }

  const ask = { limit: pageMax, purposes: namesPurpose(rules), of: null };
  const callsBefore = youngestDue(rules, 'calls', asOf);
  if (callsBefore !== null) {
    await eachPage(
      (after) => store.calls({ ...ask, after, before: callsBefore }),
      (call) => {
        const verdict = judgeCall(rules, call, asOf);
        add('calls', verdict, call.at);
        if (verdict !== 'due') return;
        for (const kind of ['recordings', 'forms'] as const) {
          const parts = call[kind];
          if (parts !== null) add(kind, 'due', parts.oldest, parts.count);
        }
      },
    );
  }
  for (const set of looseSets) {
    const kind = kindOf[set];
    const before = youngestDue(rules, kind, asOf);
    if (before === null) continue;
    await eachPage(
      (after) => store.loose(set, { ...ask, after, before }),
      (record) => {
        // What goes with its call was counted there.
        if (record.call !== null && judgeCall(rules, record.call, asOf) === 'due') return;
        add(kind, judgeRecord(rules, kind, record, asOf), record.at);
      },
    );
  }
  return tallies;
}

async function eachPage<Row extends { readonly place: PagePlace }>(
  read: (after: PagePlace | null) => Promise<readonly Row[]>,
  each: (row: Row) => void,
): Promise<void> {
  let after: PagePlace | null = null;
  for (;;) {
    const rows: readonly Row[] = await read(after);
    for (const row of rows) each(row);
    after = rows.at(-1)?.place ?? null;
    if (after === null || rows.length < pageMax) return;
  }
}
