/**
 * Screening a list of any length, a record at a time. Most numbers of one area get the same answer,
 * but for the number itself: it is written out once and kept for as long as the lists and the time
 * are looked at as the same, which is a tenth of a second.
 */
import { Buffer } from 'node:buffer';
import { maskNumber } from '../core/access/mask.ts';
import type { Place } from '../core/jurisdiction/place.ts';
import type { Verdict } from '../core/suppression/decide.ts';
import {
  type Hit,
  type Inquiry,
  type Line,
  nothingKnown,
  type Seen,
  type Stated,
} from '../core/suppression/inquiry.ts';
import { codesOf } from '../core/suppression/reasons.ts';
import { screeningOf } from '../core/suppression/screening.ts';
import type { Instant, Uuid } from '../core/words.ts';
import type { ByteSink } from './byte-sink.ts';
import type { BatchWatch } from './run-batch.ts';
import {
  inquiryOf,
  type ListsNow,
  type ScreeningAsk,
  type ScreenParts,
  scopesAsked,
} from './screen.ts';

export const batchFormats = ['ndjson', 'csv'] as const;
export type BatchFormat = (typeof batchFormats)[number];

export interface BatchRecord {
  /** Where it stood in what was sent, from 1. */
  readonly line: number;
  /** What is no number is answered as one that may not be contacted. */
  readonly number: string;
  readonly place: Place | null;
  readonly kind: Line | null;
  readonly stated: Stated | null;
  /** What of the whole list is otherwise for it; null: nothing. */
  readonly own: Partial<ScreeningAsk> | null;
  /** What is wrong with the record, if it could not be read. */
  readonly fault: string | null;
}

export interface BatchScreener {
  /** To be called for each piece of a list, before its records: time goes on between them. */
  look(): void;
  /** The answer to a record: one line, with its end. */
  answer(record: BatchRecord, to: ByteSink): void;
  /**
   * The same for a number in E.164, of which nothing else is known. It may wait for others, with
   * which it is looked up, until the next record of another kind or `flush`.
   */
  answerNumber(line: number, number: string, to: ByteSink): void;
  /** Answers what waits: to be called at the end of each piece. */
  flush(to: ByteSink): void;
}

/** How long lists and clock are taken for the same; who stands on a list is read each time. */
const sameForMs = 100;
/** Numbers looked up together: as many as hide the way to memory, and no more. */
const togetherMax = 256;
/** Answers kept: area codes times ways to be refused, and no more than a careless list could fill. */
const keptMax = 5_000;

/** All of an answer but the line and the number in it. */
interface Tail {
  /** Behind the line and before the number's last digits; for numbers of one area code alone. */
  readonly area: Buffer;
  readonly rest: Buffer;
}
type Writable<T> = { -readonly [K in keyof T]: T[K] };

const noHits: readonly Hit[] = Object.freeze([]);
/** Digits at the end of a number that its mask shows. */
const shownEnd = 3;
const northAmerican = /^\+1[2-9]\d{2}[2-9]\d{6}$/;

