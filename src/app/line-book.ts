/** Lines as the call path needs them: from memory, seconds old at most, older if nothing answers. */
import { parseNumber } from '../core/suppression/number.ts';
import type { Uuid } from '../core/words.ts';
import type { CallLine, LineBook } from './call-parts.ts';
import type { Line } from './lines.ts';
import { builtInFlow } from './open-leg.ts';
import type { Clock } from './ports.ts';

/** How soon a change made by another process is heard by callers. */
const freshMs = 5_000;
/** Numbers remembered, lines or not: wrong numbers must not fill the memory. */
const numbersMax = 10_000;

/** What callers of a line hear that nobody configured. */
const builtIn: CallLine = {
  id: null,
  number: null,
  flow: builtInFlow,
  locale: 'en',
  controller: 'the company you called',
  agent: null,
};

export interface LineReads {
  byNumber(e164: string): Promise<Line | null>;
  byId(id: Uuid): Promise<Line | null>;
  default(): Promise<Line | null>;
}

interface Remembered {
  readonly line: CallLine;
  readonly at: number;
}

export function createLineBook(reads: LineReads, clock: Clock): LineBook & { forget(): void } {
  const remembered = new Map<string, Remembered>();

  const keyOf = (number: string | null): string =>
    (number === null ? null : parseNumber(number)?.e164) ?? '';

  async function read(key: string): Promise<CallLine> {
    const line = (key === '' ? null : await reads.byNumber(key)) ?? (await reads.default());
    return line ?? builtIn;
  }

  return {
    async find(number) {
      const key = keyOf(number);
      const known = remembered.get(key);
      const at = clock.monotonic();
      if (known !== undefined && at - known.at < freshMs) return known.line;
      try {
        const line = await read(key);
        if (remembered.size >= numbersMax) remembered.clear();
        remembered.set(key, { line, at });
        return line;
      } catch (error) {
        if (known !== undefined) return known.line;
        throw error;
      }
    },
    byId: (id) => reads.byId(id),
    cached: (number) => remembered.get(keyOf(number))?.line ?? null,
    forget: () => remembered.clear(),
  };
}
