/**
 * Permits, in Postgres. Using one and listing its number exclude each other by the permit's row:
 * who lists a number revokes its open permits in the same transaction (`revokePermits`), and
 * whoever comes second sees what the first one did. A permit that was not yet there to be revoked
 * is caught by the look at the list in `consume`.
 */
import type { Sql } from 'postgres';
import type { Tenant } from '../../app/call-ports.ts';
import type { PermitRefusal, PermitStore, PermitWanted } from '../../app/permit-ports.ts';
import type { Instant } from '../../core/words.ts';

/** Attempts older than the longest cap of any rule (30 days in France) count for nothing. */
const keptDays = 31;

/** For the statement that lists a number: `kept` is its row. A lifted listing revokes nothing. */
export const revokePermits = `
  update permit set revoked_at = kept.since from kept
  where kept.listed and permit.tenant_id = kept.tenant_id and permit.token = kept.token
    and permit.channel = kept.channel and kept.scope = any (permit.scopes)
    and permit.consumed_at is null and permit.revoked_at is null`;

/**
 * The row of the counts is locked by its update, so its condition is about the newest version:
 * under a cap of three, of ten at once three are made.
 */
const makePermit = `
  with cap as (select * from unnest($10::int[], $11::float8[]) as c(most, ms)),
  no as (
    select 1 from listing
    where tenant_id = $2 and token = $3 and channel = $4 and scope = any ($6)
      and listed and (until is null or until > $8)
    limit 1
  ),
  reserved as (
    insert into contact_count as old (tenant_id, token, subject, attempts)
    select $2, $3, $12, array[$8::timestamptz] where not exists (select from no)
    on conflict (tenant_id, token, subject) do update set attempts =
      array(select a from unnest(old.attempts) a where a > $8 - interval '${keptDays} days') ||
        $8::timestamptz
    where not exists (
      select from cap where most <= (
        select count(*) from unnest(old.attempts) a
        where a > $8 - make_interval(secs => ms / 1000))
    )
    returning 1
  ),
  made as (
    insert into permit
      (id, tenant_id, token, channel, purpose, scopes, made_at, not_after, entry_id)
    select $1, $2, $3, $4, $5, $6, $8, $9, $7 from reserved
    returning id
  ),
  added as (
    insert into entry (id, tenant_id, call_id, kind, purpose, at, opening, person_id)
    select $7, $2, $18, $13, $14, $8, $15, $16 from made where $7::uuid is not null
    returning id
  ),
  queued as (
    insert into ledger_queue (entry_id, leaf) select id, $17 from added
  )
  select exists (select from made) as made, exists (select from no) as listed`;

export function createPermits(sql: Sql, tenant: Tenant): PermitStore {
  const { cipher } = tenant;

  /** When one more contact would be within every cap again. */
  async function freeAt(token: Buffer, { subject, caps, at }: PermitWanted): Promise<Instant> {
    const [row] = await sql`
      select attempts from contact_count
      where tenant_id = ${tenant.id} and token = ${token} and subject = ${subject}`;
    const times = ((row?.['attempts'] ?? []) as Date[]).map((time) => time.getTime());
    const newestFirst = times.sort((a, b) => b - a);
    const ends = caps.map(({ max, windowMs }) => (newestFirst[max - 1] ?? -Infinity) + windowMs);
    return Math.max(at, ...ends);
  }

  return {
    async make(wanted) {
      const token = cipher.token(wanted.number);
      const { entry, caps, at } = wanted;
      const [row] = await sql.unsafe(
        makePermit,
        [
          wanted.id,
          tenant.id,
          token,
          wanted.channel,
          wanted.purpose,
          [...wanted.scopes],
          entry?.id ?? null,
          new Date(at),
          new Date(wanted.notAfter),
          caps.map(({ max }) => max),
          caps.map(({ windowMs }) => windowMs),
          wanted.subject,
          entry?.kind ?? null,
          entry?.purpose ?? null,
          entry?.openingSealed ?? null,
          entry?.personId ?? null,
          entry?.leaf ?? null,
          entry?.callId ?? null,
        ],
        { prepare: true },
      );
      if (row?.['made'] === true) return { is: 'made' };
      if (row?.['listed'] === true) return { is: 'listed' };
      return { is: 'capped', freeAt: await freeAt(token, wanted) };
    },

    async consume(id, number, by, at) {
      const token = number === null ? null : cipher.token(number);
      const now = new Date(at);
      const used = await sql`
        update permit set consumed_at = ${now}, consumed_by = ${by}
        where id = ${id} and tenant_id = ${tenant.id}
          and consumed_at is null and revoked_at is null and not_after > ${now}
          and (${token}::bytea is null or token = ${token})
          and not exists (
            select from listing l
            where l.tenant_id = permit.tenant_id and l.token = permit.token
              and l.channel = permit.channel and l.scope = any (permit.scopes)
              and l.listed and (l.until is null or l.until > ${now}))
        returning id`;
      if (used.length === 1) return null;
      const [row] = await sql`
        select consumed_at is not null as used, not_after <= ${now} as expired,
          ${token}::bytea is not null and token <> ${token} as other
        from permit where id = ${id} and tenant_id = ${tenant.id}`;
      if (row === undefined) return 'unknown';
      const reasons: readonly [boolean, PermitRefusal][] = [
        [row['other'] === true, 'other-number'],
        [row['used'] === true, 'used'],
        [row['expired'] === true, 'expired'],
      ];
      return reasons.find(([holds]) => holds)?.[1] ?? 'listed';
    },
  };
}
