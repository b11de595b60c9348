/**
 * The sound of recordings for an export. All of it is read and compared with its hash before any is
 * given out, so that one damaged recording is left out and does not spoil the file of all the others.
 */
import { createHash } from 'node:crypto';
import { ConsentryError, type ErrorCode } from '../core/error.ts';
import type { Uuid } from '../core/words.ts';
import type { ExportAudio, Silence } from './export-ports.ts';
import { exportAge, exportWav, type ExportParts as RecordingParts } from './export-recording.ts';
import type { Random, Vault } from './ports.ts';
import { findSealed } from './read-recording.ts';
import type { RestrictionStore } from './restrictions.ts';

export interface ExportAudioParts extends RecordingParts {
  readonly vault: Pick<Vault, 'read' | 'size'>;
  readonly restrictions: Pick<RestrictionStore, 'ofRecording'>;
  readonly random: Pick<Random, 'bytes'>;
  /** Enters in the ledger that it is taken. */
  readonly noteDownload: (recordingId: Uuid, by: string) => Promise<void>;
}

const fileKeyBytes = 16;

/** What is so the next time too; a disk that does not answer is not. */
const silenceOf: Partial<Readonly<Record<ErrorCode, Silence>>> = {
  not_found: 'erased',
  recording_gone: 'erased',
  recording_unavailable: 'unavailable',
  recording_damaged: 'damaged',
  key_missing: 'unavailable',
};

export function exportAudio(parts: ExportAudioParts): ExportAudio {
  return {
    async isRecipient(recipient) {
      try {
        await parts.headers.make(parts.random.bytes(fileKeyBytes), [recipient]);
        return true;
      } catch (error) {
        if (error instanceof ConsentryError && error.code === 'invalid_request') return false;
        throw error;
      }
    },
    async open(id, recipient, by) {
      try {
        if (await parts.restrictions.ofRecording(id)) return 'restricted';
        if (!(await isWhole(parts, id))) return 'damaged';
        const { chunks } = await (recipient === null
          ? exportWav(parts, id)
          : exportAge(parts, id, recipient));
        await parts.noteDownload(id, by);
        return chunks;
      } catch (error) {
        const silence = error instanceof ConsentryError ? silenceOf[error.code] : undefined;
        if (silence !== undefined) return silence;
        throw error;
      }
    },
  };
}

/** Throws `storage_failed` where the vault itself is not there. */
async function isWhole(parts: ExportAudioParts, id: Uuid): Promise<boolean> {
  const { vaultName, payloadSha256, payloadBytes } = await findSealed(parts, id);
  if ((await parts.vault.size(vaultName)) !== payloadBytes) return false;
  const hash = createHash('sha256');
  for await (const piece of parts.vault.read(vaultName)) hash.update(piece);
  return hash.digest('hex') === payloadSha256;
}
