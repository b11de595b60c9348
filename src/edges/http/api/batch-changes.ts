/** What changed for the lines of a live batch: read page by page, or as it happens. */
import type { Response } from 'express';
import { z } from 'zod';
import type { BatchStore, KeptChange, LiveBatches } from '../../../app/batch-ports.ts';
import { type BatchNews, changeReader } from '../../../app/follow-batches.ts';
import type { BatchParts } from '../../../app/run-batch.ts';
import { ConsentryError } from '../../../core/error.ts';
import { cursorOf, viewOfChange } from '../../../core/webhooks/batch-event.ts';
import { type Route, route } from './route.ts';
import { batchChanges, changesQuery } from './screening-shapes.ts';
import { uuid } from './shapes.ts';

export interface BatchChangeParts {
  readonly batchParts: BatchParts;
  readonly liveBatches: LiveBatches;
  readonly batchNews: BatchNews;
}

const one = z.object({ batch: uuid });

const pageMax = 500;
const lookEveryMs = 1_000;
/** Proxies cut what is silent for a minute. */
const breathEveryMs = 15_000;
/** Whose key is taken away is told nothing more from then on, at the latest; others come back. */
const watchMs = 600_000;
/** Each looks once a second: one query of a tenth of a millisecond. */
const watchersMax = 200;

export function batchChangeRoutes(parts: BatchChangeParts): readonly Route[] {
  const { batchParts, liveBatches } = parts;
  const { batches } = batchParts;
  const changesOf = changeReader(liveBatches);
  let watchers = 0;
  return [
    route({
      method: 'get',
      path: '/screenings/batches/{batch}/changes',
      name: 'listBatchChanges',
      scope: 'screen',
      audit: 'none',
      summary: 'Lines of a live batch that may not be contacted any more',
      about:
        'By the line of the list as it was sent, in order. Whatever own request was acknowledged ' +
        'before this was asked is there; a registry that came into force, within some ten seconds. ' +
        'Ask again with `next`: nothing is missed, and nothing comes twice. Only lines are told ' +
        'that were answered with `allow` or `hold`, and nothing that makes one better. A batch that ' +
        'is over can be read for 31 days.',
      params: one,
      query: changesQuery,
      answers: [{ status: 200, about: 'Lines and reasons; no numbers.', shape: batchChanges }],
      errors: ['not_found', 'conflict'],
      handle: async ({ params, query: { since, limit } }) => {
        await refuseDead(batches, params.batch);
        const after = Number(since);
        const found = await changesOf(params.batch, after, limit + 1);
        const rows = found.slice(0, limit);
        const json = {
          data: rows.map(viewOfChange),
          next: cursorOf(rows.at(-1)?.position ?? after),
          more: found.length > limit,
        };
        return { status: 200, json };
      },
    }),
    route({
      method: 'get',
      path: '/screenings/batches/{batch}/events',
      name: 'watchBatch',
      scope: 'screen',
      audit: 'none',
      summary: 'The same as it happens, as server-sent events',
      about:
        'Events `change`, each with the `cursor` of its change as id, so that whoever comes back with ' +
        '`Last-Event-ID`, or `since`, misses none; `end` when the batch is over. The server may end ' +
        'the answer at any time, and does after ten minutes: come back.',
      params: one,
      query: changesQuery.pick({ since: true }),
      answers: [{ status: 200, about: 'Until the batch is over.', type: 'text/event-stream' }],
      errors: ['not_found', 'conflict', 'unavailable'],
      handle: async ({ params, query, request, response }) => {
        await refuseDead(batches, params.batch);
        if (watchers >= watchersMax) {
          throw new ConsentryError('unavailable', 'too many watch already; read the changes', {
            retryAfterS: 60,
          });
        }
        const last = changesQuery.shape.since.safeParse(request.get('last-event-id'));
        const since = request.headers['last-event-id'] !== undefined && last.success;
        response.writeHead(200, {
          'content-type': 'text/event-stream',
          'cache-control': 'no-store',
          'x-accel-buffering': 'no',
        });
        if (request.method === 'HEAD') {
          response.end();
          return 'sent';
        }
        watchers += 1;
        try {
          const after = Number(since ? last.data : query.since);
          await watch({ ...parts, changesOf }, params.batch, after, response);
        } finally {
          watchers -= 1;
          response.end();
        }
        return 'sent';
      },
    }),
  ];
}

/** @throws `not_found`; `conflict` for a batch that never was to stay live */
async function refuseDead(batches: BatchStore, id: string): Promise<void> {
  const found = await batches.find(id);
  if (found === null) throw new ConsentryError('not_found');
  if (found.liveUntil === null || found.finishedAt === null) {
    throw new ConsentryError(
      'conflict',
      `the batch is ${found.state}, and not one that stays live`,
    );
  }
}

const eventOf = (change: KeptChange): string =>
  `id: ${cursorOf(change.position)}\nevent: change\ndata: ${JSON.stringify(viewOfChange(change))}\n\n`;

interface WatchParts extends BatchChangeParts {
  readonly changesOf: ReturnType<typeof changeReader>;
}

async function watch(
  { batchParts: { batches, clock }, changesOf, batchNews }: WatchParts,
  id: string,
  since: number,
  response: Response,
): Promise<void> {
  let after = since;
  let said = clock.monotonic();
  const say = (text: string): void => {
    response.write(text);
    said = clock.monotonic();
  };
  say(': what changes from here on\n\n');
  const until = said + watchMs;
  while (!response.destroyed && !batchNews.isOver() && clock.monotonic() < until) {
    // Whoever does not read what they were told is told nothing more meanwhile.
    if (response.writableNeedDrain) {
      await batchNews.wait(lookEveryMs);
      continue;
    }
    // Asked first: what came before the end is told before it.
    const isLive = (await batches.find(id))?.state === 'live';
    const rows = await changesOf(id, after, pageMax);
    if (rows.length > 0) say(rows.map(eventOf).join(''));
    after = rows.at(-1)?.position ?? after;
    if (rows.length === pageMax) continue;
    if (!isLive) return say('event: end\ndata: {}\n\n');
    if (clock.monotonic() - said >= breathEveryMs) say(':\n\n');
    await batchNews.wait(lookEveryMs);
  }
}
