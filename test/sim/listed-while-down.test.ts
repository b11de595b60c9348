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

async function sells(): Promise<TestServer> {
  const server = await testServer({}, { screeningAt });
  const settings = { flow: 'outbound-sales', locale: 'en', controller: 'Acme', default: true };
  const body = JSON.stringify(settings);
  await server.api(`/v1/lines/${encodeURIComponent('+14155557700')}`, { method: 'PUT', body });
  return server;
}

/** As if the server had died between writing the call down and asking the carrier, so long ago. */
async function leftToBePlaced({ database: { sql } }: TestServer, callId: string, agoS: number) {
  await sql`
    update carrier_task set done_at = null, taken_until = null, attempts = 0
    where call_id = ${callId} and kind = 'place-call'`;
  await sql`
    update dial set call_sid = null, asked_at = null, at = at - make_interval(secs => ${agoS})
    where call_id = ${callId}`;
}

test('what rings at it is ended by the server that starts next, and another call rings on', async () => {
  const first = await sells();
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

test('what a dead server left to be placed is placed within its permit’s minute, and not later, nor to who is listed', async () => {
  const first = await sells();
  const [fresh, late, listed] = ['+12125557711', '+12125557712', '+12125557713'];
  const calls = [await ring(first, fresh), await ring(first, late), await ring(first, listed)];
  const [soon, tooLate, unwanted] = calls.map(({ id }) => id);
  await first.server.stop();
  await leftToBePlaced(first, soon!, 0);
  await leftToBePlaced(first, tooLate!, 90);
  await leftToBePlaced(first, unwanted!, 0);
  const { sql } = first.database;
  // It may be of any campaign, and they want to be left alone by one.
  await sql`
    update permit set scopes = array['all', 'campaign:*']
    where id = (select permit_id from dial where call_id = ${unwanted!})`;
  const config = readConfig(first.environment);
  const foundation = await layFoundation(config, false);
  const { ownList } = await openStores(config, foundation);
  const wanted = { number: listed!, channel: 'call', scope: 'campaign:spring' } as const;
  const said = { reason: 'request', source: 'api', by: 'k', until: null, at: Date.now() } as const;
  await ownList.put({ ...wanted, ...said, listed: true, provisional: false }, null);
  await foundation.close();
  const next = await testServer({}, { beside: first, screeningAt });
  try {
    const again = await next.carrier.called(fresh, 2);
    for (const id of [tooLate!, unwanted!]) {
      await next.callView(id, (view) => view.state === 'ended');
    }
    expect((await next.callView(soon!)).state).toBe('ringing');
    const asked =
      await sql`select count(*)::int from dial where asked_at is not null or call_sid is not null`;
    expect(asked[0]?.['count']).toBe(1);
    again.hangup();
    for (const { leg } of calls) leg.hangup();
  } finally {
    await next.close();
    await first.carrier.close();
    await first.database.close();
  }
});
