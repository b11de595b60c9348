/** Every number of a list, in pieces of text: one a line, or one JSON object a line. */
import { ConsentryError } from '../core/error.ts';
import { numbersOf } from '../core/suppression/area-bits.ts';
import { type Manifest, ownList } from '../core/suppression/list-manifest.ts';
import type { ListReads } from './follow-lists.ts';
import type { OwnListBulk } from './own-list-ports.ts';

export const listFormats = ['txt', 'ndjson'] as const;
export type ListFormat = (typeof listFormats)[number];

export interface ReadListParts {
  readonly shelf: Pick<ListReads, 'current' | 'area' | 'world'>;
  readonly ownBulk: Pick<OwnListBulk, 'page'>;
}

const pageMax = 1_000;
/** Of numbers, some 64 KiB. */
const pieceMax = 4_096;

/**
 * The own list newest first, with where and why each number stands if it is JSON; a registry in the
 * order of its numbers. The version is the one in force at the start, whatever comes meanwhile.
 *
 * @throws `not_found`, `list_damaged`
 */
export async function openList(
  { shelf, ownBulk }: ReadListParts,
  list: string,
  format: ListFormat,
): Promise<{ readonly manifest: Manifest | null; readonly text: AsyncGenerator<string> }> {
  if (list === ownList) return { manifest: null, text: ownText(ownBulk, format) };
  const manifest = await shelf.current(list);
  if (manifest === null) throw new ConsentryError('not_found', `there is no list ${list}`);
  return { manifest, text: registryText(shelf, manifest, format) };
}

async function* ownText(
  ownBulk: ReadListParts['ownBulk'],
  format: ListFormat,
): AsyncGenerator<string> {
  for (let below: number | null = null; ; ) {
    const page = await ownBulk.page({ below, limit: pageMax, source: null });
    const lines = page.map(({ number, channel, scope, reason, provisional, source, ...one }) => {
      if (format === 'txt') return number;
      const since = new Date(one.since).toISOString();
      const until = one.until === null ? null : new Date(one.until).toISOString();
      return JSON.stringify({ number, channel, scope, reason, provisional, source, since, until });
    });
    // A number has a listing for each channel and scope; of these, neighbours are one line.
    const unlike = format === 'txt' ? lines.filter((line, i) => line !== lines[i - 1]) : lines;
    if (unlike.length > 0) yield `${unlike.join('\n')}\n`;
    if (page.length < pageMax) return;
    below = page.at(-1)?.seq ?? null;
  }
}

async function* registryText(
  shelf: ReadListParts['shelf'],
  manifest: Manifest,
  format: ListFormat,
): AsyncGenerator<string> {
  const lineOf = (number: string): string =>
    format === 'txt' ? `${number}\n` : `${JSON.stringify({ number })}\n`;
  for (const [area, { sha256 }] of Object.entries(manifest.areas)) {
    if (sha256 === null) continue;
    yield* pieces(numbersOf(Number(area), await shelf.area(manifest, area)), lineOf);
  }
  yield* pieces(plus(await shelf.world(manifest)), lineOf);
}

function* plus(numbers: Iterable<number>): Generator<string> {
  for (const number of numbers) yield `+${number}`;
}

function* pieces(numbers: Iterable<string>, lineOf: (number: string) => string): Generator<string> {
  let [text, count] = ['', 0];
  for (const number of numbers) {
    text += lineOf(number);
    count += 1;
    if (count < pieceMax) continue;
    yield text;
    [text, count] = ['', 0];
  }
  if (count > 0) yield text;
}
