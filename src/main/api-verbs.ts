/** What the API has done by others: the verbs of a call, audio, and proof. */
import { addEntry } from '../adapters/postgres/entries.ts';
import { readTile } from '../adapters/postgres/tiles.ts';
import { addParty } from '../app/add-party.ts';
import type { ApiVerbs } from '../app/api-ports.ts';
import { eraseParty } from '../app/erase-party.ts';
import { dropParty, holdParty } from '../app/move-party.ts';
import type { Screen } from '../app/outbound-ports.ts';
import { setPaused } from '../app/pause-recording.ts';
import { openRecording } from '../app/read-recording.ts';
import { refuseRestricted } from '../app/restrictions.ts';
import { screenParty } from '../app/screen-party.ts';
import { withdraw } from '../app/withdraw.ts';
import { ConsentryError } from '../core/error.ts';
import type { Uuid } from '../core/words.ts';
import type { CallSystem } from './call-system.ts';
import { clock } from './chance.ts';
import type { Foundation } from './foundation.ts';
import type { Stores } from './stores.ts';

/** Only the erasure was refused. */
function sayWithdrawn(error: unknown): never {
  if (!(error instanceof ConsentryError && error.code === 'held')) throw error;
  const what = 'the permission was taken back; what was recorded stays while a legal hold keeps it';
  throw new ConsentryError('held', what, { partly: true });
}

export function createApiVerbs(
  foundation: Foundation,
  stores: Stores,
  system: CallSystem,
  screen: Screen,
): ApiVerbs {
  const { sql } = foundation;
  const readParts = {
    store: stores.recordings,
    keys: stores.recordingKeys,
    headers: stores.headers,
    vault: stores.vault,
  };

  const { people, entries, dials, contacts } = stores;
  const screening = { screen, people, entries, dials, contacts, clock };

  async function noteAccess(recordingId: Uuid, kind: 'listening' | 'download', by: string) {
    const recording = await stores.recordings.find(recordingId);
    if (recording === null) throw new ConsentryError('not_found');
    const { callId, partyId } = recording;
    const at = clock.now();
    const facts = { callId, partyId, recordingId, at, by };
    await addEntry(sql, stores.entries.access({ kind, purpose: 'recording', ...facts }));
  }

  return {
    async withdraw({ callId, purpose, partyId, erase }) {
      const party = partyId === null ? {} : { party: partyId };
      const asked = { call: callId, purpose, ...party, channel: 'api' } as const;
      const call = await withdraw(system.parts, asked);
      if (call === null) throw new ConsentryError('not_found');
      // Only what was kept under this permission goes: a recording stands on `recording` alone.
      if (erase && purpose === 'recording') {
        await eraseParty(system.eraseParts, callId, partyId, 'withdrawal').catch(sayWithdrawn);
      }
    },
    async setRecording({ callId, state, resumeAfterMs, apiKeyId: by }) {
      const done = await setPaused(system.parts, { call: callId, state, resumeAfterMs, by });
      if (done === null) throw new ConsentryError('not_found');
      return done !== 'unchanged';
    },
    async addParty({ callId, role, to, flow, by }) {
      const wanted = { call: callId, role, to, ...(flow !== undefined && { flow }) };
      await screenParty(screening, { callId, to, by });
      const added = await addParty(system.parts, wanted);
      if (added === null) throw new ConsentryError('not_found');
      return added.partyId;
    },
    async holdParty(callId, party, state) {
      const done = await holdParty(system.parts, { call: callId, party, state });
      if (done === null) throw new ConsentryError('not_found');
    },
    async dropParty(callId, party) {
      const done = await dropParty(system.parts, { call: callId, party });
      if (!done) throw new ConsentryError('not_found');
    },
    async openAudio(recordingId) {
      const row = await stores.recordings.find(recordingId);
      if (row === null) return null;
      await refuseRestricted(stores.restrictions.ofRecording(recordingId));
      if (row.state === 'erased' || row.state === 'live') return row.state;
      if (row.state === 'quarantined') return null;
      try {
        const opened = await openRecording(readParts, recordingId);
        return { size: opened.bytes, read: (start, end) => opened.read(start, end) };
      } catch (error) {
        if (error instanceof ConsentryError && error.code === 'recording_gone') return 'erased';
        if (error instanceof ConsentryError && error.code === 'key_missing') return null;
        throw error;
      }
    },
    beforeAudio: (recordingId, key, how) => noteAccess(recordingId, how, key.id),
    receiptFor: (tenantId, entryId) => stores.receipts.receiptFor(tenantId, entryId),
    checkpoint: () => stores.receipts.checkpoint(),
    tile: (level, n, width) => readTile(sql, level, n, width),
  };
}
