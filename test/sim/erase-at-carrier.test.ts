/** What the carrier has of a person goes with them, and the certificate says so only if it did. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eraseCallsAtCarrier, eraseTextsAtCarrier } from '../../src/app/erase-at-carrier.ts';
import { isSealed, lineNumber, type TestServer, testServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server.close());

// biome-ignore lint/suspicious/noExplicitAny: what comes over the wire is what tests look at
type Answer = any;
const erase = async (number: string): Promise<Answer> =>
  (await server.api(`/v1/persons/${encodeURIComponent(number)}`, { method: 'DELETE' })).json();

async function called(from: string): Promise<string> {
  const call = server.call({ from, caller: { answers: [{ press: '1' }] } });
  await call.when('stream-started');
  call.hangup();
  await call.ended;
  await server.callView(call.callSid, isSealed);
  return call.callSid;
}

describe('[cap 62] whoever is erased', () => {
  test('has no call, no recording and no message at the carrier any more', async () => {
    const [own, other] = ['+14155553401', '+14155553402'];
    const [mine, theirs] = [await called(own), await called(other)];
    const recording = server.carrier.keepRecording(mine);
    server.carrier.keepRecording(theirs);
    const messagingUrl = `${server.url}/twilio/messages`;
    const text = { messagingUrl, to: lineNumber, from: own, body: 'STOP' };
    const { messageSid } = await server.carrier.sendText(text);
    const certificate = await erase(own);
    expect(certificate).toMatchObject({ proved: true });
    expect(server.carrier.deletions).toEqual([
      `/Recordings/${recording}`,
      `/Calls/${mine}`,
      `/Messages/${messageSid}`,
    ]);
    expect(certificate.beyond.join(' ')).toContain('40 more days');
    expect(server.carrier.call(mine)).toBe(null);
    expect(server.carrier.call(theirs)).not.toBe(null);
  });
});

describe('[cap 65] a carrier', () => {
  const nothing = async () => {};
  const good = {
    recordingsOf: async () => [] as string[],
    deleteRecording: nothing,
    deleteCall: nothing,
    deleteMessage: nothing,
    hasCall: async () => false,
    hasMessage: async () => false,
  };

  test.each([
    ['deletes', good, 'gone', 0],
    [
      'says it deleted a call, and still has it',
      { ...good, hasCall: async () => true },
      'remains',
      2,
    ],
    ['keeps a recording', { ...good, recordingsOf: async () => ['RE1'] }, 'remains', 2],
    [
      'does not answer',
      { ...good, hasCall: () => Promise.reject(new Error('no')) },
      'unknown',
      null,
    ],
  ])('that %s is told of as it is', async (_, records, found, left) => {
    const step = await eraseCallsAtCarrier(records, ['CA1', 'CA2']);
    expect([step.found, step.left]).toEqual([found, left]);
  });

  test('that keeps a message is told of, too', async () => {
    const step = await eraseTextsAtCarrier({ ...good, hasMessage: async () => true }, ['SM1']);
    expect([step.found, step.left]).toEqual(['remains', 1]);
  });
});
