/**
 * Gives recordings keys of the present day (L1): a new identity for each year, and every header made
 * again for it. Payloads are not touched. May be killed at any point and asked again; whatever it was
 * at, each header opens with the identity that it names.
 */
import { ConsentryError } from '../core/error.ts';
import type { Uuid } from '../core/words.ts';
import type { AgeHeaders, KeyProvider, RecordingKeys } from './ports.ts';

/** An identity that another took the place of. */
export interface Superseded {
  readonly keyId: Uuid;
  /** Public half of its successor, and its id. */
  readonly successor: { readonly keyId: Uuid; readonly recipient: string };
  /** Headers that are still made for it. */
  readonly headers: number;
}

interface HeaderRow {
  /** Of the recording. */
  readonly id: Uuid;
  readonly header: Buffer;
}

export interface IdentityStore {
  superseded(): Promise<readonly Superseded[]>;
  /** Puts a fresh identity in the place of each that is in force. Resolves to how many. */
  supersede(keys: Pick<KeyProvider, 'keyId' | 'wrap'>): Promise<number>;
  /** In the order of ids, after one. */
  headersOf(keyId: Uuid, after: Uuid | null, limit: number): Promise<readonly HeaderRow[]>;
  replace(row: HeaderRow, from: Uuid, to: Uuid, header: Buffer): Promise<void>;
  /**
   * Destroys identities that no header needs, superseded before an instant: whoever began a
   * recording just then may still write a header for one. Resolves to how many.
   */
  destroyUnneeded(before: number): Promise<number>;
}

export interface RenewParts {
  readonly identities: IdentityStore;
  readonly keys: Pick<KeyProvider, 'keyId' | 'wrap'>;
  readonly recordingKeys: Pick<RecordingKeys, 'identity'>;
  readonly headers: AgeHeaders;
  readonly clock: { now(): number };
}

export interface Renewed {
  /** Identities that were made now; 0 where a renewal that was cut short was finished. */
  readonly identities: number;
  readonly headers: number;
  /** Headers that open with nothing, and were left as they are. */
  readonly damaged: number;
  /** Earlier identities that nothing needed any more. */
  readonly destroyed: number;
}

const batch = 100;
const dayMs = 86_400_000;

type Remade = Pick<Renewed, 'headers' | 'damaged'>;
type OnProgress = (done: number, total: number) => void;

export async function renewRecordingKeys(
  parts: RenewParts,
  onProgress: OnProgress,
): Promise<Renewed> {
  const { identities, keys, clock } = parts;
  const destroyed = await identities.destroyUnneeded(clock.now() - dayMs);
  const left = await remakeAll(parts, onProgress);
  if (left.headers > 0) return { identities: 0, ...left, destroyed };
  const made = await identities.supersede(keys);
  return { identities: made, ...(await remakeAll(parts, onProgress)), destroyed };
}

async function remakeAll(parts: RenewParts, onProgress: OnProgress): Promise<Remade> {
  const todo = await parts.identities.superseded();
  const total = todo.reduce((sum, { headers }) => sum + headers, 0);
  let all: Remade = { headers: 0, damaged: 0 };
  for (const one of todo) {
    const before = all;
    all = await remakeHeaders(parts, one, before, ({ headers, damaged }) =>
      onProgress(headers + damaged, total),
    );
  }
  return all;
}

async function remakeHeaders(
  { identities, recordingKeys, headers }: RenewParts,
  { keyId, successor }: Superseded,
  before: Remade,
  onBatch: (done: Remade) => void,
): Promise<Remade> {
  let done = before;
  let after: Uuid | null = null;
  for (;;) {
    const rows: readonly HeaderRow[] = await identities.headersOf(keyId, after, batch);
    if (rows.length === 0) return done;
    const identity = await recordingKeys.identity(keyId);
    for (const row of rows) {
      after = row.id;
      const fileKey = await headers.open(row.header, [identity]).catch((error: unknown) => {
        if (error instanceof ConsentryError) return null;
        throw error;
      });
      if (fileKey === null) {
        done = { ...done, damaged: done.damaged + 1 };
        continue;
      }
      const again = Buffer.from(await headers.make(fileKey, [successor.recipient]));
      await identities.replace(row, keyId, successor.keyId, again);
      done = { ...done, headers: done.headers + 1 };
    }
    onBatch(done);
  }
}
