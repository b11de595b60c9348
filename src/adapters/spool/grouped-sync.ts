import { close, fdatasync } from 'node:fs';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';

const fdatasyncOf = promisify(fdatasync);
const closeOf = promisify(close);

/** At most this long after a write its bytes are asked onto the disk. */
const groupMs = 200;
/** Of the four threads that Node has for files, half stay free for everybody else. */
const syncsAtOnce = 2;

/** An open file with bytes that are not on disk yet. */
export interface DirtyFile {
  readonly fd: number;
  /** The disk did not take the bytes: nothing after them is safe. */
  syncFailed(cause: unknown): void;
}

/** Brings written files onto the disk in groups, off the event loop, at most every 200 ms. */
export class GroupedSync {
  readonly #folder: string;
  readonly #dirty = new Set<DirtyFile>();
  readonly #closing = new Set<DirtyFile>();
  #folderDirty = false;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  created(file: DirtyFile): void {
    this.#folderDirty = true;
    this.written(file);
  }

  written(file: DirtyFile): void {
    this.#dirty.add(file);
    if (this.#running !== null || this.#timer !== null) return;
    this.#timer = setTimeout(() => void this.#run(), groupMs);
  }

  /** Takes the file over and closes it when its bytes are on disk. */
  finished(file: DirtyFile): void {
    this.#closing.add(file);
    this.written(file);
  }

  /** Resolves when everything written before is on disk. */
  async drain(): Promise<void> {
    while (this.#dirty.size > 0 || this.#running !== null) {
      await (this.#running ?? this.#run());
    }
  }

  #run(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#running = this.#syncAll([...this.#dirty]).finally(() => {
      this.#running = null;
      if (this.#dirty.size > 0) this.#timer = setTimeout(() => void this.#run(), groupMs);
    });
    return this.#running;
  }

  async #syncAll(files: DirtyFile[]): Promise<void> {
    this.#dirty.clear();
    if (this.#folderDirty) await this.#syncFolder(files);
    const next = async (): Promise<void> => {
      for (let file = files.pop(); file !== undefined; file = files.pop()) {
        await this.#syncOne(file);
      }
    };
    await Promise.all(Array.from({ length: syncsAtOnce }, next));
  }

  async #syncOne(file: DirtyFile): Promise<void> {
    // Read before the sync: a file finished during it has bytes that this sync may have missed.
    const finished = this.#closing.has(file);
    try {
      await fdatasyncOf(file.fd);
    } catch (cause) {
      file.syncFailed(cause);
    }
    if (!finished) return;
    this.#closing.delete(file);
    await closeOf(file.fd).catch((cause) => file.syncFailed(cause));
  }

  async #syncFolder(files: readonly DirtyFile[]): Promise<void> {
    this.#folderDirty = false;
    try {
      const folder = await open(this.#folder, 'r');
      await folder.sync().finally(() => folder.close());
    } catch (cause) {
      for (const file of files) file.syncFailed(cause);
    }
  }
}
