/** Joins the doctor to the stores, for the server and for the command. */
import { lookAtMachine } from '../adapters/machine/look.ts';
import { createDoctorReads } from '../adapters/postgres/doctor-reads.ts';
import { numberSettings } from '../adapters/twilio/numbers.ts';
import { agreementState } from '../app/agreement.ts';
import type { DoctorParts } from '../app/doctor.ts';
import { listLines } from '../app/lines.ts';
import type { Config } from '../config.ts';
import { clock, random } from './chance.ts';
import type { Foundation } from './foundation.ts';
import { createNoticeParts } from './notices.ts';
import { backupFile, programDir } from './paths.ts';
import { recipientParts } from './recipients.ts';
import type { Stores } from './stores.ts';
import { waysOf } from './ways.ts';

export function doctorParts(config: Config, foundation: Foundation, stores: Stores): DoctorParts {
  const { sql, tenant, keys } = foundation;
  const { account, dataDir } = config;
  return {
    tenantId: tenant.id,
    clock,
    ways: waysOf(config),
    hasBreachList: config.breachedPasswords !== null,
    apiFrom: config.apiFrom?.length ?? null,
    hasMail: stores.sendMail !== null,
    machine: lookAtMachine({
      dataDir,
      programDir,
      keyPath: config.kekPath,
      backupFile: backupFile(config),
    }),
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
    breach: stores.breach,
    agreement: () =>
      agreementState({
        noticeParts: createNoticeParts(config, foundation, stores),
        acceptances: stores.acceptances,
      }),
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
