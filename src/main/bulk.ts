/** Joins exports of many records to where they come from, lie and go. */
import { addEntry } from '../adapters/postgres/entries.ts';
import { writeWorkbook } from '../adapters/xlsx/write.ts';
import { createZip } from '../adapters/xlsx/zip.ts';
import { writeAudit } from '../app/audit.ts';
import { exportAudio } from '../app/export-audio.ts';
import type { ExportAudio } from '../app/export-ports.ts';
import type { PushParts } from '../app/push-export.ts';
import type { RestrictionStore } from '../app/restrictions.ts';
import { ConsentryError } from '../core/error.ts';
import type { Uuid } from '../core/words.ts';
import { clock, random } from './chance.ts';
import type { Foundation } from './foundation.ts';
import type { Stores } from './stores.ts';

/** @param isRestricted whether sound must not be used */
export function createExportAudio(
  { sql }: Pick<Foundation, 'sql'>,
  stores: Stores,
  isRestricted: RestrictionStore['ofRecording'],
): ExportAudio {
  const { recordings, entries } = stores;
  return exportAudio({
    store: recordings,
    keys: stores.recordingKeys,
    headers: stores.headers,
    vault: stores.vault,
    restrictions: { ofRecording: isRestricted },
    random,
    async noteDownload(recordingId: Uuid, by: string) {
      const recording = await recordings.find(recordingId);
      if (recording === null) throw new ConsentryError('not_found');
      const { callId, partyId } = recording;
      const facts = { callId, partyId, recordingId, at: clock.now(), by };
      await addEntry(sql, entries.access({ kind: 'download', purpose: 'recording', ...facts }));
    },
  });
}

export function createBulkParts(
  { tenant, sql }: Foundation,
  stores: Stores,
): Omit<PushParts, 'isStopping'> {
  const { entries, audit, addressToken } = stores;
  return {
    targets: stores.pushTargets,
    workbook: writeWorkbook,
    archive: () => createZip(),
    jobs: stores.exportJobs,
    holdings: stores.exportHoldings,
    source: stores.exportRows,
    files: stores.exportFiles,
    ciphers: stores.ciphers,
    openNumber: stores.openNumber,
    openOpening: stores.openOpening,
    lines: stores.lines,
    tenantId: tenant.id,
    restrictions: stores.restrictions,
    wantsCopy: (personId) => stores.rights.wantsCopy(personId),
    audio: createExportAudio({ sql }, stores, (id) => stores.restrictions.ofRecording(id)),
    async beforePush({ id, by, filter }, target) {
      const asker = { by, as: 'key', address: null } as const;
      await writeAudit({ audit, entries, addressToken, clock }, asker, {
        act: 'export',
        operation: 'pushExport',
        allowed: true,
        persons: filter.personId === null ? [] : [filter.personId],
        subject: { export: id, target },
      });
    },
    clock,
    random,
  };
}
