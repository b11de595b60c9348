/** Lines as the call path needs them: from memory, seconds old at most, older if nothing answers. */
import { parseNumber } from '../core/suppression/number.ts';
import type { Uuid } from '../core/words.ts';
import type { CallLine, LineBook } from './call-parts.ts';
import type { Line } from './lines.ts';
import { builtInFlow } from './open-leg.ts';
import type { Clock } from './ports.ts';

/** How soon a change made by another process is heard by callers. */
const freshMs = 5_000;
/** Numbers remembered that nobody configured: wrong numbers must not fill the memory. */
const strangersMax = 10_000;

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
  all(): Promise<readonly Line[]>;
  byNumber(e164: string): Promise<Line | null>;
  byId(id: Uuid): Promise<Line | null>;
  default(): Promise<Line | null>;
}

interface Remembered {
  readonly line: CallLine;
  readonly at: number;
}

/** Where the default line is kept, which has a number of its own besides. */
const byDefault = '';

export interface WarmLineBook extends LineBook {
  /** Reads all lines, so that each is in memory even if nothing answers from here on. */
  warm(): Promise<void>;
}

export function createLineBook(reads: LineReads, clock: Clock): WarmLineBook {
  /** Lines as configured, and the default: never dropped, for they are what callers need. */
  const configured = new Map<string, Remembered>();
  /** Numbers that are answered by the default line, the one read longest ago first. */
  const strangers = new Map<string, Remembered>();

  /** The carrier writes numbers in E.164, so one that is remembered need not be read again. */
  function keyOf(number: string | null): string {
    if (number === null) return byDefault;
    if (configured.has(number) || strangers.has(number)) return number;
    return parseNumber(number)?.e164 ?? byDefault;
  }

  function remember(key: string, line: CallLine, isConfigured: boolean, at: number): void {
    configured.delete(key);
    strangers.delete(key);
    (isConfigured ? configured : strangers).set(key, { line, at });
    if (strangers.size <= strangersMax) return;
    const [oldest] = strangers.keys();
    if (oldest !== undefined) strangers.delete(oldest);
  }

  async function read(key: string, at: number): Promise<CallLine> {
    const own = key === byDefault ? null : await reads.byNumber(key);
    const line = own ?? (await reads.default()) ?? builtIn;
    if (own === null) remember(byDefault, line, true, at);
    if (key !== byDefault) remember(key, line, own !== null, at);
    return line;
  }

  return {
    async warm() {
      const at = clock.monotonic();
      const lines = await reads.all();
      for (const line of lines) remember(keyOf(line.number), line, true, at);
      remember(byDefault, lines.find(({ isDefault }) => isDefault) ?? builtIn, true, at);
    },
    async find(number) {
      const key = keyOf(number);
      const known = configured.get(key) ?? strangers.get(key);
      const at = clock.monotonic();
      if (known !== undefined && at - known.at < freshMs) return known.line;
      try {
        return await read(key, at);
      } catch (error) {
        if (known !== undefined) return known.line;
        throw error;
      }
    },
    byId: (id) => reads.byId(id),
    cached: (number) => (configured.get(keyOf(number)) ?? configured.get(byDefault))?.line ?? null,
  };
}
