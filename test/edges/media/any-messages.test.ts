/** Whatever is sent, in whatever order: the edge closes or goes on, and keeps only what it may. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { callSidOf, frameOf, mediaWorld, streamSidOf } from '../../support/media-world.ts';

type Act = (socket: Awaited<ReturnType<Awaited<ReturnType<typeof mediaWorld>>['connect']>>) => void;

const sid = streamSidOf(1);
const callSid = callSidOf(1);

const acts: Record<string, Act> = {
  connected: (socket) => socket.send({ event: 'connected' }),
  frame: (socket) => socket.frames(1),
  repeat: (socket) => socket.frame(0),
  ahead: (socket) => socket.frame(5),
  otherTrack: (socket) => socket.frame(3, { track: 'outbound' }),
  mark: (socket) => socket.send({ event: 'mark', sequenceNumber: '9', streamSid: sid }),
  dtmf: (socket) => socket.send({ event: 'dtmf', sequenceNumber: '9', streamSid: sid }),
  later: (socket) => socket.send({ event: 'later' }),
  stop: (socket) => socket.stop(),
  garbage: (socket) => socket.ws.send('{'),
  binary: (socket) => socket.ws.send(Buffer.alloc(3)),
  ping: (socket) => socket.ws.ping(),
};

test('any messages in any order', async () => {
  const world = await mediaWorld();
  try {
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.array(
          fc.oneof(
            { weight: 6, arbitrary: fc.constantFrom('frame', 'repeat', 'ahead', 'mark', 'later') },
            fc.constantFrom(...Object.keys(acts)),
          ),
          { maxLength: 20 },
        ),
        async (begun, names) => {
          const socket = await world.connect();
          const token = world.grant(callSid);
          socket.together(() => {
            if (begun) socket.begin(token, callSid);
            for (const name of names) acts[name]?.(socket);
          });
          await socket.handled();
          socket.die();
          while (world.counts.socketsOpen > 0) await new Promise((done) => setImmediate(done));
          world.live.end(callSid, 'hangup');
          const [recording] = (await world.settled()).slice(-1);
          expect(recording === undefined || recording.end === 'clean').toBe(true);
        },
      ),
      { numRuns: 150 },
    );
    // Each frame that was kept is one that was sent, whole.
    const numbers = Array.from({ length: 30 }, (_, n) => n);
    const known = new Set(numbers.map((n) => frameOf(n).toString('hex')));
    for (const { audio } of world.sealed) {
      for (let at = 0; at < audio.length; at += 160) {
        expect(known.has(audio.subarray(at, at + 160).toString('hex'))).toBe(true);
      }
    }
    const broken = world.logged.filter(({ message }) => message.includes('could not'));
    expect(broken).toEqual([]);
  } finally {
    await world.stop();
  }
});
