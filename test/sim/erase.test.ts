/** A caller takes the recording back and has it erased, without leaving the call. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isSealed, sealFrames, type TestServer, testServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server.close());

/** Grants, speaks, presses `*`, and answers the offer with `key`; silence without one. */
async function starred(key: string | null) {
  const last = key === null ? { silent: true as const } : { press: key };
  const call = server.call({
    flow: 'inbound-strict',
    caller: { answers: [{ press: '1' }, { press: '2' }, last] },
  });
  await call.when('stream-started');
  await sealFrames(server, call, 40);
  await call.when('bridged');
  call.star();
  await call.when('bridged', 2);
  call.hangup();
  await call.ended;
  return server.callView(call.callSid, (view) => isSealed(view) || isErased(view));
}

const isErased = (view: { recordings: readonly { state: string }[] }): boolean =>
  view.recordings.length > 0 && view.recordings.every(({ state }) => state === 'erased');

const kindsOf = (view: { entries: readonly { kind: string; purpose?: string }[] }) =>
  view.entries.map(({ kind, purpose }) => `${kind} ${purpose}`);

test('the second key erases it: one entry, no sound, and the conversation goes on', async () => {
  const view = await server.callView((await starred('3')).callSid, isErased);
  expect(view.recordings).toMatchObject([{ state: 'erased' }]);
  expect(kindsOf(view).filter((kind) => kind === 'erasure recording')).toHaveLength(1);
  expect(kindsOf(view)).toContain('withdrawal recording');
  const audio = await server.api(`/v1/recordings/${view.recordings[0].id}/audio`);
  expect(audio.status).toBe(410);
});

test('silence after the offer keeps what was recorded until the star', async () => {
  const view = await starred(null);
  expect(view.recordings).toMatchObject([{ state: 'sealed' }]);
  expect(kindsOf(view)).not.toContain('erasure recording');
  expect(view.parties[0].statuses.recording).toBe('withdrawn');
});
