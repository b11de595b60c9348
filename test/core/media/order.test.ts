import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mediaCounts } from '../../../src/core/media/counts.ts';
import { FrameOrder } from '../../../src/core/media/order.ts';

const frameMs = 20;

/** A stream whose frame n has sequence n + 2, timestamp 20 n, and 160 bytes of n. */
function stream() {
  const counts = mediaCounts();
  /** What came out: frames by number, holes as negative lengths. */
  const out: number[] = [];
  const sink = {
    frame(audio: Uint8Array, holeMs: number) {
      if (holeMs > 0) out.push(-holeMs);
      out.push(audio[0] ?? -1);
    },
  };
  const order = new FrameOrder(sink, counts, 2);
  // One buffer for all, as the parser has it.
  const audio = Buffer.alloc(160);
  return {
    counts,
    order,
    out,
    push(n: number, at = n * frameMs) {
      audio.fill(n);
      const fault = order.push(n + 2, at, audio);
      audio.fill(255);
      return fault;
    },
    pushBytes(n: number, at: number, bytes: number) {
      return order.push(n + 2, at, Buffer.alloc(bytes, n));
    },
  };
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n);

describe('frames in order', () => {
  test('pass straight through', () => {
    const { push, out } = stream();
    for (const n of range(0, 5)) {
      expect(push(n)).toBeNull();
      expect(out).toEqual(range(0, n + 1));
    }
  });

  test('of odd sizes make no holes of their roundings', () => {
    const { pushBytes, out } = stream();
    for (const n of range(0, 9)) pushBytes(n, Math.floor(n * 12.5), 100);
    expect(out).toEqual(range(0, 9));
  });

  test('may start at any time', () => {
    const { push, out } = stream();
    push(0, 4_711);
    push(1, 4_731);
    expect(out).toEqual([0, 1]);
  });
});

describe('frames out of order', () => {
  test('one that comes early waits for the one before it', () => {
    const { push, out } = stream();
    push(0);
    push(2);
    expect(out).toEqual([0]);
    push(1);
    expect(out).toEqual([0, 1, 2]);
  });

  test('one that comes twice is dropped, whether it was sealed or waits', () => {
    const { push, out, counts } = stream();
    push(0);
    push(0);
    push(2);
    push(2);
    push(1);
    expect(out).toEqual([0, 1, 2]);
    expect(counts.framesRepeated).toBe(2);
  });

  test('a frame that does not come is given up after 200 ms and leaves a hole of its length', () => {
    const { push, out } = stream();
    push(0);
    for (const n of range(2, 11)) push(n);
    expect(out).toEqual([0]);
    push(11);
    expect(out).toEqual([0, -20, ...range(2, 12)]);
  });

  test('a frame that comes after it was given up is dropped', () => {
    const { push, out } = stream();
    push(0);
    for (const n of range(2, 12)) push(n);
    push(1);
    expect(out).toEqual([0, -20, ...range(2, 12)]);
  });

  test('a long loss is told at once, as long as it was', () => {
    const { push, out } = stream();
    push(0);
    push(100);
    expect(out).toEqual([0, -99 * frameMs, 100]);
  });

  test('what waits at the end is sealed', () => {
    const { push, out, order } = stream();
    push(0);
    push(2);
    push(4);
    expect(order.flush()).toBeNull();
    expect(out).toEqual([0, -20, 2, -20, 4]);
  });

  test('a lost frame of odd length leaves a hole even below one frame', () => {
    const { pushBytes, out, order } = stream();
    pushBytes(0, 0, 80);
    pushBytes(2, 20, 80);
    order.flush();
    expect(out).toEqual([0, -10, 2]);
  });

  test('messages without audio take their turn', () => {
    const { push, order, out } = stream();
    push(0);
    order.skip(3);
    push(2, 20);
    expect(out).toEqual([0, 2]);
    push(4, 60);
    expect(out).toEqual([0, 2]);
    order.skip(5);
    order.flush();
    expect(out).toEqual([0, 2, -20, 4]);
  });

  test('never more than ten frames wait, however small they are', () => {
    const { pushBytes, out } = stream();
    pushBytes(0, 0, 8);
    for (const n of range(2, 12)) pushBytes(n, n, 8);
    expect(out).toEqual([0]);
    pushBytes(12, 12, 8);
    expect(out).toEqual([0, -1, ...range(2, 13)]);
  });
});

