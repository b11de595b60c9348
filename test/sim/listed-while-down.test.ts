/** A number that is listed while it rings and no server runs: the next that starts ends the call. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { diskFile, writtenAt } from '../../src/adapters/lists/disk-file.ts';
import type { CalledParty } from '../../src/carrier/carrier.ts';
import { readConfig } from '../../src/config.ts';
import { layFoundation } from '../../src/main/foundation.ts';
import { listPartsOf } from '../../src/main/lists.ts';
import { openStores } from '../../src/main/stores.ts';
import { consentry } from '../edges/cli/console.ts';
import { type CallView, type TestServer, testServer } from '../support/server.ts';

/** A Wednesday noon in New York. */
const screeningAt = Date.UTC(2026, 11, 2, 17);
const [stopped, other] = ['+12125557701', '+12125557702'];

async function ring(server: TestServer, to: string) {
  server.carrier.answerAs(to, { pickup: 'rings-on', otherwise: { press: '1' } } as CalledParty);
  const body = JSON.stringify({ to, purpose: 'service' });
  const answer = await server.api('/v1/calls', { method: 'POST', body });
  expect(answer.status).toBe(201);
  const { id } = (await answer.json()) as CallView;
  return { id: id as string, leg: await server.carrier.called(to) };
}

test('what rings at it is ended by the server that starts next, and another call rings on', async () => {
  const first = await testServer({}, { screeningAt });
  const settings = { flow: 'outbound-sales', locale: 'en', controller: 'Acme', default: true };
  const body = JSON.stringify(settings);
  await first.api(`/v1/lines/${encodeURIComponent('+14155557700')}`, { method: 'PUT', body });
  const [hit, rings] = [await ring(first, stopped), await ring(first, other)];
  await first.server.stop();
  const config = readConfig(first.environment);
  const foundation = await layFoundation(config, false);
  const stores = await openStores(config, foundation);
  const lists = {
    ...listPartsOf(foundation, stores),
    ownCopy: stores.ownIndex,
    diskFile,
    writtenAt,
  };
  const path = join(first.dir, 'stopped.txt');
  writeFileSync(path, stopped);
  const all = { ...lists, shelf: stores.listShelf };
  expect((await consentry({ stores: { lists: all } }, 'list', 'import', 'own', path)).code).toBe(0);
  await foundation.close();
  const next = await testServer({}, { beside: first, screeningAt });
  try {
    expect(await hit.leg.ended).toMatchObject({ status: 'canceled' });
    await next.callView(hit.id, (view) => view.state === 'ended');
    expect((await next.callView(rings.id)).state).toBe('ringing');
    rings.leg.hangup();
  } finally {
    await next.close();
    await first.carrier.close();
    await first.database.close();
  }
});
