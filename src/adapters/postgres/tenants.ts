/** Tenants and their keys. The first start makes the default tenant. */
import type { Sql } from 'postgres';
import type { KeyProvider, Random } from '../../app/ports.ts';
import { assert } from '../../core/error.ts';
import type { Uuid } from '../../core/words.ts';

/** Calls to lines that nobody configured belong here. */
export const defaultTenantName = 'default';

export interface TenantKeys {
  readonly id: Uuid;
  /** 16 bytes, hexadecimal. */
  readonly pseudonym: string;
  readonly dataKey: Buffer;
  readonly tokenKey: Buffer;
}

export const dataContext = (id: Uuid): string => `tenant/${id}/data`;
export const tokenContext = (id: Uuid): string => `tenant/${id}/token`;

/** Finds or makes the default tenant and unwraps its keys. @throws `key_missing` */
export async function openDefaultTenant(
  sql: Sql,
  keys: KeyProvider,
  random: Random,
): Promise<TenantKeys> {
  if ((await find(sql)) === undefined) await make(sql, keys, random);
  const row = await find(sql);
  assert(row !== undefined, 'the default tenant exists');
  const tenantId = row['id'] as Uuid;
  return {
    id: tenantId,
    pseudonym: (row['pseudonym'] as Buffer).toString('hex'),
    dataKey: Buffer.from(
      await keys.unwrap(row['data_key_wrapped'] as Buffer, dataContext(tenantId)),
    ),
    tokenKey: Buffer.from(
      await keys.unwrap(row['token_key_wrapped'] as Buffer, tokenContext(tenantId)),
    ),
  };
}

async function find(sql: Sql) {
  const [row] = await sql`
    select id, pseudonym, data_key_wrapped, token_key_wrapped from tenant
    where name = ${defaultTenantName}`;
  return row;
}

async function make(sql: Sql, keys: KeyProvider, random: Random): Promise<void> {
  const id = random.uuid();
  const dataWrapped = await keys.wrap(random.bytes(32), dataContext(id));
  const tokenWrapped = await keys.wrap(random.bytes(32), tokenContext(id));
  await sql.begin(async (tx) => {
    await tx`lock table tenant in share row exclusive mode`; // two first starts at once make one tenant
    const [existing] = await tx`select id from tenant where name = ${defaultTenantName}`;
    if (existing !== undefined) return;
    await tx`
      insert into tenant (id, name, pseudonym, data_key_wrapped, token_key_wrapped, kek_id)
      values (${id}, ${defaultTenantName}, ${Buffer.from(random.bytes(16))}, ${Buffer.from(dataWrapped)},
        ${Buffer.from(tokenWrapped)}, ${keys.keyId()})`;
  });
}
