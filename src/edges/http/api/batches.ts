/** Batches that left something: which there are, their certificates, and their end. */
import { z } from 'zod';
import type { Batch } from '../../../app/batch-ports.ts';
import { readCursor, writeCursor } from '../../../app/cursor.ts';
import type { BatchParts } from '../../../app/run-batch.ts';
import { ConsentryError } from '../../../core/error.ts';
import { type BatchChangeParts, batchChangeRoutes } from './batch-changes.ts';
import { type Route, route } from './route.ts';
import { batchPage, batch as batchShape } from './screening-shapes.ts';
import { pageQuery, uuid } from './shapes.ts';

export interface BatchRouteParts extends BatchChangeParts {
  readonly batchParts: BatchParts;
}

const one = z.object({ batch: uuid });

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
const viewOf = ({ startedAt, finishedAt, liveUntil, endedAt, isCertified, ...rest }: Batch) => ({
  ...rest,
  startedAt: new Date(startedAt).toISOString(),
  finishedAt: iso(finishedAt),
  liveUntil: iso(liveUntil),
  endedAt: iso(endedAt),
  certified: isCertified,
});

export function batchRoutes(parts: BatchRouteParts): readonly Route[] {
  const { batches, clock } = parts.batchParts;
  return [
    ...batchChangeRoutes(parts),
    route({
      method: 'get',
      path: '/screenings/batches',
      name: 'listBatches',
      scope: 'screen',
      audit: 'none',
      summary: 'Batches that left a certificate, or were to stay live',
      query: z.strictObject(pageQuery),
      answers: [{ status: 200, about: 'Newest first; no numbers.', shape: batchPage }],
      handle: async ({ query: { limit, cursor } }) => {
        const { rows, next } = await batches.list({ limit, after: readCursor(cursor) });
        return { status: 200, json: { data: rows.map(viewOf), next: next && writeCursor(next) } };
      },
    }),
    route({
      method: 'get',
      path: '/screenings/batches/{batch}',
      name: 'getBatch',
      scope: 'screen',
      audit: 'none',
      summary: 'One batch',
      params: one,
      answers: [{ status: 200, about: 'The batch.', shape: batchShape }],
      errors: ['not_found'],
      handle: async ({ params }) => {
        const found = await batches.find(params.batch);
        if (found === null) throw new ConsentryError('not_found');
        return { status: 200, json: viewOf(found) };
      },
    }),
    route({
      method: 'get',
      path: '/screenings/batches/{batch}/certificate',
      name: 'getBatchCertificate',
      scope: 'screen',
      audit: 'none',
      summary: 'The certificate of a batch',
      about:
        'A signed note: what was asked, the versions of lists and rules, counts by decision and ' +
        'reason, and the SHA-256 of the list and of the answer. `consentry batch verify` checks it ' +
        'offline; the receipt of the same id proves when it was entered in the ledger.',
      params: one,
      answers: [{ status: 200, about: 'The note.', type: 'text/plain; charset=utf-8' }],
      errors: ['not_found'],
      handle: async ({ params }) => {
        const text = await batches.certificate(params.batch);
        if (text === null) throw new ConsentryError('not_found');
        return { status: 200, type: 'text/plain; charset=utf-8', bytes: Buffer.from(text) };
      },
    }),
    route({
      method: 'delete',
      path: '/screenings/batches/{batch}',
      name: 'endBatch',
      scope: 'screen',
      audit: 'change',
      summary: 'End a batch',
      about: 'It is not live any more, and its numbers are gone. Its certificate stays.',
      params: one,
      answers: [{ status: 204, about: 'It is over.' }],
      errors: ['not_found'],
      handle: async ({ params }) => {
        if (!(await batches.end(params.batch, clock.now()))) throw new ConsentryError('not_found');
        return { status: 204 };
      },
    }),
  ];
}
