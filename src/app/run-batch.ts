/**
 * A batch that is to leave something: a certificate, lines that stay live, or both. It is watched while
 * it is answered, holds no more than one part of it in memory, and is finished before its answer is.
 */
import { createHash } from 'node:crypto';
import { ConsentryError } from '../core/error.ts';
import type { Signer } from '../core/ledger/note.ts';
import {
  type BatchStatement,
  certificateSha256,
  certificateText,
} from '../core/suppression/batch-certificate.ts';
import { BatchTally, type ListUsed, type Looked } from '../core/suppression/batch-tally.ts';
import type { Manifest } from '../core/suppression/list-manifest.ts';
import {
  LineBuffer,
  liveLinesMax,
  NumberTokens,
  tokenKeyBytes,
} from '../core/suppression/number-tokens.ts';
import { bitOf, holdBits } from '../core/suppression/reasons.ts';
import type { Hex, Instant, Uuid } from '../core/words.ts';
import type { BatchStore } from './batch-ports.ts';
import type { EntryMaker } from './make-entry.ts';
import type { StreamPlace } from './own-list-ports.ts';
import type { Clock, PreparedEntry, Random } from './ports.ts';
import type { ScreeningAsk, ScreenParts } from './screen.ts';

export interface BatchParts {
  readonly batches: BatchStore;
  readonly entries: Pick<EntryMaker, 'batch'>;
  readonly signer: Signer;
  /** Pseudonym of the tenant. */
  readonly pseudonym: Hex;
  /** How far this process has read the stream of own requests; null: nothing yet. */
  readonly place: () => StreamPlace | null;
  /** Versions of what decides beside our own tables. */
  readonly engine: Readonly<Record<string, string>>;
  /** The versions of lists in memory. */
  readonly manifests: () => readonly Manifest[];
  readonly clock: Clock;
  readonly random: Random;
}

export interface BatchWanted {
  readonly ask: ScreeningAsk;
  readonly by: string;
  /** Null: it does not stay live. */
  readonly liveMs: number | null;
  readonly isCertified: boolean;
}

/** Told of what a batch is answered with. */
export interface BatchWatch {
  looked(lists: Looked): void;
  /** @param number E.164 where it is one @param own true: the record asks otherwise than the batch */
  answered(line: number, number: string, bits: number, own: boolean, isReadable: boolean): void;
}

export interface BatchRun {
  readonly id: Uuid;
  readonly watch: BatchWatch;
  /** Bytes of the list as they came. */
  took(bytes: Uint8Array): void;
  /** Bytes of the answer as they go. */
  gave(bytes: Uint8Array): void;
  /** To be awaited between pieces of the list: what has come together is kept. */
  settle(): Promise<void>;
  /** Before the end of the answer: once resolved, it is certified, and live. Null: no certificate. */
  finish(): Promise<string | null>;
  /** The answer breaks off: nothing of it stays. */
  abandon(): Promise<void>;
}

/** A part: 2.6 MB of entries, in pages of about 512. */
const partLines = 131_072;
const beginning: StreamPlace = { xid: '0', seq: 0 };
const dayMs = 86_400_000;
/** What stands against a line that may yet be contacted; who was refused for more is refused already. */
const openBits = holdBits | bitOf.REFUSAL_REST_PERIOD | bitOf.NO_REASK_PERIOD;

const iso = (at: Instant): string => new Date(at).toISOString();

class File {
  readonly #hash = createHash('sha256');
  #bytes = 0;

  add(piece: Uint8Array): void {
    this.#hash.update(piece);
    this.#bytes += piece.length;
  }

