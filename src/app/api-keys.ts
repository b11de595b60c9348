/** API keys: opaque, shown once, kept as SHA-256. */
import { createHash } from 'node:crypto';
import { allows, type Scope } from '../core/access/scope.ts';
import { ConsentryError } from '../core/error.ts';
import type { Instant, Uuid } from '../core/words.ts';
import type { ApiKey, KeyStore } from './api-ports.ts';
import type { Clock, Log, Random } from './ports.ts';

export interface KeyParts {
  readonly keys: KeyStore;
  readonly clock: Clock;
  readonly random: Random;
}

export const keyPrefix = 'csk_';
const keyBytes = 32;
/** The key that BOOTSTRAP_API_KEY sets; nobody else may have the name. */
export const bootstrapName = 'bootstrap';
/** Visible ASCII and spaces between: what can stand in a header. */
const bootstrapText = /^[\x21-\x7e][\x20-\x7e]{30,510}[\x21-\x7e]$/;
/** Longest text that can be a key at all. */
export const keyCharsMax = 512;

/** A revoked key is refused by every process after this long at most. */
const cachedMs = 5_000;
const cachedMax = 1_000;
/** A key's last use is noted no more often than this. */
const touchRestMs = 60_000;

export const hashKey = (key: string): Buffer => createHash('sha256').update(key, 'utf8').digest();

export interface Authenticator {
  /** Null when the key is unknown, revoked or expired. */
  find(key: string): Promise<ApiKey | null>;
  /** Makes this process forget what it looked up, after a key was revoked. */
  forget(): void;
}

const isExpired = ({ expiresAt }: ApiKey, now: Instant): boolean =>
  expiresAt !== undefined && expiresAt <= now;

/** Looks keys up, and remembers those it found for five seconds. */
export function createAuthenticator(parts: Omit<KeyParts, 'random'> & { log: Log }): Authenticator {
  const { keys, clock, log } = parts;
  const found = new Map<string, { readonly key: ApiKey; readonly until: Instant }>();
  return {
    async find(text) {
      if (text.length > keyCharsMax) return null;
      const hash = hashKey(text);
      const name = hash.toString('base64');
      const known = found.get(name);
      if (known !== undefined && clock.monotonic() < known.until) {
        return isExpired(known.key, clock.now()) ? null : known.key;
      }
      // Dated before the look-up: a revocation that overtakes it is not outlived by the answer.
      const until = clock.monotonic() + cachedMs;
      const key = await keys.find(hash);
      found.delete(name);
      if (key === null || isExpired(key, clock.now())) return null;
      if (found.size >= cachedMax) found.clear();
      found.set(name, { key, until });
      // Nobody waits for this note, and a request is not refused for want of it.
      keys.touch(key.id, clock.now(), touchRestMs).catch(() => {
        log.warn({ keyId: key.id }, 'last use of an API key could not be noted');
      });
      return key;
    },
    forget: () => found.clear(),
  };
}

/**
 * Makes a key. Its text is in this answer and nowhere else.
 * @param by whose request it is: nobody hands on more than they hold; null: the operator
 * @throws `forbidden` for a scope that `by` does not hold, a rate above its own, or a longer life;
 * `invalid_request` for a reserved name, or an end that is not to come
 */
