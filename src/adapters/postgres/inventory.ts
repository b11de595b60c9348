/** Counts what is held of a person: one statement, made from the register of personal data. */
import type { Sql } from 'postgres';
import type { Tenant } from '../../app/call-ports.ts';
import type { InventoryStore } from '../../app/inventory.ts';
import { register } from '../../core/retention/register.ts';
import type { Belonging } from '../../core/retention/register-shape.ts';
import type { Uuid } from '../../core/words.ts';

/** $1: the person's id, $2: the token of their number, $3: their token in the audit. */
const parties = `(select party_id from leg where person_id = $1
  union select party_id from dial where person_id = $1
  union select party_id from leg_invite where person_id = $1)`;
const rowsOf: Readonly<Record<Exclude<Belonging, 'none'>, string>> = {
  self: 'id = $1',
  person: 'person_id = $1',
  token: 'token = $2',
  tokens: 'tokens @> array[$2::bytea]',
  sender: 'sender = $2',
  leg: 'call_sid in (select call_sid from leg where person_id = $1)',
  party: `party_id in ${parties}`,
  recording: `recording_id in (select id from recording where party_id in ${parties})`,
  persons: 'persons @> array[$3::bytea]',
};

const counted = Object.entries(register)
  .flatMap(([place, { of }]) =>
    of === 'none'
      ? []
      : [`select '${place}' as place, count(*)::int as rows from ${place} where ${rowsOf[of]}`],
  )
  .join(' union all ');

export function createInventory(sql: Sql, tenant: Tenant): InventoryStore {
  return {
    async counts(personId: Uuid) {
      const [person] = await sql`
        select token, key_wrapped is null as erased from person
        where id = ${personId} and tenant_id = ${tenant.id}`;
      if (person === undefined) return null;
      const rows = await sql.unsafe(counted, [
        personId,
        person['token'] as Buffer,
        tenant.cipher.token(`person/${personId}`),
      ]);
      return {
        isErased: person['erased'] as boolean,
        rows: new Map(rows.map((row) => [row['place'] as string, row['rows'] as number])),
      };
    },
  };
}
