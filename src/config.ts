/** The only reader of the environment. A wrong setting stops the start with a line that says so. */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';

/** Whether an address leads to this machine only. */
export const isLoopback = (url: URL | string): boolean =>
  /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(new URL(url).hostname);

function parsedUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/** Nothing leaves this machine, or is asked to come here, in the clear. */
const isSafeWay = (url: URL): boolean =>
  url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));

const publicUrl = z
  .string()
  .refine((text) => {
    const url = parsedUrl(text);
    return url !== null && /^https?:$/.test(url.protocol) && !url.search && !url.hash;
  }, 'give an origin, like https://voice.example.com, without query or fragment')
  // What people say is on this way, as sound.
  .refine((text) => {
    const url = parsedUrl(text);
    return url === null || url.protocol !== 'http:' || isSafeWay(url);
  }, 'give an https: origin (http: is for loopback addresses only)')
  .transform((text) => text.replace(/\/+$/, ''));

const apiUrl = z.string().refine((text) => {
  const url = parsedUrl(text);
  return url !== null && isSafeWay(url);
}, 'give an https: origin (http: is for loopback addresses only)');

const perSecond = z
  .string()
  .regex(/^\d{1,6}$/, 'give requests a second, from 0 (no limit) to 999999')
  .transform(Number);

const networks = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter((part) => part !== ''))
  .refine(
    (all) => all.length > 0 && all.every(isNetwork),
    'give addresses or networks, like 192.0.2.0/24, with commas between',
  );

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 6 ? 128 : 32))
  );
}

const settings = z.object({
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'give a number from 0 to 65535')
    .transform(Number)
    .refine((port) => port <= 65_535, 'give a number from 0 to 65535')
    .default(8080),
  HOST: z.string().min(1).default('127.0.0.1'),
  PUBLIC_URL: publicUrl.optional(),
  DATA_DIR: z.string().min(1).default('./data'),
  DATABASE_URL: z
    .string()
    .regex(
      /^postgres(ql)?:\/\//,
      'give a postgres:// address, or leave it out for the embedded server',
    )
    .optional(),
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//, 'give a redis:// or rediss:// address, or leave it out')
    .optional(),
  VAULT_URL: z
    .string()
    .regex(/^file:/, 'give file:/absolute/folder, or leave it out for DATA_DIR/vault')
    .optional(),
  KEYS_URL: z
    .string()
    .regex(/^file:/, 'give file:/absolute/path/of/key, or leave it out for DATA_DIR/keys/kek')
    .optional(),
  TWILIO_ACCOUNT_SID: z
    .string()
    .regex(/^AC[0-9a-f]{32}$/, 'give AC and 32 lower-case hexadecimal digits')
    .optional(),
  TWILIO_AUTH_TOKEN: z.string().min(1).optional(),
  TWILIO_AUTH_TOKEN_PREVIOUS: z.string().min(1).optional(),
  TWILIO_API_URL: apiUrl.optional(),
  OIDC_ISSUER: apiUrl.optional(),
  OIDC_CLIENT_ID: z.string().min(1).max(500).optional(),
  OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  BREACHED_PASSWORDS: z.string().min(1).optional(),
  SMTP_URL: z
    .string()
    .refine(
      (text) => /^smtps?:\/\/[^/]/.test(text) && parsedUrl(text) !== null,
      'give smtps://name:password@host:port, or smtp:// where the server begins to encrypt itself',
    )
    .optional(),
  MAIL_FROM: z
    .string()
    .regex(/^[^\s@<>,;:"]+@[^\s@<>,;:"]+$/, 'give an address such as privacy@example.com')
    .optional(),
  BOOTSTRAP_API_KEY: z
    .string()
    .regex(/^[\x21-\x7e]{32,512}$/, 'give 32 or more printable characters without spaces')
    .optional(),
  API_FROM: networks.optional(),
  API_PER_SECOND: perSecond.default(1_000),
  API_PER_SECOND_UNKNOWN: perSecond.default(200),
  DURABILITY: z.enum(['process', 'disk']).default('process'),
  LOG_LEVEL: z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
});

/** Settings that may be given as a file instead: `NAME_FILE=/run/secrets/name`. */
const secrets = [
  'DATABASE_URL',
  'REDIS_URL',
  'TWILIO_AUTH_TOKEN',
  'TWILIO_AUTH_TOKEN_PREVIOUS',
  'BOOTSTRAP_API_KEY',
  'OIDC_CLIENT_SECRET',
  'SMTP_URL',
] as const;

export interface Account {
  readonly sid: string;
  readonly authToken: string;
  readonly previousToken: string | null;
  /** Origin of the REST API; null: the carrier's own. */
  readonly apiUrl: string | null;
}

