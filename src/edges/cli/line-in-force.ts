import type { CallLine } from '../../app/call-parts.ts';
import { createLineBook } from '../../app/line-book.ts';
import { defaultLine, type LineParts, listLines, showLine } from '../../app/lines.ts';
import type { Uuid } from '../../core/words.ts';

/** What calls to a number get now: its own settings, the default line's, or the built-in ones. */
export function lineInForce(parts: LineParts, tenantId: Uuid, number: string): Promise<CallLine> {
  const book = createLineBook(
    {
      all: () => listLines(parts, tenantId),
      byNumber: (e164) => showLine(parts, tenantId, e164),
      byId: async () => null,
      default: () => defaultLine(parts, tenantId),
    },
    parts.clock,
  );
  return book.find(number);
}
