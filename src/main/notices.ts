/** Joins notices to the registers, and to how this installation is set up. */
import { isApart } from '../adapters/machine/look.ts';
import { createDoctorReads } from '../adapters/postgres/doctor-reads.ts';
import { defaultLine, listLines } from '../app/lines.ts';
import type { NoticeParts } from '../app/notices.ts';
import type { Config } from '../config.ts';
import { clock, random } from './chance.ts';
import type { Foundation } from './foundation.ts';
import type { Stores } from './stores.ts';
import { wayOf } from './ways.ts';

/** Until a line says who the business is. */
const nobodyYet = 'This business';

export function createNoticeParts(
  config: Config,
  { sql, tenant, keys }: Foundation,
  stores: Stores,
): NoticeParts {
  const { lines, ciphers, flowList: flows, forms, notices, settings } = stores;
  const lineParts = { lines, ciphers, flows, clock, random };
  return {
    forms,
    notices,
    settings,
    clock,
    controller: async () => (await defaultLine(lineParts, tenant.id))?.controller ?? nobodyYet,
    lines: () => listLines(lineParts, tenant.id),
    setUp: async () => {
      const { publicUrl, databaseUrl } = config;
      return {
        databaseHost: databaseUrl === null ? null : new URL(databaseUrl).hostname,
        isDatabaseWayEncrypted: databaseUrl !== null && wayOf(databaseUrl).isEncrypted,
        isPublicWayEncrypted: publicUrl !== null && wayOf(publicUrl).isEncrypted,
        keyKind: keys.keyId().split(':')[0] ?? '',
        isKeyApart: await isApart(config.kekPath, config.dataDir),
        hasRoles: await createDoctorReads(sql, tenant.id).hasRoles(),
      };
    },
  };
}
