import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { ApiVerbs } from '../../../app/api-ports.ts';
import type { Clock } from '../../../app/ports.ts';
import { ConsentryError } from '../../../core/error.ts';
import type { Uuid } from '../../../core/words.ts';
import { type Route, route } from './route.ts';
import { receipt, uuid } from './shapes.ts';

export type ProofRouteParts = Pick<ApiVerbs, 'receiptFor' | 'checkpoint' | 'tile'> & {
  readonly clock: Clock;
};

/** A checkpoint is signed every 100 ms; one that takes longer than this is not worth holding for. */
const waitMsMax = 2_000;
const pollMs = 100;

/** RFC 6962 tiles of 256 hashes: eight levels hold 2^64 leaves. */
const tileParams = z.object({
  level: z.string().regex(/^[0-7]$/),
  n: z
    .string()
    .regex(/^(?:0|[1-9][0-9]{0,14})$/)
    .describe('Which tile of the level, from 0.'),
});
const tileQuery = z.strictObject({
  width: z.coerce
    .number()
    .int()
    .min(1)
    .max(256)
    .optional()
    .describe('Hashes in the tile; left out: the widest there is.'),
});

export function proofRoutes(parts: ProofRouteParts): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/receipts/{receipt}',
      name: 'getReceipt',
      scope: 'receipts:read',
      audit: 'read',
      summary: 'The receipt of an entry',
      about: 'Waits up to two seconds for an entry to come under a signed checkpoint.',
      params: z.object({ receipt: uuid }),
      answers: [{ status: 200, about: 'The receipt.', shape: receipt }],
      errors: ['not_found', 'receipt_pending'],
      handle: async ({ key, params, request }) => ({
        status: 200,
        json: await awaitReceipt(
          parts,
          key.tenantId,
          params.receipt,
          () => request.socket.destroyed,
        ),
      }),
    }),
    route({
      method: 'get',
      path: '/ledger/checkpoint',
      name: 'getCheckpoint',
      scope: 'ledger:read',
      audit: 'none',
      summary: 'The newest signed checkpoint of the ledger',
      answers: [
        {
          status: 200,
          about: 'A signed note (C2SP tlog-checkpoint).',
          type: 'text/plain; charset=utf-8',
        },
      ],
      errors: ['not_found'],
      handle: async () => {
        const note = await parts.checkpoint();
        if (note === null) throw new ConsentryError('not_found', 'nothing is signed yet');
        return { status: 200, type: 'text/plain; charset=utf-8', bytes: Buffer.from(note) };
      },
    }),
    route({
      method: 'get',
      path: '/ledger/tile/{level}/{n}',
      name: 'getTile',
      scope: 'ledger:read',
      audit: 'none',
      summary: 'A tile of the ledger',
      params: tileParams,
      query: tileQuery,
      answers: [
        {
          status: 200,
          about: 'The hashes of the tile, 32 bytes each, left to right.',
          type: 'application/octet-stream',
        },
      ],
      errors: ['not_found'],
      handle: async ({ params, query }) => {
        const { level, n } = params;
        const bytes = await parts.tile(Number(level), Number(n), query.width ?? null);
        if (bytes === null) throw new ConsentryError('not_found');
        return { status: 200, type: 'application/octet-stream', bytes };
      },
    }),
  ];
}

async function awaitReceipt(
  { receiptFor, clock }: ProofRouteParts,
  tenantId: Uuid,
  id: Uuid,
  hasLeft: () => boolean,
): Promise<object> {
  const until = clock.monotonic() + waitMsMax;
  for (;;) {
    const found = await receiptFor(tenantId, id);
    if (found === null) throw new ConsentryError('not_found');
    if (found !== 'pending') return found;
    if (clock.monotonic() >= until || hasLeft()) throw new ConsentryError('receipt_pending');
    await sleep(pollMs);
  }
}
