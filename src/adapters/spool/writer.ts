import { closeSync, writeSync } from 'node:fs';
import type { SpoolWriter } from '../../app/ports.ts';
import { assert, ConsentryError } from '../../core/error.ts';
import { audioBytesPerMs, PendingSegment } from '../../core/recording/records.ts';
import { type SpoolKey, sealSegment, segmentBytesMax } from '../../core/recording/spool.ts';
import type { GapReason } from '../../core/words.ts';
import type { DirtyFile, GroupedSync } from './grouped-sync.ts';

/**
 * Seals 200 ms at a time into an append-only file: one cipher and one write per segment, two
 * buffers for the writer's whole life, and nothing allocated per frame.
 */
export class FileSpoolWriter implements SpoolWriter, DirtyFile {
  readonly fd: number;
  readonly #key: SpoolKey;
  /** Null when bytes in the kernel are enough. */
  readonly #sync: GroupedSync | null;
  readonly #pending = new PendingSegment();
  readonly #segment = Buffer.alloc(segmentBytesMax);
  #counter = 0;
  #audioBytes = 0;
  #gapMs = 0;
  #state: 'open' | 'closed' | 'failed' = 'open';
  #failure: unknown;

  /** Writes the header. Throws `storage_failed`; the file is closed then. */
  constructor(fd: number, key: SpoolKey, sync: GroupedSync | null) {
    this.fd = fd;
    this.#key = key;
    this.#sync = sync;
    this.#write(key.header, key.header.length);
    sync?.created(this);
  }

  get lengthMs(): number {
    return this.#audioBytes / audioBytesPerMs + this.#gapMs;
  }

  frame(audio: Uint8Array): void {
    if (this.#state !== 'open') this.#refuse();
    for (let at = 0; at < audio.length; ) {
      at += this.#pending.addAudio(audio, at);
      if (this.#pending.isDue) this.#seal(false);
    }
    this.#audioBytes += audio.length;
  }

  gap(ms: number, reason: GapReason): void {
    if (this.#state !== 'open') this.#refuse();
    this.#pending.addGap(ms, reason);
    this.#gapMs += ms;
    if (this.#pending.isDue) this.#seal(false);
  }

  flush(): void {
    if (this.#state !== 'open') this.#refuse();
    if (!this.#pending.isEmpty) this.#seal(false);
  }

  end(): void {
    if (this.#state !== 'open') this.#refuse();
    this.#pending.addEnd();
    this.#seal(true);
    this.#state = 'closed';
    this.#release();
  }

  abandon(): void {
    if (this.#state !== 'open') return;
    this.#state = 'closed';
    this.#release();
  }

  /** The disk lost bytes that the kernel had taken: what follows them could not be trusted. */
  syncFailed(cause: unknown): void {
    if (this.#state !== 'open') return;
    this.#state = 'failed';
    this.#failure = cause;
    this.#release();
  }

  #seal(last: boolean): void {
    const plaintext = this.#pending.plaintext();
    const bytes = sealSegment(this.#key, this.#counter, last, plaintext, this.#segment);
    this.#counter += 1;
    this.#pending.clear();
    this.#write(this.#segment, bytes);
    this.#sync?.written(this);
  }

  /** A disk that fills up takes a part and refuses the rest: recovery expects such a tail. */
  #write(bytes: Buffer, length: number): void {
    try {
      for (let at = 0; at < length; ) at += writeSync(this.fd, bytes, at, length - at);
    } catch (cause) {
      this.#state = 'failed';
      this.#failure = cause;
      this.#release();
      this.#refuse();
    }
  }

  #release(): void {
    if (this.#sync === null) closeSync(this.fd);
    else this.#sync.finished(this);
  }

  #refuse(): never {
    assert(this.#state !== 'closed', 'nothing is added to a spool that was closed');
    const code = (this.#failure as NodeJS.ErrnoException).code ?? 'unknown';
    throw new ConsentryError('storage_failed', `the spool cannot be written (${code})`, {
      cause: this.#failure,
    });
  }
}
