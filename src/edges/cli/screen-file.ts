/**
 * What `consentry screen --file` leaves beside its answers: a line of progress, counts by decision and
 * reason on standard error, and where it is asked for a certificate and lines that stay live.
 */
import { stat } from 'node:fs/promises';
import { type BatchRun, beginBatch } from '../../app/run-batch.ts';
import type { Screened, ScreeningAsk } from '../../app/screen.ts';
import { BatchTally } from '../../core/suppression/batch-tally.ts';
import { columns } from './columns.ts';
import { type Input, UsageError } from './command.ts';
import type { CommandScreening } from './parts.ts';
import { showProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';
import { refuseTaken, writeWhole } from './write-file.ts';

export interface FileAsk {
  readonly file: string;
  /** Where the certificate is written; null: none is. */
  readonly certificate: string | null;
  /** Null: it does not stay live. */
  readonly liveMs: number | null;
  readonly force: boolean;
}

export interface FileWatch {
  took(bytes: Uint8Array): void;
  /** A line that is the head. */
  passed(): void;
  saw(screened: Screened): void;
  /** A line of the answer, without its end. */
  gave(text: string): void;
  settle(): Promise<void>;
  /** Everything was answered. */
  finish(): Promise<void>;
  /** Takes the progress away, and what was begun and not finished. */
  close(): Promise<void>;
}

const dayMs = 86_400_000;

/** @throws UsageError */
export function fileAskOf(
  input: Input<'file' | 'certificate' | 'live' | 'force'>,
): Omit<FileAsk, 'file'> {
  const live = input.value('live');
  const days = live === null ? null : /^(?:[1-9]|[12][0-9]|3[01])d$/.test(live);
  if (days === false) {
    throw new UsageError(`--live cannot be “${live}”; allowed: days from 1d to 31d`);
  }
  const certificate = input.value('certificate');
  if ((certificate !== null || live !== null) && input.value('file') === null) {
    throw new UsageError('--certificate and --live are of a --file');
  }
  const liveMs = live === null ? null : Number.parseInt(live, 10) * dayMs;
  return { certificate, liveMs, force: input.has('force') };
}

export async function watchFile(
  terminal: Terminal,
  opened: CommandScreening | null,
  ask: ScreeningAsk,
  wanted: FileAsk,
): Promise<FileWatch> {
  const { file, certificate, force } = wanted;
  if (certificate !== null) await refuseTaken(certificate, force);
  const total = file === '-' ? 0 : ((await stat(file).catch(() => null))?.size ?? 0);
  const bar = showProgress(terminal, 'screening');
  const tally = new BatchTally();
  const run = await runOf(opened, ask, wanted);
  let read = 0;
  let line = 0;
  let isDone = false;
  return {
    took(bytes) {
      read += bytes.length;
      bar.at(read, total);
      run?.took(bytes);
    },
    passed() {
      line += 1;
    },
    saw({ inquiry, verdict }) {
      line += 1;
      tally.answered(verdict.bits, true);
      run?.watch.looked(inquiry.seen);
      run?.watch.answered(line, inquiry.number, verdict.bits, false, true);
    },
    gave: (text) => run?.gave(Buffer.from(`${text}\n`)),
    settle: async () => run?.settle(),
    async finish() {
      const text = (await run?.finish()) ?? null;
      isDone = true;
      bar.end();
      for (const one of countLines(tally)) terminal.err(one);
      if (text !== null && certificate !== null) {
        await writeWhole(certificate, [Buffer.from(text)], { force });
        terminal.err(`certificate of batch ${run?.id} in ${certificate}`);
      }
      if (wanted.liveMs !== null) {
        terminal.err(`\`consentry batch changes ${run?.id}\` shows whom not to contact any more`);
        terminal.err(`\`consentry batch end ${run?.id}\` takes its numbers away before their time`);
      }
    },
    async close() {
      bar.end();
      if (!isDone) await run?.abandon();
    },
  };
}

async function runOf(
  opened: CommandScreening | null,
  ask: ScreeningAsk,
  { certificate, liveMs }: FileAsk,
): Promise<BatchRun | null> {
  if (certificate === null && liveMs === null) return null;
  if (opened === null) {
    throw new UsageError('--certificate and --live need the database, where lists and ledger are');
  }
  const wanted = { ask, by: 'operator', liveMs, isCertified: certificate !== null };
  return beginBatch(opened.batchParts, opened.parts, wanted);
}

function countLines({ counts, reasons }: BatchTally): readonly string[] {
  const { lines, allow, hold, deny } = counts;
  const rows = Object.entries(reasons).sort(([, a], [, b]) => b - a);
  return [
    `${lines} lines: ${allow} allow, ${hold} hold, ${deny} deny`,
    ...columns(rows.map(([code, count]) => [`  ${code}`, String(count)])),
  ];
}