describe('a gate that shuts', () => {
  test('drops what waits, for ever', () => {
    const { push, order, out, counts } = stream();
    push(0);
    push(2);
    order.clear();
    expect(counts.framesDropped).toBe(1);
    order.resume(1_000);
    push(1);
    push(2);
    push(5);
    order.flush();
    expect(out).toEqual([0, -80, 5]);
  });

  test('leaves a hole up to the first frame after it', () => {
    const { push, order, out } = stream();
    push(0);
    order.clear();
    for (const n of range(1, 50)) order.pass(n + 2);
    order.resume(980);
    push(50);
    push(51);
    expect(out).toEqual([0, -980, 50, 51]);
  });

  test('a frame from before it does not come through after it', () => {
    const { push, order, out, counts } = stream();
    push(0);
    order.clear();
    order.pass(9);
    order.resume(200);
    push(6);
    push(8);
    expect(out).toEqual([0, -140, 8]);
    expect(counts.framesRepeated).toBe(1);
  });

  test('may be shut for longer than any loss', () => {
    const { push, order, out } = stream();
    push(0);
    order.clear();
    order.pass(30_000);
    order.resume(600_000);
    expect(push(30_000, 600_000)).toBeNull();
    expect(out).toEqual([0, -599_980, 30_000 & 255]);
  });
});

describe('a stream that is not to be believed', () => {
  test.each([
    ['jumps over a minute', 61_000, 'jump'],
    ['jumps to the end of time', 999_999_999_999_999, 'jump'],
  ])('%s', (_, at, fault) => {
    const { push } = stream();
    push(0);
    expect(push(1, at)).toBe(fault);
  });

  test('jumps over thousands of messages', () => {
    const { push } = stream();
    push(0);
    expect(push(7_000, 40)).toBe('jump');
  });

  test('goes back over a minute', () => {
    const { push } = stream();
    push(0, 100_000);
    expect(push(1, 100)).toBe('backwards');
  });

  test('stands still: what has no place in time is dropped, and after a second it is over', () => {
    const { push, out, counts } = stream();
    const faults = range(0, 200).map((n) => push(n, 1_000));
    expect(faults.indexOf('backwards')).toBe(60);
    expect(out).toEqual(range(0, 11));
    expect(counts.framesLate).toBeGreaterThanOrEqual(50);
  });
});

describe('whatever the wire does', () => {
  const total = 60;
  /** Each frame is lost, sent once or twice, and late by up to `jitter` places. */
  const wire = (jitter: number) =>
    fc.array(
      fc.record({
        times: fc.constantFrom(0, 1, 1, 1, 1, 2),
        late: fc.integer({ min: 0, max: jitter }),
        lateAgain: fc.integer({ min: 0, max: jitter }),
      }),
      { minLength: total, maxLength: total },
    );
  const sent = (frames: readonly { times: number; late: number; lateAgain: number }[]) =>
    frames
      .flatMap(({ times, late, lateAgain }, n) =>
        [late, lateAgain].slice(0, times).map((by) => ({ n, at: n + by })),
      )
      .sort((a, b) => a.at - b.at)
      .map(({ n }) => n);

  test('frames come out in order, at most once, and holes fill the rest to the millisecond', () => {
    fc.assert(
      fc.property(wire(30), (frames) => {
        const { push, order, out } = stream();
        for (const n of sent(frames)) push(n);
        order.flush();
        const numbers = out.filter((n) => n >= 0);
        expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
        const first = numbers[0] ?? 0;
        const last = numbers.at(-1) ?? -1;
        const length = out.reduce((sum, n) => sum + (n < 0 ? -n : frameMs), 0);
        expect(length).toBe(numbers.length === 0 ? 0 : (last - first + 1) * frameMs);
      }),
    );
  });

  test('within the window nothing that was sent is missing', () => {
    // A loss as long as the window is told at once, and what comes after that comes too late.
    const single = wire(8).map((frames) =>
      frames.map((frame, n) =>
        frames.slice(Math.max(0, n - 10), n).some(({ times }) => times === 0)
          ? { ...frame, times: Math.max(1, frame.times) }
          : frame,
      ),
    );
    fc.assert(
      fc.property(single, (frames) => {
        const { push, order, out } = stream();
        for (const n of sent(frames)) push(n);
        order.flush();
        const numbers = out.filter((n) => n >= 0);
        expect(numbers).toEqual(range(0, total).filter((n) => (frames[n]?.times ?? 0) > 0));
      }),
    );
  });
});
