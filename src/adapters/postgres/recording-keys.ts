/** L1 age identities: one per tenant and calendar year, wrapped under L0. */
import type { Sql } from 'postgres';
import type { Clock, KeyProvider, Random, RecordingKeys } from '../../app/ports.ts';
import { ConsentryError } from '../../core/error.ts';
import type { Uuid } from '../../core/words.ts';

export interface RecordingKeysParts {
  readonly sql: Sql;
  readonly keys: KeyProvider;
  readonly clock: Clock;
  readonly random: Random;
  /** A fresh age identity and its public half. */
  newIdentity(): Promise<{ identity: string; recipient: string }>;
}

export const identityContext = (id: Uuid): string => `l1/${id}/identity`;

export function createRecordingKeys(parts: RecordingKeysParts): RecordingKeys {
  return {
    currentRecipient: (tenantId) => currentRecipient(parts, tenantId),
    identity: (keyId) => identity(parts, keyId),
  };
}

/**
 * The key of the year the recording begins in: at the end of its retention all recordings of the
 * year go with it. Made by whoever needs it first; a year whose key was destroyed stays closed.
 */
async function currentRecipient(parts: RecordingKeysParts, tenantId: Uuid) {
  const period = String(new Date(parts.clock.now()).getUTCFullYear());
  const row = (await find(parts.sql, tenantId, period)) ?? (await make(parts, tenantId, period));
  if (row === null || row['destroyed_at'] !== null) {
    throw new ConsentryError('key_missing', `the recording key of ${period} was destroyed`);
  }
  return { keyId: row['id'] as Uuid, recipient: row['recipient'] as string };
}

async function find(sql: Sql, tenantId: Uuid, period: string) {
  const [row] = await sql`
    select id, recipient, destroyed_at from l1_key
    where tenant_id = ${tenantId} and period = ${period}`;
  return row ?? null;
}

/** Of two that make the key at once one wins, and both use that one. */
async function make(parts: RecordingKeysParts, tenantId: Uuid, period: string) {
  const { sql, keys } = parts;
  const id = parts.random.uuid();
  const made = await parts.newIdentity();
  const wrapped = await keys.wrap(Buffer.from(made.identity, 'utf8'), identityContext(id));
  await sql`
    insert into l1_key (id, tenant_id, period, recipient, identity_wrapped, kek_id)
    values (${id}, ${tenantId}, ${period}, ${made.recipient}, ${Buffer.from(wrapped)},
      ${keys.keyId()})
    on conflict (tenant_id, period) do nothing`;
  return find(sql, tenantId, period);
}

async function identity({ sql, keys }: RecordingKeysParts, keyId: Uuid): Promise<string> {
  const [row] = await sql`select identity_wrapped from l1_key where id = ${keyId}`;
  const wrapped = row?.['identity_wrapped'] as Buffer | null | undefined;
  if (wrapped === null || wrapped === undefined) {
    throw new ConsentryError('key_missing', 'the recording key of that period was destroyed');
  }
  return Buffer.from(await keys.unwrap(wrapped, identityContext(keyId))).toString('utf8');
}
