/**
 * Recorded prompts and our tone, for the carrier to play: without login or state, because they are what every
 * caller hears. Their address is the hash of their bytes, so they never change and may be kept.
 */
import { Router } from 'express';
import { ConsentryError } from '../../core/error.ts';
import { tone } from '../../core/media/tone.ts';
import type { Hex } from '../../core/words.ts';

export interface PromptAudioParts {
  /** The file of that hash; null if none of ours has it. */
  audioBytes(sha256: Hex): Buffer | null;
}

const name = /^([0-9a-f]{64})\.wav$/;
const forEver = 'public, max-age=31536000, immutable';

export function promptAudioRouter({ audioBytes }: PromptAudioParts): Router {
  const fileOf = (sha256: Hex) => (sha256 === tone.sha256 ? tone.file : audioBytes(sha256));
  const router = Router();
  router.get('/:file', (request, response) => {
    const sha256 = name.exec(request.params['file'] ?? '')?.[1];
    const bytes = sha256 === undefined ? null : fileOf(sha256);
    if (bytes === null) throw new ConsentryError('not_found');
    response.set({ 'content-type': 'audio/wav', 'cache-control': forEver }).send(bytes);
  });
  return router;
}
