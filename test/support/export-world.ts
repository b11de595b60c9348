/** Exports on a real database, with sealed files in a folder of the test's own. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sql } from 'postgres';
import { createExportHoldings } from '../../src/adapters/postgres/export-holdings.ts';
import { createExportJobs } from '../../src/adapters/postgres/export-jobs.ts';
import { createExportRows } from '../../src/adapters/postgres/export-rows.ts';
import { createLineStore } from '../../src/adapters/postgres/lines.ts';
import { sftpTargets } from '../../src/adapters/sftp/push.ts';
import { openFileVault } from '../../src/adapters/vault/file.ts';
import { writeWorkbook } from '../../src/adapters/xlsx/write.ts';
import { createZip } from '../../src/adapters/xlsx/zip.ts';
import type { ExportAudio } from '../../src/app/export-ports.ts';
import { openingContext } from '../../src/app/make-entry.ts';
import type { PushParts } from '../../src/app/push-export.ts';
import { decodeOpening } from '../../src/core/ledger/entry.ts';
import { openSeededNumber, type SeededTenant } from './seed-call.ts';

/** No recording of a test has sound, unless it plays it. */
const silentAudio: ExportAudio = {
  isRecipient: async (recipient) => recipient.startsWith('age1'),
  open: async () => 'unavailable',
};

export async function exportParts(
  sql: Sql,
  tenant: SeededTenant,
  now: () => number,
): Promise<Omit<PushParts, 'isStopping'> & { readonly folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'consentry-exports-'));
  return {
    folder,
    targets: sftpTargets(join(folder, 'sftp.json'), () => true),
    jobs: createExportJobs(sql, tenant.id),
    source: createExportRows(sql, tenant),
    holdings: createExportHoldings(sql, tenant),
    workbook: writeWorkbook,
    archive: () => createZip(),
    audio: silentAudio,
    openOpening: async ({ id, openingSealed }) =>
      decodeOpening(tenant.cipher.open(null, openingContext(id), openingSealed ?? Buffer.of())),
    restrictions: { ofPerson: async () => false },
    wantsCopy: async () => false,
    beforePush: async () => {},
    files: await openFileVault(folder),
    ciphers: () => tenant.cipher,
    openNumber: (_, person) => openSeededNumber(tenant.cipher, person),
    lines: createLineStore(sql),
    tenantId: tenant.id,
    clock: { now, monotonic: now },
    random: { bytes: (count) => randomBytes(count), uuid: () => randomUUID() },
  };
}