export async function createKey(
  { keys, clock, random }: KeyParts,
  tenantId: Uuid,
  by: ApiKey | null,
  wanted: Pick<ApiKey, 'name' | 'scopes' | 'perSecond' | 'expiresAt'>,
): Promise<{ readonly record: ApiKey; readonly key: string }> {
  if (wanted.name === bootstrapName) {
    const what = 'is the name of the key that BOOTSTRAP_API_KEY sets';
    throw new ConsentryError('invalid_request', `name: ${what}`, {
      mistakes: [{ path: 'name', what, allowed: 'any other name' }],
    });
  }
  refuseBeyond(by, wanted.scopes);
  refuseFaster(by, wanted.perSecond);
  refuseLonger(by, wanted.expiresAt, clock.now());
  const key = `${keyPrefix}${Buffer.from(random.bytes(keyBytes)).toString('base64url')}`;
  const record: ApiKey = {
    id: random.uuid(),
    tenantId,
    name: wanted.name,
    scopes: [...new Set(wanted.scopes)].sort(),
    createdAt: clock.now(),
    lastUsedAt: null,
    ...(wanted.perSecond !== undefined && { perSecond: wanted.perSecond }),
    ...(wanted.expiresAt !== undefined && { expiresAt: wanted.expiresAt }),
  };
  await keys.create(record, hashKey(key));
  return { record, key };
}

/**
 * @throws `not_found`; `conflict` for the bootstrap key, which the next start would revive;
 * `forbidden` for a key that may do more than `by` may
 */
export async function revokeKey(
  { keys, clock }: Omit<KeyParts, 'random'>,
  tenantId: Uuid,
  by: ApiKey | null,
  id: Uuid,
): Promise<void> {
  const key = (await keys.list(tenantId)).find((one) => one.id === id);
  if (key === undefined) throw new ConsentryError('not_found');
  if (key.name === bootstrapName) {
    throw new ConsentryError('conflict', 'remove the setting BOOTSTRAP_API_KEY and start again');
  }
  refuseBeyond(by, key.scopes);
  const isRevoked = await keys.revoke(tenantId, id, clock.now());
  if (!isRevoked) throw new ConsentryError('not_found');
}

/**
 * Makes the setting's key the only bootstrap key; without a setting there is none.
 * @throws `setting_invalid` without saying what the setting holds
 */
export async function ensureBootstrapKey(
  { keys, clock, random }: KeyParts,
  tenantId: Uuid,
  setting: string | null,
): Promise<void> {
  if (setting !== null && !bootstrapText.test(setting)) {
    throw new ConsentryError(
      'setting_invalid',
      'BOOTSTRAP_API_KEY needs 32 to 512 printable ASCII characters, without spaces at its ends',
    );
  }
  const record: ApiKey = {
    id: random.uuid(),
    tenantId,
    name: bootstrapName,
    scopes: ['admin'],
    createdAt: clock.now(),
    lastUsedAt: null,
  };
  await keys.replaceNamed(record, setting === null ? null : hashKey(setting));
}

/** A key that is held to a rate of its own makes none that is held to less. */
function refuseFaster(by: ApiKey | null, wanted: number | undefined): void {
  const own = by?.perSecond ?? 0;
  if (own === 0 || (wanted !== undefined && wanted !== 0 && wanted <= own)) return;
  throw new ConsentryError(
    'forbidden',
    `this key may ask ${own} times a second, and make keys up to that`,
  );
}

function refuseLonger(by: ApiKey | null, wanted: Instant | undefined, now: Instant): void {
  if (wanted !== undefined && wanted <= now) {
    const mistake = { path: 'expiresAt', what: 'is over', allowed: 'an instant that is to come' };
    throw new ConsentryError('invalid_request', 'expiresAt: is over', { mistakes: [mistake] });
  }
  const own = by?.expiresAt;
  if (own === undefined || (wanted !== undefined && wanted <= own)) return;
  const text = `this key expires at ${new Date(own).toISOString()}, and makes keys up to then`;
  throw new ConsentryError('forbidden', text);
}

/**
 * Nobody hands on more than they may do themselves.
 *
 * @param by null: the operator, at the machine itself
 * @throws `forbidden`
 */
export function refuseBeyond(by: ApiKey | null, wanted: readonly Scope[]): void {
  if (by === null) return;
  const beyond = wanted.filter((scope) => !allows(by.scopes, scope));
  if (beyond.length === 0) return;
  throw new ConsentryError('forbidden', `the API key does not hold ${beyond.join(', ')} itself`);
}
