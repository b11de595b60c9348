/**
 * The sequencer: takes queued leaves into the tree and signs a checkpoint over them.
 *
 * *Queued* leaves were committed with their entries; they survive anything the database does.
 * *Sequenced* leaves have an index, tiles and a signed checkpoint, all in one transaction: if the
 * process dies before it commits, they are queued still. *Published* checkpoints are also kept
 * outside; what dies between commit and publishing is published at the next start.
 */
import { ConsentryError } from '../core/error.ts';
import type { TreeHead } from '../core/ledger/checkpoint.ts';
import { LedgerFault } from '../core/ledger/fault.ts';
import { type Signer, type Verifier, verifierOf } from '../core/ledger/note.ts';
import { growTree } from './grow-tree.ts';
import type { CheckpointKeeper, LedgerStore, Seat, StoredCheckpoint } from './ledger-ports.ts';
import type { Clock, Log } from './ports.ts';
import { followHead, verifyHead } from './verify-ledger.ts';

export interface SequencerParts {
  readonly store: LedgerStore;
  readonly signer: Signer;
  /** Verifier keys of signers before this one. */
  readonly earlierKeys: readonly string[];
  readonly keeper: CheckpointKeeper;
  readonly clock: Clock;
  readonly log: Log;
  /** How often it looks by itself, ms; 100 if absent: a receipt then waits half of it and a batch. */
  readonly intervalMs?: number;
}

export interface Sequencer {
  /**
   * Checks the ledger and begins, or waits for the place while another process sequences, and keeps
   * outside what that one signs.
   */
  start(): Promise<void>;
  /**
   * Takes in all that is queued now. While another process sequences, none of it.
   *
   * @throws `ledger_broken` from the first thing that did not verify until a restart;
   * `unavailable` if the database or the checkpoints' keeper did not answer
   */
  flush(): Promise<void>;
  /**
   * Ends the batch that is running and gives the place up. Until then also a process that found the
   * ledger broken keeps it, or the next one, whose keeper may know less, would sign on.
   */
  stop(): Promise<void>;
  /** Null when leaves become receipts, otherwise what is wrong. */
  health(): string | null;
}

const defaultIntervalMs = 100;
/** Leaves a transaction: about 50 ms of hashing. */
const batchMax = 5_000;
/** How often a process that does not sequence asks whether it may. */
const claimIntervalMs = 1_000;
const checkIntervalMs = 3_600_000;

export function createSequencer(parts: SequencerParts): Sequencer {
  return new LedgerSequencer(parts);
}

class LedgerSequencer implements Sequencer {
  readonly #parts: SequencerParts;
  readonly #verifiers: readonly Verifier[];
  #seat: Seat | null = null;
  #claimAt = Number.NEGATIVE_INFINITY;
  #checkAt = Number.NEGATIVE_INFINITY;
  #checking: Promise<void> | null = null;
  /** The last head signed, or found right, by this process. */
  #signed: TreeHead | null = null;
  /** Committed and not yet kept outside. */
  #unpublished: string | null = null;
  #broken: LedgerFault | null = null;
  #trouble: string | null = null;
  #turning: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #running = false;

  constructor(parts: SequencerParts) {
    this.#parts = parts;
    this.#verifiers = [parts.signer.vkey, ...parts.earlierKeys].map(verifierOf);
  }

  async start(): Promise<void> {
    this.#running = true;
    await this.#turnOnce();
    this.#schedule();
  }