  end() {
    return { sha256: this.#hash.digest('hex'), bytes: this.#bytes };
  }
}

/** To be called before the first line is decided. */
export async function beginBatch(
  parts: BatchParts,
  { screener }: Pick<ScreenParts, 'screener'>,
  { ask, by, liveMs, isCertified }: BatchWanted,
): Promise<BatchRun> {
  const { batches, clock, random } = parts;
  const id = random.uuid();
  const startedAt = clock.now();
  const liveUntil = liveMs === null ? null : startedAt + liveMs;
  const key = random.bytes(tokenKeyBytes);
  const { channel, purpose, campaign } = ask;
  await batches.begin({
    ...{ id, by, channel, purpose, campaign, at: startedAt },
    // Whatever this process has not read yet, no answer has taken into account.
    place: parts.place() ?? beginning,
    live: liveUntil === null ? null : { until: liveUntil, key },
  });
  const tally = new BatchTally();
  const input = isCertified ? new File() : null;
  const output = isCertified ? new File() : null;
  const lines = liveUntil === null ? null : new LineBuffer(partLines);
  const tokens = new NumberTokens(key);
  let part = 0;
  let isMixed = false;

  async function keepPart(): Promise<void> {
    if (lines === null || lines.size === 0) return;
    await batches.keep(id, part, lines.take(tokens), clock.now());
    part += 1;
  }

  function certify(at: Instant): { readonly text: string; readonly entry: PreparedEntry } | null {
    if (input === null || output === null) return null;
    const statement: BatchStatement = {
      v: 1,
      batch: id,
      tenant: parts.pseudonym,
      key: parts.signer.vkey,
      by,
      channel,
      purpose,
      campaign,
      subject: ask.subject,
      at: ask.at === null ? null : iso(ask.at),
      startedAt: iso(startedAt),
      finishedAt: iso(at),
      ownList: tally.ownList,
      rules: screener.table.version,
      engine: parts.engine,
      lists: tally.lists.map((one) => usedOf(one, startedAt, parts.manifests())),
      counts: tally.counts,
      reasons: tally.reasons,
      input: input.end(),
      output: output.end(),
      liveUntil: liveUntil === null ? null : iso(liveUntil),
    };
    const text = certificateText(statement, parts.signer);
    const facts = { kind: 'batch', purpose: 'oversight', entryId: id, by, at } as const;
    const { lines: count } = tally.counts;
    const certificateHash = certificateSha256(text);
    const entry = parts.entries.batch({
      ...facts,
      certificateSha256: certificateHash,
      lines: count,
    });
    return { text, entry };
  }

  return {
    id,
    watch: {
      looked: (now) => tally.looked(now),
      answered(line, number, bits, own, isReadable) {
        tally.answered(bits, isReadable);
        if (lines === null || (bits & ~openBits) !== 0) return;
        if (line > liveLinesMax) {
          throw new ConsentryError(
            'invalid_request',
            `a live batch has ${liveLinesMax} lines at most`,
          );
        }
        lines.add(number, line, own);
        isMixed ||= own;
      },
    },
    took: (bytes) => input?.add(bytes),
    gave: (bytes) => output?.add(bytes),
    async settle() {
      if (lines !== null && lines.size >= partLines) await keepPart();
    },
    async finish() {
      await keepPart();
      const at = clock.now();
      const certificate = certify(at);
      const isDone = await batches.finish(id, {
        at,
        lines: tally.counts.lines,
        certificate: certificate?.text ?? null,
        entry: certificate?.entry ?? null,
        looked: tally.throughout,
        isMixed,
      });
      if (!isDone) throw new ConsentryError('unavailable', 'the batch took too long, or was ended');
      return certificate?.text ?? null;
    },
    async abandon() {
      await batches.end(id, clock.now());
    },
  };
}

function usedOf(
  { list, version, obtainedAt }: ListUsed,
  startedAt: Instant,
  manifests: readonly Manifest[],
): BatchStatement['lists'][number] {
  const manifest = manifests.find((one) => one.list === list && one.version === version);
  return {
    list,
    version,
    obtainedAt: iso(obtainedAt),
    ageDays: Math.max(0, Math.floor((startedAt - obtainedAt) / dayMs)),
    sourceSha256: manifest?.sourceSha256 ?? null,
    accountToken: manifest?.accountToken ?? null,
  };
}
