import { createHash } from 'node:crypto';
import { ConsentryError } from '../core/error.ts';
import type { Uuid } from '../core/words.ts';
import type { AgeHeaders } from './ports.ts';
import { findSealed, openRecording, type ReadParts, type SealedRow } from './read-recording.ts';
import { fileKeyOf } from './recording-key.ts';

export interface ExportParts extends ReadParts {
  readonly headers: AgeHeaders;
}

/** A whole file in pieces. `chunks` throws `recording_damaged`; what came before is then void. */
export interface ExportedFile {
  readonly bytes: number;
  readonly chunks: AsyncGenerator<Uint8Array>;
}

/** The mu-law WAV file. Throws what `openRecording` throws. */
export async function exportWav(parts: ExportParts, id: Uuid): Promise<ExportedFile> {
  const { bytes, read } = await openRecording(parts, id);
  return { bytes, chunks: read() };
}

/**
 * A standard age v1 file for one recipient (`age1…`): the header is made anew for them, the
 * payload is handed over as it lies, and never decrypted here. Throws `invalid_request` when the
 * recipient is not an X25519 public key, and what `openRecording` throws.
 */
export async function exportAge(
  parts: ExportParts,
  id: Uuid,
  recipient: string,
): Promise<ExportedFile> {
  const recording = await findSealed(parts, id);
  const header = await parts.headers.make(await fileKeyOf(parts, id), [recipient]);
  return {
    bytes: header.length + recording.payloadBytes,
    chunks: headerAndPayload(parts, header, recording),
  };
}

async function* headerAndPayload(
  { vault }: ExportParts,
  header: Uint8Array,
  recording: SealedRow,
): AsyncGenerator<Uint8Array> {
  yield header;
  const sha256 = createHash('sha256');
  for await (const piece of vault.read(recording.vaultName)) {
    sha256.update(piece);
    yield piece;
  }
  if (sha256.digest('hex') !== recording.payloadSha256) {
    throw new ConsentryError('recording_damaged', 'the payload is not the one that was sealed');
  }
}
