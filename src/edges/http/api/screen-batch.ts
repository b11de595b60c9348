/** A list on its way through screening: read, decided and answered piece by piece, in its order. */
import { once } from 'node:events';
import type { Request, Response } from 'express';
import { createByteSink } from '../../../app/byte-sink.ts';
import type { BatchRun } from '../../../app/run-batch.ts';
import type { BatchFormat, BatchScreener } from '../../../app/screen-batch.ts';
import { ConsentryError } from '../../../core/error.ts';
import {
  arrayReader,
  csvReader,
  ndjsonReader,
  type RecordReader,
  type Take,
} from './batch-records.ts';

/** What may be sent, and what reads it. */
const readers: Readonly<Record<string, () => RecordReader>> = {
  'application/x-ndjson': ndjsonReader,
  'application/ndjson': ndjsonReader,
  'application/jsonl': ndjsonReader,
  'text/csv': csvReader,
  'text/plain': csvReader,
  'application/json': arrayReader,
};
export const batchTypes: readonly string[] = Object.keys(readers);

const answerTypes: Readonly<Record<BatchFormat, string>> = {
  ndjson: 'application/x-ndjson',
  csv: 'text/csv; charset=utf-8',
};

/** CSV if it is asked for in the address, or is the first kind that is accepted by name. */
export function formatOf(request: Request, asked: BatchFormat | undefined): BatchFormat {
  if (asked !== undefined) return asked;
  const names = (request.headers.accept ?? '').toLowerCase().split(',');
  const known = names
    .map((name) => name.split(';')[0]?.trim() ?? '')
    .find((name) => batchTypes.includes(name));
  return known === 'text/csv' ? 'csv' : 'ndjson';
}

/** Throws `content_type_unsupported`, `encoding_unsupported`. */
export function readerOf(request: Request): RecordReader {
  const [type = ''] = (request.headers['content-type'] ?? '').toLowerCase().split(';');
  const reader = Object.hasOwn(readers, type.trim()) ? readers[type.trim()] : undefined;
  if (reader === undefined) {
    throw new ConsentryError('content_type_unsupported', `send ${batchTypes.join(', ')}`);
  }
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') throw new ConsentryError('encoding_unsupported');
  return reader();
}

export interface BatchAnswer {
  readonly screener: BatchScreener;
  readonly reader: RecordReader;
  readonly format: BatchFormat;
  /** What is to be left of it; null: nothing. */
  readonly run: BatchRun | null;
}

/**
 * Holds no more than a piece of the body and its answer: while nobody reads the answer, the body is
 * not read either. What breaks before anything was answered is a problem document; later it cuts
 * the connection, for half an answer must not look like a whole one, and leaves nothing. A batch is
 * certified, and live, before its answer ends.
 */
export async function answerBatch(
  { run, ...batch }: BatchAnswer,
  { request, response }: { readonly request: Request; readonly response: Response },
): Promise<void> {
  let isWhole = false;
  try {
    isWhole = await answerAll({ run, ...batch }, request, response);
  } finally {
    if (!isWhole) await run?.abandon();
  }
}

/** False: whoever asked has gone. */
async function answerAll(
  { screener, reader, format, run }: BatchAnswer,
  request: Request,
  response: Response,
): Promise<boolean> {
  const sink = createByteSink();
  const take: Take = {
    record: (record) => screener.answer(record, sink),
    number: (line, number) => screener.answerNumber(line, number, sink),
  };
  const send = async (): Promise<void> => {
    screener.flush(sink);
    const answer = sink.take();
    if (run !== null) await run.settle();
    if (answer === null || response.destroyed) return;
    run?.gave(answer);
    if (!response.headersSent) writeHead(response, format, run);
    if (!response.write(answer)) await drained(response);
  };
  try {
    // an end of ours must not cut the connection before the problem is told
    for await (const piece of request.iterator({ destroyOnReturn: false })) {
      screener.look();
      run?.took(piece as Buffer);
      reader.push(piece as Buffer, take);
      await send();
      if (response.destroyed) return false;
    }
  } catch (error) {
    // whoever sent it has gone: nobody is left to be answered
    if (request.errored === null) throw error;
    response.destroy();
    return false;
  }
  screener.look();
  reader.end(take);
  await send();
  if (response.destroyed) return false;
  await run?.finish();
  if (!response.headersSent) writeHead(response, format, run);
  response.end();
  return true;
}

const writeHead = (response: Response, format: BatchFormat, run: BatchRun | null): unknown =>
  response.writeHead(200, {
    'content-type': answerTypes[format],
    ...(run !== null && { 'consentry-batch': run.id }),
  });

/** Also when whoever would have read it has gone. */
async function drained(response: Response): Promise<void> {
  const given = new AbortController();
  const { signal } = given;
  await Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })]);
  given.abort();
}
