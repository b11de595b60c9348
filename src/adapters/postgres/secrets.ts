/** Secrets that every process of an installation shares, wrapped under the key-encryption key. */
import type { Sql } from 'postgres';
import type { KeyProvider } from '../../app/ports.ts';
import { assert } from '../../core/error.ts';

export const secretContext = (name: string): string => `secret/${name}`;

/** Finds the secret of that name, or makes it. Two first starts at once agree on one value. */
export async function sharedSecret(
  sql: Sql,
  keys: KeyProvider,
  name: string,
  make: () => Uint8Array,
): Promise<Buffer> {
  const context = secretContext(name);
  const find = async () => {
    const [row] = await sql`select wrapped from secret where name = ${name}`;
    return row === undefined ? null : (row['wrapped'] as Buffer);
  };
  let wrapped = await find();
  if (wrapped === null) {
    const fresh = Buffer.from(await keys.wrap(make(), context));
    await sql`
      insert into secret (name, wrapped, kek_id) values (${name}, ${fresh}, ${keys.keyId()})
      on conflict (name) do nothing`;
    wrapped = await find();
  }
  assert(wrapped !== null, 'a secret that was just made is there');
  return Buffer.from(await keys.unwrap(wrapped, context));
}
