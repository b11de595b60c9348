/** A yes to one purpose is a yes to that one: nothing else is granted, stored or sent anywhere. */
import { once } from 'node:events';
import { type AddressInfo, createServer, Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  audioOf,
  type CallView,
  isSealed,
  sealFrames,
  type TestServer,
  testServer,
} from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server.close());

/** Ports that anything in this process connects to meanwhile: server, carrier and test alike. */
async function portsDuring(act: () => Promise<unknown>): Promise<ReadonlySet<number>> {
  const ports = new Set<number>();
  const connect = Socket.prototype.connect;
  // biome-ignore lint/suspicious/noExplicitAny: it has a dozen forms, and all of them end here
  Socket.prototype.connect = function connectSeen(this: Socket, ...args: any[]) {
    const [given] = Array.isArray(args[0]) ? args[0] : args;
    ports.add(Number(typeof given === 'object' ? given.port : given));
    return Reflect.apply(connect, this, args);
  } as typeof connect;
  try {
    await act();
  } finally {
    Socket.prototype.connect = connect;
  }
  return ports;
}

const portOf = (url: string): number => Number(new URL(url).port);

test('[cap 27] whoever grants recording only is recorded, and nothing connects to any other company', async () => {
  let view: CallView;
  const ports = await portsDuring(async () => {
    const answers = [{ press: '1' }, { press: '2' }, { press: '2' }];
    const call = server.call({ flow: 'inbound-purposes', caller: { answers } });
    await call.when('stream-started');
    await sealFrames(server, call, 100);
    call.hangup();
    await call.ended;
    view = await server.callView(call.callSid, isSealed);
  });
  const [party] = view.parties;
  expect(party.statuses).toMatchObject({
    recording: 'granted',
    transcription: 'refused',
    training: 'refused',
  });
  const granted = view.entries.filter(({ kind }: CallView) => kind === 'grant');
  expect(granted.map(({ purpose }: CallView) => purpose)).toEqual(['recording']);
  expect((await audioOf(server, view.recordings[0].id)).length).toBe(100 * 160);
  const own = [server.url, server.carrier.url, server.database.url].map(portOf);
  expect(ports.size).toBeGreaterThan(0);
  expect([...ports].filter((port) => !own.includes(port))).toEqual([]);
});

test('[cap 27] one key is a no to all that is still to be asked, and nothing is kept', async () => {
  const caller = { answers: [{ press: '9' }] };
  const call = server.call({ flow: 'inbound-purposes', caller });
  await call.when('says', 4);
  call.hangup();
  await call.ended;
  const view = await server.callView(call.callSid, isSealed);
  const [party] = view.parties;
  const { recording, transcription, training } = party.statuses;
  expect([recording, transcription, training]).not.toContain('granted');
  expect(view.entries.filter(({ kind }: CallView) => kind === 'grant')).toEqual([]);
  expect(view.recordings).toEqual([]);
});

test('a connection that is made would be seen', async () => {
  const vendor = createServer().listen(0, '127.0.0.1');
  await once(vendor, 'listening');
  const { port } = vendor.address() as AddressInfo;
  const ports = await portsDuring(async () => {
    await fetch(`http://127.0.0.1:${port}`, { signal: AbortSignal.timeout(200) }).catch(() => {});
  });
  vendor.close();
  expect([...ports]).toEqual([port]);
});
