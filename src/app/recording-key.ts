import { ConsentryError } from '../core/error.ts';
import type { Uuid } from '../core/words.ts';
import type { AgeHeaders, RecordingKeys, RecordingStore } from './ports.ts';

export interface FileKeyParts {
  readonly store: Pick<RecordingStore, 'header'>;
  readonly keys: Pick<RecordingKeys, 'identity'>;
  readonly headers: Pick<AgeHeaders, 'open'>;
}

/**
 * The file key of one recording: L0 unwraps L1, L1 opens the header. Throws `recording_gone` when
 * the header was erased, `key_missing` when a key on the way is not there, and
 * `recording_damaged` when the header is.
 */
export async function fileKeyOf(parts: FileKeyParts, id: Uuid): Promise<Uint8Array> {
  const row = await parts.store.header(id);
  if (row === null) throw new ConsentryError('recording_gone');
  return parts.headers.open(row.header, [await parts.keys.identity(row.keyId)]);
}
