/** The lines of a live batch, page by page: looked up by number, or one after the other. */
import type { TransactionSql } from 'postgres';
import type { NewVersion } from '../../app/batch-ports.ts';
import { type LineChange, reasonOfChange } from '../../core/suppression/live-batch.ts';
import { bucketOf, type Line, linesOf } from '../../core/suppression/number-tokens.ts';
import type { OwnChange } from '../../core/suppression/own-change.ts';
import type { Uuid } from '../../core/words.ts';
import type { Found } from './batch-changes.ts';
import type { Live } from './live-batch-rows.ts';

/** Pages read at once, of 512 lines each: 80 KB, and no more milliseconds than a call can wait. */
const pagesAtOnce = 8;

interface Wanted {
  readonly token: Buffer;
  readonly request: OwnChange;
}

/** Writes down what own requests come to. */
export async function lookFor(
  tx: TransactionSql,
  batches: readonly Live[],
  requests: readonly OwnChange[],
  found: Found,
): Promise<void> {
  const stops = requests.filter(({ listed }) => listed);
  const prefixes = stops.filter(({ number }) => number.endsWith('*'));
  const single = stops.filter(({ number }) => !number.endsWith('*'));
  for (const batch of batches) {
    const { tokens, asked } = batch;
    const wanted = new Map<number, Wanted[]>();
    for (const request of single) {
      const token = tokens.token(request.number);
      const bucket = bucketOf(token);
      wanted.set(bucket, [...(wanted.get(bucket) ?? []), { token, request }]);
    }
    const told = (request: OwnChange, { line, otherwise }: Line): void => {
      const reason = reasonOfChange(request, asked, otherwise);
      if (reason === null) return;
      found.add(batch.id, { line, ...reason }, request.at, `own/${request.repeats ?? request.seq}`);
    };
    // A prefix may be that of any number.
    const buckets = prefixes.length > 0 ? null : [...wanted.keys()];
    const look = (bucket: number, entries: Buffer): void => {
      for (const { token, request } of wanted.get(bucket) ?? []) {
        for (const line of linesOf(entries, token)) told(request, line);
      }
      if (prefixes.length > 0) {
        for (const line of tokens.open(entries)) {
          for (const request of prefixes) {
            if (line.number.startsWith(request.number.slice(0, -1))) told(request, line);
          }
        }
      }
    };
    for await (const pages of pagesOf(tx, batch.id, buckets)) {
      for (const { bucket, entries } of pages) look(bucket, entries);
      await found.settle();
    }
  }
}

/** What stands against lines of a page since. */
export function* against(
  { tokens, asked }: Live,
  versions: readonly NewVersion[],
  entries: Buffer,
): Generator<LineChange> {
  for (const { line, number, otherwise } of tokens.open(entries)) {
    for (const version of versions) {
      const reason = version.against(asked, number, otherwise);
      if (reason !== null) yield { line, ...reason };
    }
  }
}

interface Page {
  readonly bucket: number;
  readonly part: number;
  readonly entries: Buffer;
}

/** A few pages at a time. @param buckets null: all */
export async function* pagesOf(
  tx: TransactionSql,
  id: Uuid,
  buckets: readonly number[] | null,
): AsyncGenerator<readonly Page[]> {
  if (buckets?.length === 0) return;
  const among = () => (buckets === null ? tx`` : tx`and bucket = any (${[...buckets]}::int[])`);
  let last = { bucket: -1, part: 0 };
  for (;;) {
    const pages = await tx<Page[]>`
      select bucket, part, entries from batch_page
      where batch_id = ${id} and (bucket, part) > (${last.bucket}, ${last.part}) ${among()}
      order by bucket, part limit ${pagesAtOnce}`;
    yield pages;
    const end = pages.at(-1);
    if (end === undefined || pages.length < pagesAtOnce) return;
    last = end;
  }
}
