import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createByteSink } from '../../src/app/byte-sink.ts';

describe('an answer that is put together of pieces', () => {
  const somePiece = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => ({ is: 'text', text }) as const),
    fc.nat({ max: Number.MAX_SAFE_INTEGER }).map((value) => ({ is: 'digits', value }) as const),
    fc.constantFrom('+12125550123', 'abc').map((text) => ({ is: 'ending', text }) as const),
    fc.constant({ is: 'bytes', text: '•'.repeat(60_000) } as const),
  );

  test('is what the pieces are, in their order, however long it gets', () => {
    fc.assert(
      fc.property(fc.array(somePiece, { maxLength: 30 }), (pieces) => {
        const sink = createByteSink();
        let wanted = '';
        for (const piece of pieces) {
          if (piece.is === 'text') sink.text(piece.text);
          if (piece.is === 'bytes') sink.bytes(Buffer.from(piece.text));
          if (piece.is === 'digits') sink.digits(piece.value);
          if (piece.is === 'ending') sink.ending(piece.text, 3);
          wanted +=
            piece.is === 'digits'
              ? String(piece.value)
              : piece.is === 'ending'
                ? piece.text.slice(-3)
                : piece.text;
        }
        expect(sink.take()?.toString() ?? '').toBe(wanted);
      }),
    );
  });

  test('is handed on once, and stays what it was while the next one is made', () => {
    const sink = createByteSink();
    expect(sink.take()).toBe(null);
    sink.text('one');
    const first = sink.take();
    sink.text('two');
    expect([first?.toString(), sink.take()?.toString(), sink.take()]).toEqual(['one', 'two', null]);
  });
});
