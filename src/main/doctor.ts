/** Joins the doctor to the stores, for the server and for the command. */
import { lookAtMachine } from '../adapters/machine/look.ts';
import { createDoctorReads } from '../adapters/postgres/doctor-reads.ts';
import { numberSettings } from '../adapters/twilio/numbers.ts';
import type { DoctorParts } from '../app/doctor.ts';
import { listLines } from '../app/lines.ts';
import { type Config, isLoopback } from '../config.ts';
import type { Way } from '../core/doctor/facts.ts';
import { clock, random } from './chance.ts';
import type { Foundation } from './foundation.ts';
import { backupFile, programDir } from './paths.ts';
import { recipientParts } from './recipients.ts';
import type { Stores } from './stores.ts';

export function doctorParts(config: Config, foundation: Foundation, stores: Stores): DoctorParts {
  const { sql, tenant, keys } = foundation;
  const { account, databaseUrl, publicUrl, dataDir } = config;
  return {
    tenantId: tenant.id,
    clock,
    ways: {
      publicUrl: publicUrl === null ? embedded : wayOf(publicUrl),
      database: databaseUrl === null ? embedded : wayOf(databaseUrl),
    },
    machine: lookAtMachine({ dataDir, programDir, backupFile: backupFile(config) }),
    reads: createDoctorReads(sql, tenant.id),
    health: {
      keys: () => keys.health(),
      vault: () => stores.vault.health(),
      spool: () => stores.spool.health(),
    },
    numbers:
      account === null
        ? null
        : numberSettings({
            accountSid: account.sid,
            authToken: account.authToken,
            apiUrl: account.apiUrl,
          }),
    settings: stores.settings,
    recipients: recipientParts(config, stores),
    training: stores.training,
    accounts: stores.accounts,
    keys: stores.apiKeys,
    shelf: stores.listShelf,
    lines: () =>
      listLines(
        { lines: stores.lines, ciphers: stores.ciphers, flows: stores.flowList, clock, random },
        tenant.id,
      ),
    async flows() {
      const published = stores.flows.all().filter((flow) => stores.flows.isPublished(flow));
      return {
        published: [...new Set(published.map(({ name }) => name))],
        locales: [...new Set(published.flatMap(({ locales }) => locales))],
      };
    },
  };
}

/** What we start ourselves is reached on this machine only. */
const embedded: Way = { isLoopback: true, isEncrypted: false };

const encryptedModes = ['require', 'verify-ca', 'verify-full'];

function wayOf(url: string): Way {
  const { hostname, protocol, searchParams } = new URL(url);
  const mode = searchParams.get('sslmode') ?? searchParams.get('ssl') ?? '';
  return {
    // Without a host it is a socket of this machine.
    isLoopback: hostname === '' || isLoopback(url),
    isEncrypted: protocol === 'https:' || encryptedModes.includes(mode),
  };
}
