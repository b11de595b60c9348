/** A list on its way through screening: read, decided and answered piece by piece, in its order. */
import { once } from 'node:events';
import type { Request, Response } from 'express';
import { createByteSink } from '../../../app/byte-sink.ts';
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

/**
 * Holds no more than a piece of the body and its answer: while nobody reads the answer, the body is
 * not read either. What breaks before anything was answered is a problem document; later it cuts
 * the connection, for half an answer must not look like a whole one.
 */
export async function answerBatch(
  screener: BatchScreener,
  reader: RecordReader,
  format: BatchFormat,
  { request, response }: { readonly request: Request; readonly response: Response },
): Promise<void> {
  const sink = createByteSink();
  const take: Take = {
    record: (record) => screener.answer(record, sink),
    number: (line, number) => screener.answerNumber(line, number, sink),
  };
  const send = async (): Promise<void> => {
    const answer = sink.take();
    if (answer === null || response.destroyed) return;
    if (!response.headersSent) writeHead(response, format);
    if (!response.write(answer)) await drained(response);
  };
  try {
    // an end of ours must not cut the connection before the problem is told
    for await (const piece of request.iterator({ destroyOnReturn: false })) {
      screener.look();
      reader.push(piece as Buffer, take);
      screener.flush(sink);
      await send();
      if (response.destroyed) return;
    }
  } catch (error) {
    // whoever sent it has gone: nobody is left to be answered
    if (request.errored !== null) return void response.destroy();
    throw error;
  }
  screener.look();
  reader.end(take);
  screener.flush(sink);
  await send();
  if (!response.headersSent) writeHead(response, format);
  response.end();
}

const writeHead = (response: Response, format: BatchFormat): unknown =>
  response.writeHead(200, { 'content-type': answerTypes[format] });

/** Also when whoever would have read it has gone. */
async function drained(response: Response): Promise<void> {
  const given = new AbortController();
  const { signal } = given;
  await Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })]);
  given.abort();
}
