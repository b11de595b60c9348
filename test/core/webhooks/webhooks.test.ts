import { describe, expect, test } from 'vitest';
import { bodyOf, typeOfKind } from '../../../src/core/webhooks/event.ts';
import { isGone, isTaken, waitMs } from '../../../src/core/webhooks/retry.ts';
import { secretText, signatureHeader } from '../../../src/core/webhooks/signature.ts';

describe('a signature', () => {
  // The example of the specification (standard-webhooks, spec, “Signature scheme”).
  const secret = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64');
  const message = {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: 1_614_265_330,
    body: '{"test": 2432232314}',
  };

  test('is what the specification gives for its example', () => {
    expect(secretText(secret)).toBe('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
    expect(signatureHeader(message, [secret])).toBe(
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    );
  });

  test('is there once for each secret that counts', () => {
    const header = signatureHeader(message, [secret, Buffer.alloc(32, 7)]);
    expect(header.split(' ')).toHaveLength(2);
    expect(header.split(' ').every((one) => one.startsWith('v1,'))).toBe(true);
  });
});

describe('what was not taken', () => {
  test('is sent again with growing pauses, for about two days, and then given up', () => {
    const waits = Array.from({ length: 12 }, (_, i) => waitMs(i + 1, 0.5));
    const known = waits.filter((one) => one !== null);
    expect(known).toEqual([...known].sort((a, b) => a - b));
    const hours = known.reduce((sum, ms) => sum + ms, 0) / 3_600_000;
    expect([hours > 40, hours < 60, waits.at(-1)]).toEqual([true, true, null]);
  });

  test('does not come back at the same moment as others', () => {
    expect([waitMs(1, 0), waitMs(1, 1)]).toEqual([4_000, 6_000]);
  });

  test('is what no answer, or one outside 200 to 299, says', () => {
    expect([null, 199, 200, 204, 301, 410, 500].map(isTaken)).toEqual([
      ...[false, false, true, true, false, false, false],
    ]);
    expect([null, 404, 410].map(isGone)).toEqual([false, false, true]);
  });
});

test('[cap 61] a message has ids, and no field for anything else', () => {
  const told = {
    entryId: 'e',
    callId: 'c',
    partyId: 'p',
    recordingId: null,
    purpose: 'recording',
    at: 0,
    number: '+14155550100',
  };
  expect(JSON.parse(bodyOf('consent.granted', told))).toEqual({
    type: 'consent.granted',
    timestamp: '1970-01-01T00:00:00.000Z',
    data: {
      entry: 'e',
      receipt: 'e',
      call: 'c',
      party: 'p',
      recording: null,
      purpose: 'recording',
    },
  });
});

test('nobody is told of screenings and of the audit', () => {
  expect([typeOfKind['screening'], typeOfKind['audit']]).toEqual([undefined, undefined]);
});
