import { expect, test } from 'vitest';
import { startCarrier } from '../../../src/carrier/carrier.ts';
import { writeText } from '../../../src/edges/cli/call-wire.ts';
import { consentry } from './console.ts';

const messageSid = `SM${'0a'.repeat(16)}`;
const sent: object[] = [];
const sendText = async (request: object) => {
  sent.push(request);
  return { messageSid, replies: ['Done.'] };
};

test('shows what is answered, and hands on who writes and what', async () => {
  const { code, out } = await consentry(
    { sendText },
    'text',
    'please no more',
    '--from',
    '+12025550143',
  );
  expect([code, out]).toEqual([0, 'Answered: Done.\n']);
  expect(sent.at(-1)).toEqual({ body: 'please no more', from: '+12025550143' });
  const json = await consentry({ sendText }, 'text', 'STOP', '--json');
  expect(JSON.parse(json.out)).toEqual({ messageSid, replies: ['Done.'] });
});

test('says that nothing was answered', async () => {
  const { out } = await consentry(
    { sendText: async () => ({ messageSid, replies: [] }) },
    'text',
    'YES',
  );
  expect(out).toBe('Nothing is answered.\n');
});

test.each([
  [['STOP', '--from', 'me'], '--from is not a number; allowed: E.164'],
  [['STOP', '--to', '12'], '--to is not a number; allowed: E.164'],
  [[], 'WORDS'],
])('%j is refused', async (args, sentence) => {
  const { code, err } = await consentry({ sendText }, 'text', ...args);
  expect(code).toBe(2);
  expect(err).toContain(sentence);
});

test('by way of a carrier whose numbers point nowhere it is not sent', async () => {
  const account = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'secret' };
  const carrier = await startCarrier({ ...account, control: true });
  const target = { ...account, carrierUrl: carrier.url };
  await expect(writeText(target, { body: 'STOP' })).rejects.toThrow('point nowhere yet');
  carrier.pointLine({ voiceUrl: `${carrier.url}/none`, messagingUrl: `${carrier.url}/none` });
  await expect(writeText(target, { body: 'STOP' })).rejects.toThrow('did not take the message');
  await expect(writeText(target, { body: 'x'.repeat(2_000) })).rejects.toThrow('1600 characters');
  await carrier.close();
});
