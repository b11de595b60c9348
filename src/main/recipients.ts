/** Every host that this program connects to, as its settings and stores say. */
import { readTargets } from '../adapters/sftp/targets.ts';
import { carrierOrigins } from '../adapters/twilio/origin-client.ts';
import type { RecipientParts } from '../app/recipients.ts';
import type { Config } from '../config.ts';
import type { Outgoing } from '../core/recipients/outgoing.ts';
import { clock } from './chance.ts';
import { sftpFile } from './paths.ts';
import type { Stores } from './stores.ts';

const hostOf = (url: string): string => new URL(url).hostname;

export function recipientParts(
  config: Config,
  { settings, webhooks }: Pick<Stores, 'settings' | 'webhooks'>,
): RecipientParts {
  return {
    settings,
    clock,
    async outgoing() {
      const targets = await readTargets(sftpFile(config));
      const told = (await webhooks.list()).filter(({ stoppedAt }) => stoppedAt === null);
      return [
        ...carrierHosts(config),
        ...(config.openId === null
          ? []
          : [{ way: 'sign-in', from: 'OIDC_ISSUER', host: hostOf(config.openId.issuer) } as const]),
        ...(config.databaseUrl === null
          ? []
          : [{ way: 'database', from: 'DATABASE_URL', host: hostOf(config.databaseUrl) } as const]),
        ...(config.mail === null
          ? []
          : [{ way: 'mail', from: 'SMTP_URL', host: hostOf(config.mail.url) } as const]),
        ...targets.map(({ name, host }): Outgoing => {
          return { way: 'sftp', from: `target ${name} of DATA_DIR/sftp.json`, host };
        }),
        ...told.map(({ id, url }): Outgoing => {
          return { way: 'webhook', from: `webhook ${id}`, host: hostOf(url) };
        }),
      ];
    },
  };
}

function carrierHosts({ account }: Config): readonly Outgoing[] {
  if (account === null) return []; // the practice carrier, which is on this machine
  const origins = account.apiUrl === null ? carrierOrigins : [account.apiUrl];
  const from = account.apiUrl === null ? 'TWILIO_ACCOUNT_SID' : 'TWILIO_API_URL';
  return origins.map((origin) => ({ way: 'carrier', from, host: hostOf(origin) }));
}
