/**
 * Everything that is held of a person as one archive, for that person: what an extract says, a page to
 * read it, their sound, and a receipt of each fact, which anybody can check without us.
 */
import { formatReceipt, type Receipt } from '../core/ledger/receipt.ts';
import type { Uuid } from '../core/words.ts';
import type { Archive, ExportAudio, Silence } from './export-ports.ts';
import { soundName } from './write-export.ts';

export interface CopyParts {
  readonly archive: () => Archive;
  /** Whoever asks for the copy is its person: a restriction of theirs does not keep it from them. */
  readonly copyAudio: ExportAudio;
  readonly receiptOf: (entryId: Uuid) => Promise<Receipt | 'pending' | null>;
}

/** What of it is in the archive, by id: where, or why not. */
export interface CopyContents {
  readonly sound: ReadonlyMap<Uuid, { readonly file: string } | { readonly why: Silence | 'live' }>;
  readonly receipts: ReadonlyMap<Uuid, string>;
}

export interface CopyOf {
  readonly extract: {
    readonly recordings: readonly { readonly id: Uuid; readonly state: string }[];
    readonly facts: readonly { readonly receiptId: Uuid }[];
  };
  /** Made last, when it is known what there is. */
  readonly page: (contents: CopyContents) => string;
  /** Who takes it: each recording is entered as downloaded by them. */
  readonly by: string;
}

export async function* copyArchive(
  { archive, copyAudio, receiptOf }: CopyParts,
  { extract, page, by }: CopyOf,
): AsyncGenerator<Buffer> {
  const zip = archive();
  yield* zip.add('copy.json', [Buffer.from(`${JSON.stringify(extract, null, 2)}\n`)]);
  const sound: Map<Uuid, { file: string } | { why: Silence | 'live' }> = new Map();
  for (const { id, state } of extract.recordings) {
    const opened = state === 'live' ? 'live' : await copyAudio.open(id, null, by);
    if (typeof opened === 'string') {
      sound.set(id, { why: opened });
      continue;
    }
    const file = soundName(id, null);
    sound.set(id, { file });
    yield* zip.add(file, opened);
  }
  const receipts = new Map<Uuid, string>();
  for (const { receiptId } of extract.facts) {
    const receipt = await receiptOf(receiptId);
    // One that no signed checkpoint covers yet proves nothing; the page says so.
    if (receipt === null || receipt === 'pending') continue;
    const file = `receipts/${receiptId}.json`;
    receipts.set(receiptId, file);
    yield* zip.add(file, [Buffer.from(formatReceipt(receipt))]);
  }
  yield* zip.add('index.html', [Buffer.from(page({ sound, receipts }))]);
  yield zip.end();
}
