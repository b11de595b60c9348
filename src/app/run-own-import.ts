/**
 * Takes another system's list over into the own list, and takes that back. An import adds; what
 * stands already stays with the reason it stands for, and from then on for certain and as long.
 */
import { ConsentryError } from '../core/error.ts';
import { numbersOf } from '../core/suppression/area-bits.ts';
import {
  type Doubt,
  doubtsOfFile,
  doubtsOfRead,
  shrinks,
} from '../core/suppression/list-manifest.ts';
import { importSource } from '../core/suppression/own-change.ts';
import {
  type NumberSet,
  newNumberSet,
  newTally,
  registryReader,
} from '../core/suppression/registry-text.ts';
import { readOf } from './import-list.ts';
import type { ListParts } from './list-parts.ts';
import type { ListJob, ListReport, OwnPlace } from './list-ports.ts';
import type { ListingWanted } from './own-list-ports.ts';
import type { Outcome, Running } from './run-list-job.ts';

/** Listings in one transaction: short, for opt-outs of the same numbers wait for it. */
const batchMax = 200;

export async function importOwn(parts: ListParts, running: Running): Promise<Outcome> {
  const { job, note, file, isVouched } = running;
  const { own, expected, dryRun } = job.wanted;
  if (file === null || own === null) {
    throw new ConsentryError('conflict', 'its file is not here any more');
  }
  const [set, tally] = [newNumberSet(), newTally()];
  const progress = (share: number) => note(Math.round(share * file.bytes), file.bytes);
  const form = { kind: 'full', home: null, prefixes: true } as const;
  const reader = registryReader(form, set, tally);
  const { sha256 } = await parts.readSource(file, reader, progress);
  const total = tally.added;
  const doubts = [
    ...doubtsOfFile(expected, { sha256, count: total }),
    ...doubtsOfRead('full', readOf(tally)),
    // A file in a form that was not understood looks so too.
    ...(total === 0 ? [{ is: 'empty' } as const] : []),
  ];
  const seen = { version: null, previous: null, total, tally, doubts, sourceSha256: sha256 };
  const report: ListReport = { ...seen, isRepeat: false };
  if (dryRun) return { report, isHeld: false };
  if (doubts.length > 0 && !isVouched) return { report, isHeld: true };
  await takeOver(parts, running, own, set, total);
  const brought = await parts.ownBulk.count(importSource(job.id));
  return { report: { ...report, brought }, isHeld: false };
}

async function takeOver(
  parts: ListParts,
  { job, note }: Running,
  own: OwnPlace,
  set: NumberSet,
  total: number,
): Promise<void> {
  let batch: ListingWanted[] = [];
  let done = 0;
  const flush = async (): Promise<void> => {
    await put(parts, batch, { standsLess: true });
    batch = [];
    await note(done, total);
  };
  for (const number of numbersIn(set)) {
    for (const channel of own.channels) {
      batch.push(listing(parts, job, { number, channel, own, listed: true }));
    }
    done += 1;
    if (batch.length >= batchMax) await flush();
  }
  await flush();
}

function* numbersIn({ areas, world, prefixes }: NumberSet): Generator<string> {
  yield* [...prefixes].sort();
  for (const [area, bits] of [...areas].sort(([a], [b]) => a - b)) yield* numbersOf(area, bits);
  for (const number of [...world].sort((a, b) => a - b)) yield `+${number}`;
}

function listing(
  { clock }: Pick<ListParts, 'clock'>,
  { id, by }: Pick<ListJob, 'id' | 'by'>,
  what: {
    readonly number: string;
    readonly channel: ListingWanted['channel'];
    readonly own: Pick<OwnPlace, 'scope' | 'until'>;
    readonly listed: boolean;
  },
): ListingWanted {
  const { number, channel, own, listed } = what;
  const { scope, until } = own;
  const about = { reason: 'import', source: importSource(id), by, provisional: false } as const;
  return { number, channel, scope, until, listed, ...about, at: clock.now() };
}

async function put(
  { ownBulk, ownCopy, cancelRinging }: ListParts,
  batch: readonly ListingWanted[],
  guard: Parameters<ListParts['ownBulk']['putAll']>[1],
): Promise<void> {
  if (batch.length === 0) return;
  const changes = await ownBulk.putAll(batch, guard);
  for (const change of changes) ownCopy.apply(change);
  const listed = changes.filter((change) => change.listed).map(({ number }) => number);
  await cancelRinging?.([...new Set(listed)]);
}

/** What only that import brought is lifted; what somebody asked for since then stays. */
export async function undoOwn(parts: ListParts, running: Running): Promise<Outcome> {
  const { ownBulk } = parts;
  const { job, note, isVouched } = running;
  const importId = job.wanted.undoes?.importId;
  if (importId == null) throw new ConsentryError('conflict', 'say which import is to be undone');
  const source = importSource(importId);
  const [all, brought] = [await ownBulk.count(null), await ownBulk.count(source)];
  const total = all - brought;
  const doubts: Doubt[] = shrinks(all, total) ? [{ is: 'shrinks', from: all, to: total }] : [];
  const seen = { version: null, previous: null, total, tally: null, doubts, sourceSha256: null };
  const report: ListReport = job.report ?? { ...seen, brought, isRepeat: false };
  if (doubts.length > 0 && !isVouched) return { report, isHeld: true };
  for (let done = 0; ; ) {
    const page = await ownBulk.page({ below: null, limit: batchMax, source });
    if (page.length === 0) return { report, isHeld: false };
    const batch = page.map(({ number, channel, scope, until }) => ({
      ...listing(parts, job, { number, channel, own: { scope, until }, listed: false }),
    }));
    await put(parts, batch, { listed: true, sources: [source] });
    done += page.length;
    await note(done, brought);
  }
}