/** @param watch told of every answer, where the batch is to leave something */
export function createBatchScreener(
  parts: Omit<ScreenParts, 'people'>,
  tenantId: Uuid,
  ask: ScreeningAsk,
  format: BatchFormat,
  watch: BatchWatch | null = null,
): BatchScreener {
  const { screener, clock } = parts;
  const layout = layouts[format];
  const scopes = scopesAsked(ask);
  let lists: ListsNow = parts.lists.now(tenantId);
  watch?.looked(lists);
  let now: Instant = clock.now();
  let looked = clock.monotonic();
  let clear: Seen = seenOf(lists, noHits);
  let kept = new Map<object, Map<number, Tail>>();
  let keptCount = 0;
  const blank = { number: '', place: null, line: null };
  /** One for all numbers of which nothing else is known: nobody keeps it. */
  const shared: Writable<Inquiry> = inquiryOf(parts, ask, blank, lists, now);

  /** Numbers of which nothing else is known, and their lines. */
  let waiting: string[] = [];
  let waitingLines: number[] = [];

  function look(): void {
    const at = clock.monotonic();
    if (at - looked < sameForMs) return;
    looked = at;
    lists = parts.lists.now(tenantId);
    watch?.looked(lists);
    now = clock.now();
    clear = seenOf(lists, noHits);
    shared.now = now;
    shared.policy = parts.policy;
    shared.at = ask.at ?? now;
    forget();
  }

  function forget(): void {
    kept = new Map();
    keptCount = 0;
  }

  function tailOf(inquiry: Inquiry, verdict: Verdict): Tail {
    const { bits, found, rules, destination } = verdict;
    if (inquiry.seen.hits.length > 0 || found !== bits) return makeTail(inquiry, verdict);
    const of = rules ?? destination;
    let tails = kept.get(of);
    const known = tails?.get(bits);
    if (known !== undefined) return known;
    if (keptCount >= keptMax) forget();
    tails ??= new Map();
    const tail = makeTail(inquiry, verdict);
    kept.set(of, tails.set(bits, tail));
    keptCount += 1;
    return tail;
  }

  function makeTail(inquiry: Inquiry, verdict: Verdict): Tail {
    const view = screeningOf(screener, inquiry, verdict);
    const area = layout.beforeNumber + maskNumber(inquiry.number).slice(0, -shownEnd);
    return { area: Buffer.from(area), rest: Buffer.from(layout.rest(view, verdict.bits)) };
  }

  function write(inquiry: Inquiry, record: BatchRecord, to: ByteSink): void {
    const verdict = screener.screen(inquiry);
    const { line, own, fault } = record;
    watch?.answered(line, inquiry.number, verdict.bits, own !== null, fault === null);
    const isOwn = own !== null || inquiry.known !== nothingKnown;
    const { rest } = isOwn ? makeTail(inquiry, verdict) : tailOf(inquiry, verdict);
    to.bytes(layout.start);
    to.digits(line);
    to.text(layout.fault(fault) + layout.beforeNumber + maskNumber(inquiry.number));
    to.bytes(rest);
  }

  function answerNumber(line: number, number: string, to: ByteSink): void {
    waiting.push(number);
    waitingLines.push(line);
    if (waiting.length >= togetherMax) flush(to);
  }

  function flush(to: ByteSink): void {
    const numbers = waiting;
    if (numbers.length === 0) return;
    const lines = waitingLines;
    waiting = [];
    waitingLines = [];
    const hitsOf = lists.hitsOfEach(numbers, ask.channel, scopes);
    for (let n = 0; n < numbers.length; n += 1) {
      answerSeen(lines[n] ?? 0, numbers[n] ?? '', hitsOf[n] ?? noHits, to);
    }
  }

  function answerSeen(line: number, number: string, hits: readonly Hit[], to: ByteSink): void {
    shared.number = number;
    shared.seen = hits.length === 0 ? clear : seenOf(lists, hits);
    const verdict = screener.screen(shared);
    watch?.answered(line, number, verdict.bits, false, true);
    const { area, rest } = tailOf(shared, verdict);
    to.bytes(layout.start);
    to.digits(line);
    to.bytes(area);
    to.ending(number, shownEnd);
    to.bytes(rest);
  }

  return {
    look,
    answer(record, to) {
      const { line, number, place, kind, stated, own, fault } = record;
      const isBare = place === null && kind === null && stated === null;
      const isPlain = fault === null && isBare && own === null;
      if (isPlain && northAmerican.test(number)) {
        answerNumber(line, number, to);
        return;
      }
      flush(to);
      const asked = own === null ? ask : { ...ask, ...own };
      const one = { number, place, line: kind, stated };
      write(inquiryOf(parts, asked, one, lists, now), record, to);
    },
    answerNumber,
    flush,
  };
}

const seenOf = ({ states, asOf, ageMs }: ListsNow, hits: readonly Hit[]): Seen => ({
  hits,
  states,
  asOf,
  ageMs,
});

type View = ReturnType<typeof screeningOf>;

interface Layout {
  /** Before the line. */
  readonly start: Buffer;
  readonly beforeNumber: string;
  /** Between the line and what stands before the number. */
  fault(text: string | null): string;
  /** Behind the number, to the end of the line. */
  rest(view: View, bits: number): string;
}

/** A mask has digits, signs and dots: nothing that JSON or CSV would have to escape. */
const layouts: Readonly<Record<BatchFormat, Layout>> = {
  ndjson: {
    start: Buffer.from('{"line":'),
    beforeNumber: ',"number":"',
    fault: (text) => (text === null ? '' : `,"fault":${JSON.stringify(text)}`),
    rest: (view) => `",${JSON.stringify(shortened(view)).slice(1)}\n`,
  },
  csv: {
    start: Buffer.from(''),
    beforeNumber: ',',
    fault: () => '',
    // codes have no comma in them, and instants have none
    rest: ({ decision, nextPermitted }, bits) =>
      `,${decision},${codesOf(bits).join(' ')},${nextPermitted ?? ''}\n`,
  },
};

/** Without what is empty but for the reasons, and without hours in words. */
function shortened({ number: _, ...view }: View): object {
  const { window, lifted, exemptions, lists, ...rest } = view;
  const { open, nextOpen, zones } = window;
  return {
    ...rest,
    window: { open, nextOpen, zones },
    ...(lifted.length > 0 && { lifted, exemptions }),
    ...(lists.length > 0 && { lists }),
    evidenceId: null,
  };
}
