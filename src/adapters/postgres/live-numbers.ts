/** Takes the number of somebody who is erased out of every live batch. */
import type { Sql } from 'postgres';
import type { Tenant } from '../../app/call-ports.ts';
import { bucketOf, linesOf, NumberTokens, without } from '../../core/suppression/number-tokens.ts';
import type { Uuid } from '../../core/words.ts';
import { batchKeyContext } from './batches.ts';
import { numberContext } from './people.ts';

/** The step of an erasure; before that of the key, without which nobody knows whose it is. */
export const liveNumbers = 'live batches';

interface Found {
  readonly batchId: Uuid;
  readonly bucket: number;
  readonly part: number;
  readonly entries: Buffer;
  readonly token: Buffer;
}

export async function forgetLiveNumber(sql: Sql, tenant: Tenant, erasure: Uuid): Promise<void> {
  for (const { batchId, bucket, part, entries, token } of await pagesOf(sql, tenant, erasure)) {
    await sql`
      update batch_page set entries = ${without(entries, token)}
      where batch_id = ${batchId} and bucket = ${bucket} and part = ${part}`;
  }
}

/** How many pages of live batches still have the number. */
export const liveNumbersLeft = async (sql: Sql, tenant: Tenant, erasure: Uuid): Promise<number> =>
  (await pagesOf(sql, tenant, erasure)).length;

async function pagesOf(sql: Sql, tenant: Tenant, erasure: Uuid): Promise<readonly Found[]> {
  const number = await numberOf(sql, tenant, erasure);
  if (number === null) return [];
  const batches = await sql`
    select id, key_sealed from screening_batch
    where tenant_id = ${tenant.id} and key_sealed is not null`;
  const found: Found[] = [];
  for (const { id, key_sealed: sealed } of batches) {
    const key = tenant.cipher.open(null, batchKeyContext(id), sealed as Buffer);
    const token = new NumberTokens(key).token(number);
    const rows = await sql`
      select bucket, part, entries from batch_page
      where batch_id = ${id} and bucket = ${bucketOf(token)}`;
    for (const { bucket, part, entries } of rows) {
      if (linesOf(entries, token).length === 0) continue;
      found.push({ batchId: id, bucket, part, entries, token });
    }
  }
  return found;
}

/** Null: the key is gone already, and this step was done before it went. */
async function numberOf(sql: Sql, { cipher }: Tenant, erasure: Uuid): Promise<string | null> {
  const [row] = await sql`
    select person.id, key_wrapped, number_sealed from person
    join erasure on erasure.person_id = person.id where erasure.id = ${erasure}`;
  const [wrapped, sealed] = [row?.['key_wrapped'], row?.['number_sealed']];
  if (row === undefined || !(wrapped instanceof Buffer) || !(sealed instanceof Buffer)) return null;
  const key = cipher.unwrapPersonKey(wrapped);
  return cipher.open(key, numberContext(row['id'] as Uuid), sealed).toString('utf8');
}
