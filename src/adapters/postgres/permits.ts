/**
 * Permits, in Postgres. Using one and listing its number exclude each other by the permit's row:
 * who lists a number revokes its open permits in the same transaction (`revokePermits`), and
 * whoever comes second sees what the first one did. A permit that was not yet there to be revoked
 * is caught by the look at the list in `consume`. A prefix revokes nothing, for its numbers are not
 * known by it: every look at the list looks for the beginnings of the number too.
 */
import { createHash } from 'node:crypto';
import type { Sql } from 'postgres';
import type { Tenant } from '../../app/call-ports.ts';
import type { PermitRefusal, PermitStore, PermitWanted } from '../../app/permit-ports.ts';
import { freeFrom } from '../../core/suppression/caps.ts';
import { prefixesOf } from '../../core/suppression/own-change.ts';
import type { Instant, Uuid } from '../../core/words.ts';

/** Attempts older than the longest cap of any rule (30 days in France) count for nothing. */
const keptDays = 31;

/** A number and every beginning of it, as listings are keyed; for `any (${listed})`. */
export const tokensOf = (cipher: Tenant['cipher'], number: string): string[] =>
  [number, ...prefixesOf(number)].map((one) => cipher.token(one).toString('base64'));

/** Held alone by who lists a prefix, and shared by whoever places a call; a `bigint`, decimal. */
export const prefixLock = (tenantId: Uuid): string =>
  createHash('sha256').update(`prefixes/${tenantId}`).digest().readBigInt64BE().toString();

/** A condition: a listing's scope is one of those that concern a contact (`concerns` of the core). */
export const concerns = (scope: string, scopes: string): string =>
  `(${scope} = any (${scopes}) or split_part(${scope}, ':', 1) || ':*' = any (${scopes}))`;

/** For the statement that lists a number: `kept` is its row. A lifted listing revokes nothing. */
export const revokePermits = `
  update permit set revoked_at = greatest(kept.since, kept.last_asked) from kept
  where kept.listed and permit.tenant_id = kept.tenant_id and permit.token = kept.token
    and (permit.channel = kept.channel or kept.provisional)
    and ${concerns('kept.scope', 'permit.scopes')}
    and permit.consumed_at is null and permit.revoked_at is null`;

/**
 * The row of the counts is locked by its update, so its condition is about the newest version:
 * under a cap of three, of ten at once three are made. What other subjects count is read from rows
 * that are not locked, so a cap of the number in all is taken under a lock of the number.
 */
const makePermit = `
  with cap as (
    select * from unnest($10::int[], $11::float8[], $20::text[]) as c(most, ms, per)
  ),
  no as (
    select 1 from listing
    where tenant_id = $2
      and token = any (array(select decode(t, 'base64') from unnest($19::text[]) t))
      and (channel = $4 or provisional) and ${concerns('scope', '$6')}
      and listed and (until is null or until > $8)
    limit 1
  ),
  others as (
    select a from contact_count c, unnest(c.attempts) a
    where c.tenant_id = $2 and c.token = $3 and c.subject <> $12
  ),
  full_up as (
    select from cap where per = 'number' and most <= (
      select count(*) from others where a > $8 - make_interval(secs => ms / 1000))
  ),
  reserved as (
    insert into contact_count as old (tenant_id, token, subject, attempts)
    select $2, $3, $12, array[$8::timestamptz]
    where not exists (select from no) and not exists (select from full_up)
    on conflict (tenant_id, token, subject) do update set attempts =
      array(select a from unnest(old.attempts) a where a > $8 - interval '${keptDays} days') ||
        $8::timestamptz
    where not exists (
      select from cap where most <= (
        select count(*) from unnest(old.attempts) a
        where a > $8 - make_interval(secs => ms / 1000)) + case when per = 'number' then (
        select count(*) from others where a > $8 - make_interval(secs => ms / 1000)) else 0 end
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
    const rows = await sql`
      select subject, attempts from contact_count
      where tenant_id = ${tenant.id} and token = ${token}`;
    const attempts = rows.flatMap((row) =>
      (row['attempts'] as Date[]).map((time) => ({ at: time.getTime(), subject: row['subject'] })),
    );
    const ends = caps.map(({ max: attemptsMax, windowMs, per }) =>
      freeFrom({ attemptsMax, windowMs, per }, attempts, at, subject),
    );
    return Math.max(at, ...ends);
  }

  /** A statement's view is as old as its beginning, so the lock has to be had before it. */
  function locked<Result>(token: Buffer, run: (on: Sql) => Promise<Result>): Promise<Result> {
    return sql.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock(${token.readBigInt64BE().toString()}::bigint)`;
      return run(tx as unknown as Sql);
    }) as Promise<Result>;
  }

  const rowOf = (wanted: PermitWanted, token: Buffer) => {
    const { entry, caps } = wanted;
    return [
      wanted.id,
      tenant.id,
      token,
      wanted.channel,
      wanted.purpose,
      [...wanted.scopes],
      entry?.id ?? null,
      new Date(wanted.at),
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
      tokensOf(cipher, wanted.number),
      caps.map(({ per }) => per),
    ];
  };

  return {
    async make(wanted) {
      const token = cipher.token(wanted.number);
      const make = (on: Sql) => on.unsafe(makePermit, rowOf(wanted, token), { prepare: true });
      const isByNumber = wanted.caps.some(({ per }) => per === 'number');
      const [row] = await (isByNumber ? locked(token, make) : make(sql));
      if (row?.['made'] === true) return { is: 'made' };
      if (row?.['listed'] === true) return { is: 'listed' };
      return { is: 'capped', freeAt: await freeAt(token, wanted) };
    },

    async personOf(id) {
      const [row] = await sql`
        select entry.person_id from permit join entry on entry.id = permit.entry_id
        where permit.id = ${id} and permit.tenant_id = ${tenant.id}`;
      return (row?.['person_id'] as Uuid | null | undefined) ?? null;
    },

    async consume(id, number, by, at) {
      const token = cipher.token(number);
      const now = new Date(at);
      const used = await sql`
        update permit set consumed_at = ${now}, consumed_by = ${by}
        where id = ${id} and tenant_id = ${tenant.id}
          and consumed_at is null and revoked_at is null and not_after > ${now}
          and token = ${token}
          and not exists (
            select from listing l
            where l.tenant_id = permit.tenant_id
              and l.token = any (array(
                select decode(t, 'base64') from unnest(${tokensOf(cipher, number)}::text[]) t))
              and (l.channel = permit.channel or l.provisional)
              and ${sql.unsafe(concerns('l.scope', 'permit.scopes'))}
              and l.listed and (l.until is null or l.until > ${now}))
        returning id`;
      if (used.length === 1) return null;
      const [row] = await sql`
        select consumed_at is not null as used, not_after <= ${now} as expired,
          token <> ${token} as other
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
