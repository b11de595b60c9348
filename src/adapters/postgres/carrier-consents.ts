/** What the carrier has to be told of opt-outs, in Postgres: one row a number, its newest state. */
import type { Sql } from 'postgres';
import type { Tenant } from '../../app/call-ports.ts';
import type { ConsentDue, ConsentQueue } from '../../app/consent-ports.ts';
import { numberContext } from './own-list.ts';

export function createCarrierConsents(sql: Sql, tenant: Tenant): ConsentQueue {
  const { cipher } = tenant;
  const tokenOf = ({ number }: ConsentDue): Buffer => cipher.token(number);
  return {
    async take(limit, leaseMs) {
      const rows = await sql`
        update carrier_consent set attempts = attempts + 1,
          leased_until = clock_timestamp() + make_interval(secs => ${leaseMs / 1_000})
        where tenant_id = ${tenant.id} and token in (
          select token from carrier_consent
          where tenant_id = ${tenant.id} and told_seq is distinct from seq
            and due_at <= clock_timestamp()
            and (leased_until is null or leased_until < clock_timestamp())
          order by due_at limit ${limit} for update skip locked)
        returning *, seq::float8 as seq`;
      return rows.map((row): ConsentDue => {
        const token = row['token'] as Buffer;
        const heardOn = row['heard_on'] as Buffer | null;
        const number = cipher.open(null, numberContext(token), row['number_sealed'] as Buffer);
        return {
          number: number.toString('utf8'),
          seq: row['seq'] as number,
          listed: row['listed'] as boolean,
          source: row['source'] as string,
          at: (row['at'] as Date).getTime(),
          attempts: (row['attempts'] as number) - 1,
          wasHeardOn: (line) => heardOn?.equals(cipher.token(line)) === true,
        };
      });
    },

    async told(due) {
      const token = tokenOf(due);
      const gone = await sql`
        delete from carrier_consent
        where tenant_id = ${tenant.id} and token = ${token} and seq = ${due.seq} returning token`;
      if (gone.length > 0) return;
      await sql`
        update carrier_consent set leased_until = null
        where tenant_id = ${tenant.id} and token = ${token}`;
    },

    async postpone(due, ms, refused) {
      // What has changed meanwhile is due as it was.
      await sql`
        update carrier_consent set leased_until = null,
          due_at = case when seq = ${due.seq}
            then clock_timestamp() + make_interval(secs => ${ms / 1_000}) else due_at end,
          refused = case when seq = ${due.seq} then ${refused === null ? null : String(refused)}
            else refused end
        where tenant_id = ${tenant.id} and token = ${tokenOf(due)}`;
    },
  };
}
