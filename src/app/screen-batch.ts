/**
 * Screening a list of any length, a record at a time. Most numbers of one area get the same answer,
 * but for the number itself: it is written out once and kept for as long as the lists and the time
 * are looked at as the same, which is a tenth of a second.
 */
import { maskNumber } from '../core/access/mask.ts';
import type { Place } from '../core/jurisdiction/place.ts';
import type { Verdict } from '../core/suppression/decide.ts';
import type { Inquiry } from '../core/suppression/inquiry.ts';
import { codesOf } from '../core/suppression/reasons.ts';
import type { Instant, Uuid } from '../core/words.ts';
import { inquiryOf, type ListsNow, type ScreeningAsk, type ScreenParts, viewOf } from './screen.ts';

export const batchFormats = ['ndjson', 'csv'] as const;
export type BatchFormat = (typeof batchFormats)[number];

export interface BatchRecord {
  /** Where it stood in what was sent, from 1. */
  readonly line: number;
  /** What is no number is answered as one that may not be contacted. */
  readonly number: string;
  readonly place: Place | null;
  /** What is wrong with the record, if it could not be read. */
  readonly fault: string | null;
}

export interface BatchScreener {
  /** The answer to a record: one line, with its end. */
  answer(record: BatchRecord): string;
}

/** How long lists and clock are taken for the same; who stands on the own list is read each time. */
const sameForMs = 100;
/** Answers kept: area codes times ways to be refused, and no more than a careless list could fill. */
const keptMax = 5_000;

export function createBatchScreener(
  parts: ScreenParts,
  tenantId: Uuid,
  ask: ScreeningAsk,
  format: BatchFormat,
): BatchScreener {
  const { screener, clock } = parts;
  const write = format === 'csv' ? csvTail : ndjsonTail;
  const head = format === 'csv' ? csvHead : ndjsonHead;
  let lists: ListsNow = parts.lists.now(tenantId);
  let now: Instant = clock.now();
  let looked = clock.monotonic();
  let kept = new Map<object, Map<number, string>>();
  let keptCount = 0;

  function look(): void {
    if (clock.monotonic() - looked < sameForMs) return;
    lists = parts.lists.now(tenantId);
    now = clock.now();
    looked = clock.monotonic();
    forget();
  }

  function forget(): void {
    kept = new Map();
    keptCount = 0;
  }

  function tailOf(inquiry: Inquiry, verdict: Verdict): string {
    const { bits, found, rules, destination } = verdict;
    const isOwn = inquiry.seen.hits.length > 0 || inquiry.known.address !== null;
    const make = (): string => write(viewOf(screener, inquiry, verdict), bits);
    if (isOwn || found !== bits) return make();
    const of = rules ?? destination;
    let tails = kept.get(of);
    const known = tails?.get(bits);
    if (known !== undefined) return known;
    if (keptCount >= keptMax) forget();
    tails ??= new Map();
    const tail = make();
    kept.set(of, tails.set(bits, tail));
    keptCount += 1;
    return tail;
  }

  return {
    answer(record) {
      look();
      const one = { number: record.number, place: record.place, line: null };
      const inquiry = inquiryOf(parts, ask, one, lists, now);
      const tail = tailOf(inquiry, screener.screen(inquiry));
      return head(record, maskNumber(inquiry.number)) + tail;
    },
  };
}

type View = ReturnType<typeof viewOf>;

/** A mask has digits, signs and dots: nothing that JSON or CSV would have to escape. */
const ndjsonHead = ({ line, fault }: BatchRecord, masked: string): string =>
  fault === null
    ? `{"line":${line},"number":"${masked}",`
    : `{"line":${line},"number":"${masked}","fault":${JSON.stringify(fault)},`;

const ndjsonTail = ({ number: _, ...view }: View): string => `${JSON.stringify(view).slice(1)}\n`;

const csvHead = ({ line }: BatchRecord, masked: string): string => `${line},${masked},`;

/** Codes have no comma in them, and instants have none. */
const csvTail = ({ decision, nextPermitted }: View, bits: number): string =>
  `${decision},${codesOf(bits).join(' ')},${nextPermitted ?? ''}\n`;
