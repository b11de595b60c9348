import { listRecordings } from '../../app/list-calls.ts';
import { type VerifyReport, verifyRecording } from '../../app/verify-recording.ts';
import { ConsentryError } from '../../core/error.ts';
import type { Uuid } from '../../core/words.ts';
import { command, exitCodes, UsageError } from './command.ts';
import { idOf } from './operands.ts';
import { type CommandStores, withStores } from './parts.ts';
import { showProgress } from './progress.ts';

export const recordingVerify = command({
  summary: 'reads recordings as a whole and names the first damaged place of each',
  about:
    'Opens the header with its key, compares size and hash of the payload with the ones in the ' +
    'ledger, verifies every chunk, and looks whether sound and gaps have the length they should. ' +
    'Nothing is written. Exit code 1 if one does not hold or cannot be verified.',
  operands: [
    {
      name: 'ID',
      about: 'Recordings, as `consentry recording list` shows them.',
      optional: true,
      many: true,
    },
  ],
  options: {
    all: { about: 'Verifies every recording that is neither live nor erased.' },
  },
  examples: [
    { args: '0198c2f4-7a10-4c56-8e21-5d0f4b6a9c33', does: 'verifies one recording' },
    { args: '--all', does: 'verifies all of them, for a nightly job' },
    { args: '--all --json', does: 'prints one JSON report a line' },
  ],
  run(input, parts) {
    const isAll = input.has('all');
    const given = input.operands.map((text) => idOf(text, 'a recording', 'recording list'));
    if (isAll === given.length > 0) {
      throw new UsageError('it takes either ids of recordings or --all');
    }
    const { terminal } = parts;
    const progress = showProgress(terminal, 'verifying');
    return withStores(parts, async (stores) => {
      const { ids, leftOut } = isAll ? await everyId(stores) : { ids: given, leftOut: 0 };
      let held = 0;
      for (const [done, id] of ids.entries()) {
        progress.at(done, ids.length);
        const verdict = await verdictOf(stores, id);
        progress.end();
        if (verdict.ok) held += 1;
        terminal.out(input.json ? JSON.stringify(verdict) : sentence(verdict));
      }
      const counts = `${held} of ${ids.length} hold`;
      const rest = isAll ? `; ${leftOut} live or erased were left out` : '';
      if (!input.json && (isAll || ids.length > 1)) terminal.err(`${counts}${rest}`);
      return held === ids.length ? exitCodes.done : exitCodes.failed;
    });
  },
});

type Verdict =
  | VerifyReport
  | {
      readonly id: Uuid;
      readonly ok: false;
      /** Why it could not be verified at all. */
      readonly error: { readonly code: string; readonly detail: string };
    };

async function verdictOf({ recordings }: CommandStores, id: Uuid): Promise<Verdict> {
  try {
    return await verifyRecording(recordings, id);
  } catch (error) {
    if (!(error instanceof ConsentryError)) throw error;
    return { id, ok: false, error: { code: error.code, detail: error.publicText } };
  }
}

function sentence(verdict: Verdict): string {
  if ('error' in verdict) return `${verdict.id} cannot be verified: ${verdict.error.detail}`;
  if (verdict.ok) return `${verdict.id} holds (${verdict.state})`;
  const problems = verdict.problems.map(({ check, detail, place }) =>
    place === null ? `${check}: ${detail}` : `${check}: ${detail} (payload byte ${place.atByte})`,
  );
  return `${verdict.id} does not hold: ${problems.join('; ')}`;
}

/** All ids first: what begins while others are verified is not waited for. */
async function everyId({ reads, tenantId }: CommandStores) {
  const ids: Uuid[] = [];
  let leftOut = 0;
  let cursor: string | undefined;
  do {
    const page = await listRecordings({ reads }, tenantId, { limit: 200, cursor });
    for (const { id, state } of page.data) {
      if (state === 'live' || state === 'erased') leftOut += 1;
      else ids.push(id);
    }
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return { ids, leftOut };
}
