import { expect, test } from 'vitest';
import { learnLayout } from '../../../src/core/media/layout.ts';

const values = (streamSid: string) => ({
  sequenceNumber: '4',
  chunk: '2',
  timestamp: '20',
  payload: 'AAAA',
  streamSid,
});

const text = (streamSid: string, track = 'inbound') =>
  `{"event":"media","sequenceNumber":"4","media":{"track":"${track}","chunk":"2","timestamp":"20",` +
  `"payload":"AAAA"},"streamSid":"${streamSid}"}`;

test('streams that lay out their messages alike share one layout', () => {
  const layout = learnLayout(text('MZ1'), values('MZ1'));
  expect(layout).not.toBeNull();
  expect(learnLayout(text('MZ22'), values('MZ22'))).toBe(layout);
  expect(learnLayout(text('MZ1', 'outbound'), values('MZ1'))).not.toBe(layout);
});

test('layouts without end are not kept without end', () => {
  const many = Array.from({ length: 40 }, (_, n) => `{"n":${n},${text('MZ1').slice(1)}`);
  const learn = (one: string) => learnLayout(one, values('MZ1'));
  const [first, last] = [many[0]!, many.at(-1)!];
  for (const one of many) expect(learn(one)).toEqual(learn(one));
  expect(learn(first)).toBe(learn(first));
  expect(learn(last)).not.toBe(learn(last));
});