export interface OpenId {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface Mail {
  readonly url: string;
  readonly from: string;
}

export interface Config {
  readonly port: number;
  readonly host: string;
  /** Null: known only when the server listens (`http://HOST:PORT`). */
  readonly publicUrl: string | null;
  readonly dataDir: string;
  readonly databaseUrl: string | null;
  /** Only looked at: nothing is kept there yet. */
  readonly redisUrl: string | null;
  readonly vaultDir: string;
  readonly kekPath: string;
  /** Null: no account, so the loopback carrier is started. */
  readonly account: Account | null;
  /** Null: nobody signs in by OpenID Connect. */
  readonly openId: OpenId | null;
  /** A file of hashes, sorted; null: none. */
  readonly breachedPasswords: string | null;
  /** Null: no e-mail is sent. */
  readonly mail: Mail | null;
  readonly bootstrapApiKey: string | null;
  /** Addresses and networks that may ask the API; null: any. */
  readonly apiFrom: readonly string[] | null;
  /** Requests a second that the API answers; null: without limit. */
  readonly apiRates: { readonly known: number | null; readonly unknown: number | null };
  readonly durability: 'process' | 'disk';
  readonly logLevel: z.infer<typeof settings>['LOG_LEVEL'];
}

/** What stopped the start: one line per wrong setting. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

type Environment = Readonly<Record<string, string | undefined>>;

function withSecretFiles(environment: Environment): Record<string, string> {
  const given: Record<string, string> = {};
  for (const name of Object.keys(settings.shape)) {
    const value = environment[name];
    if (value !== undefined && value !== '') given[name] = value;
  }
  for (const name of secrets) {
    const path = environment[`${name}_FILE`];
    if (path === undefined || path === '') continue;
    if (given[name] !== undefined) {
      throw new SettingsError(`${name} and ${name}_FILE are both set; set one of them`);
    }
    try {
      given[name] = readFileSync(path, 'utf8').trim();
    } catch {
      throw new SettingsError(`${name}_FILE names a file that cannot be read`);
    }
  }
  return given;
}

function accountOf(values: z.infer<typeof settings>): Account | null {
  const { TWILIO_ACCOUNT_SID: sid, TWILIO_AUTH_TOKEN: authToken } = values;
  if (sid === undefined && authToken === undefined) {
    if (values.TWILIO_API_URL !== undefined) {
      throw new SettingsError(
        'TWILIO_API_URL is set without TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN; set all three or none',
      );
    }
    return null;
  }
  if (sid === undefined || authToken === undefined) {
    throw new SettingsError('set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN together, or neither');
  }
  return {
    sid,
    authToken,
    previousToken: values.TWILIO_AUTH_TOKEN_PREVIOUS ?? null,
    apiUrl: values.TWILIO_API_URL ?? null,
  };
}

function openIdOf(values: z.infer<typeof settings>): OpenId | null {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId } = values;
  const { OIDC_CLIENT_SECRET: clientSecret } = values;
  if (issuer === undefined && clientId === undefined && clientSecret === undefined) return null;
  if (issuer === undefined || clientId === undefined || clientSecret === undefined) {
    throw new SettingsError(
      'set OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET together, or none of them',
    );
  }
  return { issuer, clientId, clientSecret };
}

/** Where the server listens is then reached on loopback too, which is what it calls itself. */
const isOwnHost = (host: string): boolean =>
  ['0.0.0.0', '::'].includes(host) ||
  isLoopback(`http://${host.includes(':') ? `[${host}]` : host}`);

function mailOf({ SMTP_URL: url, MAIL_FROM: from }: z.infer<typeof settings>): Mail | null {
  if (url === undefined && from === undefined) return null;
  if (url === undefined || from === undefined) {
    throw new SettingsError('set SMTP_URL and MAIL_FROM together, or neither');
  }
  return { url, from };
}

const folderOf = (url: string): string => resolve(decodeURIComponent(url.slice('file:'.length)));

/** @throws SettingsError naming each wrong setting, why, and what is allowed (never its value) */
export function readConfig(environment: Environment = process.env): Config {
  const parsed = settings.safeParse(withSecretFiles(environment));
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new SettingsError(lines.join('\n'));
  }
  const values = parsed.data;
  if (values.PUBLIC_URL === undefined && !isOwnHost(values.HOST)) {
    throw new SettingsError(
      'PUBLIC_URL: give the https: origin that leads to HOST, which is not loopback',
    );
  }
  const dataDir = resolve(values.DATA_DIR);
  return {
    port: values.PORT,
    host: values.HOST,
    publicUrl: values.PUBLIC_URL ?? null,
    dataDir,
    databaseUrl: values.DATABASE_URL ?? null,
    redisUrl: values.REDIS_URL ?? null,
    vaultDir: values.VAULT_URL ? folderOf(values.VAULT_URL) : resolve(dataDir, 'vault'),
    kekPath: values.KEYS_URL ? folderOf(values.KEYS_URL) : resolve(dataDir, 'keys', 'kek'),
    account: accountOf(values),
    openId: openIdOf(values),
    breachedPasswords: values.BREACHED_PASSWORDS ? resolve(values.BREACHED_PASSWORDS) : null,
    mail: mailOf(values),
    bootstrapApiKey: values.BOOTSTRAP_API_KEY ?? null,
    apiFrom: values.API_FROM ?? null,
    apiRates: {
      known: values.API_PER_SECOND || null,
      unknown: values.API_PER_SECOND_UNKNOWN || null,
    },
    durability: values.DURABILITY,
    logLevel: values.LOG_LEVEL,
  };
}