  async flush(): Promise<void> {
    await this.#turning;
    await this.#turnOnce();
    if (this.#broken !== null) throw this.#broken;
    if (this.#trouble !== null) throw new ConsentryError('unavailable', this.#trouble);
  }

  async stop(): Promise<void> {
    this.#running = false;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#turning;
    await this.#checking;
    await this.#leavePlace();
  }

  health(): string | null {
    return this.#broken === null ? this.#trouble : this.#broken.message;
  }

  #schedule(): void {
    if (!this.#running) return;
    this.#timer = setTimeout(() => {
      void this.#turnOnce().then(() => this.#schedule());
    }, this.#parts.intervalMs ?? defaultIntervalMs);
    this.#timer.unref();
  }

  /** One turn at a time; who asks during one waits for it. */
  #turnOnce(): Promise<void> {
    this.#turning ??= this.#turn().finally(() => {
      this.#turning = null;
    });
    return this.#turning;
  }

  async #turn(): Promise<void> {
    if (this.#broken !== null) return;
    try {
      if (this.#seat === null && !(await this.#takePlace())) return;
      if (this.#seat !== null) {
        this.#checkAside();
        await this.#sequence(this.#seat);
      }
      this.#trouble = null;
    } catch (error) {
      if (error instanceof LedgerFault) {
        this.#breakOff(error);
        return;
      }
      if (this.#trouble === null) this.#parts.log.warn({ err: error }, 'ledger waits');
      this.#trouble =
        error instanceof ConsentryError ? error.publicText : 'the database does not answer';
    }
  }

  /** False: it is not time to ask for it. */
  async #takePlace(): Promise<boolean> {
    const { store, keeper, clock } = this.#parts;
    if (clock.monotonic() < this.#claimAt) return false;
    this.#claimAt = clock.monotonic() + claimIntervalMs;
    const seat = await store.takeSeat();
    if (seat === null) {
      await this.#follow();
      return true;
    }
    try {
      const head = await this.#check();
      this.#signed = head;
      // Whoever sequenced before may have died between commit and publishing.
      if (head !== null && head.note !== (await keeper.last())) this.#unpublished = head.note;
      this.#seat = seat;
    } catch (error) {
      if (error instanceof LedgerFault) this.#seat = seat;
      else await seat.release();
      throw error;
    }
    return true;
  }

  /**
   * What another process signs is kept outside here too, so that this one does not sign on when the
   * database was set back before its turn came.
   */
  async #follow(): Promise<void> {
    const { store, keeper } = this.#parts;
    const kept = await keeper.last();
    const head = await followHead(store, this.#verifiers, kept, this.#signed);
    this.#signed = head;
    if (head !== null && head.note !== kept) await keeper.publish(head.note);
  }

  async #sequence(seat: Seat): Promise<void> {
    const { signer, clock, log } = this.#parts;
    while (this.#broken === null) {
      const done = await seat.batch(batchMax, clock.now(), (head, edge, queued) =>
        growTree(head, edge, queued, this.#signed, signer, this.#verifiers),
      );
      if (done === 'lost') {
        log.warn({}, 'another process sequences the ledger now');
        await this.#leavePlace();
        return;
      }
      if (done !== null) {
        this.#signed = done.checkpoint;
        this.#unpublished = done.checkpoint.note;
      }
      await this.#publish();
      if (done === null || done.count < batchMax) return;
    }
  }

  async #publish(): Promise<void> {
    if (this.#unpublished === null) return;
    await this.#parts.keeper.publish(this.#unpublished);
    this.#unpublished = null;
  }

  async #leavePlace(): Promise<void> {
    const seat = this.#seat;
    this.#seat = null;
    await seat?.release();
  }

  /** The hourly check reads what no longer changes, so batches go on beside it. */
  #checkAside(): void {
    if (this.#checking !== null || this.#parts.clock.monotonic() < this.#checkAt) return;
    this.#checking = this.#check()
      .then(
        () => {},
        (error: unknown) => {
          if (error instanceof LedgerFault) this.#breakOff(error);
          else this.#parts.log.warn({ err: error }, 'ledger could not be checked');
        },
      )
      .finally(() => {
        this.#checking = null;
      });
  }

  /** Throws a `LedgerFault` naming the first thing that does not hold; all of them are logged. */
  async #check(): Promise<StoredCheckpoint | null> {
    const { store, keeper, clock, log } = this.#parts;
    this.#checkAt = clock.monotonic() + checkIntervalMs;
    const { problems, head } = await verifyHead(store, this.#verifiers, keeper, this.#signed);
    for (const problem of problems) log.error({ ...problem }, 'ledger does not verify');
    const [first] = problems;
    if (first !== undefined) throw new LedgerFault(first.where, first.why);
    return head;
  }

  #breakOff(fault: LedgerFault): void {
    this.#broken ??= fault;
    this.#parts.log.error(
      { code: fault.code, where: fault.where },
      'ledger broken, nothing signed',
    );
  }
}
