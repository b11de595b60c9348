/**
 * The tenant's own list, in Postgres.
 *
 * A reader of the stream must not go by `seq` alone: numbers are drawn before transactions commit,
 * so a lower one can appear after a higher one was read, and would never be looked for again (with
 * eight writers one change in seven is lost that way). A reader goes by (xid, seq), and only up to
 * the oldest transaction that is still running: below it nothing can appear any more.
 */
import type { Row, Sql, TransactionSql } from 'postgres';
import type { Tenant } from '../../app/call-ports.ts';
import type {
  Listed,
  ListingWanted,
  OwnListStore,
  PutOptions,
  StreamNews,
  StreamPlace,
} from '../../app/own-list-ports.ts';
import type { PreparedEntry } from '../../app/ports.ts';
import { textSources } from '../../core/suppression/lifting.ts';
import {
  type Channel,
  type ListingReason,
  type ListingScope,
  type OwnChange,
  theirWords,
} from '../../core/suppression/own-change.ts';
import type { Instant, Uuid } from '../../core/words.ts';
import { numberLock } from './contacts.ts';
import { prefixLock, revokePermits, tokensOf } from './permits.ts';

const notices = 'consentry_listing';
const beginning: StreamPlace = { xid: '0', seq: 0 };

/** What stood by our word and was asked for by text too: the carrier's own word does not lift it. */
const firmText = 'list-and-text';
const again = 'import-again';

/** What the sealed number of a listing is bound to. */
export const numberContext = (token: Buffer): string => `listing/${token.toString('hex')}`;

/** Ways that the carrier's own word may lift again: see `lifting.ts`. */
const byText = `'{${textSources.join(',')}}'::text[]`;
const staysFirm = `old.listed and excluded.listed and old.source <> all (${byText})
        and excluded.source = any (${byText})`;
/** Their own word where only ours stood: undoing an import or a decision does not take it back. */
const nowTheirWord = `old.listed and excluded.listed and old.reason in ('import', 'policy')
        and excluded.reason not in ('import', 'policy')`;
/** When the person said it last. */
const askedLast = 'greatest(old.since, old.last_asked)';
/** What somebody says themselves; the others are our own. */
const isTheirWord = (row: string): string =>
  `${row}.reason = any ('{${[...theirWords].join(',')}}'::text[])`;
/** What was listed only until a day that has passed stands no more: this begins anew. */
const stood = `(old.listed and (old.until is null or old.until > excluded.since))`;
/**
 * Two of ours stand behind it, an import among them: to undo one of them, import or decision, does
 * not take it away.
 */
const broughtAgain = `${stood} and excluded.listed
        and old.reason in ('import', 'policy') and excluded.reason in ('import', 'policy')
        and 'import' in (old.reason, excluded.reason)
        and old.source <> excluded.source and old.source <> '${again}'`;

/** An import over their own word leaves the word as it is, and may make it last, and certain. */
const theirWordStays = `${stood} and excluded.listed and excluded.reason = 'import'
        and old.reason not in ('import', 'policy')`;
/** As certain as what is wanted, and for as long. */
const standsAsLong = `(old.listed and not old.provisional
        and (old.until is null or coalesce(old.until >= excluded.until, false)))`;

/**
 * The row of `listing` is locked first, and the number of the change drawn under the lock: for one
 * key the order of `seq` is the order of commits. Nothing is written if it is so already.
 */
const putListing = `
  with kept as (
    insert into listing as old (tenant_id, token, channel, scope, number_sealed, listed,
      provisional, reason, source, by, until, since, seq, entry_id)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
      nextval('listing_event_seq_seq'), $13)
    on conflict (tenant_id, token, channel, scope) do update set
      listed = excluded.listed,
      provisional = excluded.provisional and (old.provisional or not old.listed),
      until = case when not (old.listed and excluded.listed) then excluded.until
        when old.until is not null and excluded.until is not null
        then greatest(old.until, excluded.until) end,
      reason = case when ${nowTheirWord} then excluded.reason when ${broughtAgain} then 'import'
        when ${staysFirm} or ${theirWordStays} then old.reason else excluded.reason end,
      source = case when ${nowTheirWord} and excluded.source = any (${byText})
        then '${firmText}' when ${broughtAgain} then '${again}'
        when ${theirWordStays} and old.source = any (${byText}) then '${firmText}'
        when ${staysFirm} or ${theirWordStays} then old.source else excluded.source end,
      by = case when ${staysFirm} or ${theirWordStays} then old.by else excluded.by end,
      since = case when ${stood} and excluded.listed then old.since else excluded.since end,
      last_asked = case when not (${stood} and excluded.listed) then null
        when ${isTheirWord('excluded')} then greatest(old.last_asked, $31::timestamptz)
        else old.last_asked end,
      first_seq = null,
      seq = nextval('listing_event_seq_seq'),
      entry_id = case when ${theirWordStays} then old.entry_id else excluded.entry_id end
    where ($20::boolean is null or old.provisional = $20)
      and ($21::text[] is null or old.source = any ($21))
      and ($22::timestamptz is null or ${askedLast} < $22)
      and ($29::text[] is null or old.reason = any ($29))
      and ($28::boolean is null or old.listed = $28 or ${broughtAgain})
      and (not coalesce($30::boolean, false) or not ${standsAsLong} or ${broughtAgain})
      and (old.listed <> excluded.listed
      or excluded.listed and old.provisional and not excluded.provisional
      or excluded.listed and old.source = any (${byText}) and excluded.source <> all (${byText})
        and not excluded.provisional
      or ${nowTheirWord} or ${broughtAgain}
      or excluded.listed and old.until is distinct from excluded.until
        and (excluded.until is null or old.until < excluded.until))
    returning *
  ),
  opened as (
    insert into stop_review (id, tenant_id, token, person_id, scope, source, note_sealed, at)
    select $23, tenant_id, token, $24, scope, source, $25, $12 from kept
    where provisional and $23::uuid is not null
    on conflict (tenant_id, token, scope) where state = 'open' do nothing
  ),
  outbox as (
    insert into carrier_consent as told (tenant_id, token, number_sealed, seq, listed, source, at,
      heard_on, due_at)
    select tenant_id, token, number_sealed, seq, listed, source, $12, $26::bytea, $12 from kept
    where channel = 'text' and scope = 'all' and not provisional and $19::bigint is null
    on conflict (tenant_id, token) do update set
      number_sealed = excluded.number_sealed, seq = excluded.seq, listed = excluded.listed,
      source = excluded.source, at = excluded.at, heard_on = excluded.heard_on,
      refused = null, attempts = 0, due_at = excluded.due_at
    where told.seq < excluded.seq
  ),
  revoked as (${revokePermits}),
  told as (
    insert into listing_event (seq, tenant_id, token, channel, scope, number_sealed, listed,
      provisional, reason, until, at)
    select seq, tenant_id, token, channel, scope, number_sealed, listed, provisional, reason,
      until, $12 from kept
    returning seq
  ),
  added as (
    insert into entry (id, tenant_id, kind, purpose, at, opening, person_id)
    select $13, $1, $14, $15, $12, $16, $17 from kept where $13::uuid is not null
    returning id
  ),
  queued as (
    insert into ledger_queue (entry_id, leaf) select id, $18 from added
  )
  select kept.seq::float8 as seq, kept.reason, kept.provisional, kept.until,
    pg_notify('${notices}', '') as woken,
    pg_advisory_xact_lock(coalesce($19::bigint, $27::bigint))::text as waited
  from kept`;

/**
 * The same word once more, of a listing that stays as it is: only when it was said last changes, and
 * never backwards. Whatever a permission of before it allowed is not allowed any more.
 */
const repeatWord = `
  with kept as (
    update listing as old set last_asked = $5, first_seq = coalesce(old.first_seq, old.seq),
      seq = nextval('listing_event_seq_seq')
    where tenant_id = $1 and token = $2 and channel = $3 and scope = $4
      and listed and (until is null or until > $5) and ${isTheirWord('old')}
      and ${askedLast} < $5
    returning *
  ),
  revoked as (${revokePermits}),
  told as (
    insert into listing_event (seq, tenant_id, token, channel, scope, number_sealed, listed,
      provisional, reason, until, at, repeats)
    select seq, tenant_id, token, channel, scope, number_sealed, listed, provisional, reason,
      until, last_asked, first_seq from kept
    returning seq
  )
  select kept.seq::float8 as seq, kept.reason, kept.provisional, kept.until,
    pg_notify('${notices}', '') as woken,
    pg_advisory_xact_lock(coalesce($6::bigint, $7::bigint))::text as waited
  from kept`;

export function createOwnList(sql: Sql, tenant: Tenant): OwnListStore {
  const { cipher } = tenant;
  const changeOf = (row: Row): OwnChange => openChange(cipher, row);

  async function write(
    wanted: ListingWanted,
    entry: PreparedEntry | null,
    { review, guard, heardOn = null }: PutOptions,
  ): Promise<Row | undefined> {
    const token = cipher.token(wanted.number);
    const sealed = cipher.seal(null, numberContext(token), Buffer.from(wanted.number));
    const rows = await sql.unsafe(
      putListing,
      [
        tenant.id,
        token,
        wanted.channel,
        wanted.scope,
        sealed,
        wanted.listed,
        wanted.provisional,
        wanted.reason,
        wanted.source,
        wanted.by,
        wanted.until === null ? null : new Date(wanted.until),
        new Date(wanted.at),
        entry?.id ?? null,
        entry?.kind ?? null,
        entry?.purpose ?? null,
        entry?.openingSealed ?? null,
        entry?.personId ?? null,
        entry?.leaf ?? null,
        // Permits of a prefix's numbers are not known by it: who places a call is waited for.
        wanted.number.endsWith('*') ? prefixLock(tenant.id) : null,
        guard?.provisional ?? null,
        guard?.sources === undefined ? null : [...guard.sources],
        guard?.before === undefined ? null : new Date(guard.before),
        review?.id ?? null,
        review?.personId ?? null,
        review?.noteSealed ?? null,
        heardOn === null ? null : cipher.token(heardOn),
        // Who contacts the number at this moment has begun before, or sees this.
        numberLock(token),
        guard?.listed ?? null,
        guard?.reasons === undefined ? null : [...guard.reasons],
        guard?.standsLess ?? null,
        new Date(wanted.saidAt ?? wanted.at),
      ],
      { prepare: true },
    );
    return rows[0];
  }

  async function repeat({ number, channel, scope, at, saidAt = at }: ListingWanted) {
    const token = cipher.token(number);
    const rows = await sql.unsafe(
      repeatWord,
      [
        tenant.id,
        token,
        channel,
        scope,
        new Date(saidAt),
        number.endsWith('*') ? prefixLock(tenant.id) : null,
        numberLock(token),
      ],
      { prepare: true },
    );
    return rows[0];
  }

  return {
    async put(wanted, entry, options = {}) {
      const { number, channel, scope, listed, at, saidAt = at } = wanted;
      const made = (row: Row, at: Instant): OwnChange => {
        const { seq, reason, provisional } = row;
        const until = instantOf(row['until']);
        return { seq, number, channel, scope, listed, provisional, reason, until, at };
      };
      const row = await write(wanted, entry, options);
      if (row !== undefined) return made(row, at);
      // A guard is about something else than the person's word of now.
      if (options.guard !== undefined || !listed || !theirWords.has(wanted.reason)) return null;
      const repeated = await repeat(wanted);
      if (repeated !== undefined) return made(repeated, saidAt);
      // It may have been lifted between the two.
      const again = await write(wanted, entry, options);
      return again === undefined ? null : made(again, at);
    },

    async find(number) {
      const rows = await sql`
        select *, seq::float8 as seq, since as at from listing
        where tenant_id = ${tenant.id} and token = ${cipher.token(number)}
        order by channel, scope`;
      return rows.map((row) => listedOf(cipher, row));
    },

    news: (after, limit) => newsOf(sql, tenant, after, limit),

    async changesOf(number, upTo) {
      const tokens = tokensOf(cipher, number);
      const rows = await sql`
        select *, seq::float8 as seq from listing_event
        where tenant_id = ${tenant.id} and seq <= ${upTo}
          and token = any (array(select decode(t, 'base64') from unnest(${tokens}::text[]) t))
        order by listing_event.seq`;
      return rows.map(changeOf);
    },

    async listen(wake) {
      const subscription = await sql.listen(notices, wake);
      return () => subscription.unlisten();
    },
  };
}

/** The stream, as a connection or a transaction sees it. */
export async function newsOf(
  sql: Sql | TransactionSql,
  tenant: Tenant,
  after: StreamPlace | null,
  limit: number,
): Promise<StreamNews> {
  const { xid, seq } = after ?? beginning;
  // One statement, so that the horizon and what lies below it are of one moment.
  const rows = await sql`
    select *, seq::float8 as seq, repeats::float8 as repeats, xid::text as xid,
      xid < pg_snapshot_xmin(pg_current_snapshot()) as confirmed
    from listing_event
    where (xid, seq) > (${xid}::xid8, ${seq}) and tenant_id = ${tenant.id}
    order by listing_event.xid, listing_event.seq limit ${limit}`;
  const changeOf = (row: Row): OwnChange => openChange(tenant.cipher, row);
  const confirmed = rows.filter((row) => row['confirmed'] === true);
  return {
    confirmed: confirmed.map(changeOf),
    place: placeOf(confirmed.at(-1)) ?? { xid, seq },
    early: rows.filter((row) => row['confirmed'] !== true).map(changeOf),
    rest: rows.length < limit ? null : placeOf(rows.at(-1)),
  };
}

function openChange(cipher: Tenant['cipher'], row: Row): OwnChange {
  const token = row['token'] as Buffer;
  const number = cipher.open(null, numberContext(token), row['number_sealed'] as Buffer);
  return {
    seq: row['seq'] as number,
    number: number.toString('utf8'),
    channel: row['channel'] as Channel,
    scope: row['scope'] as ListingScope,
    listed: row['listed'] as boolean,
    provisional: row['provisional'] as boolean,
    reason: row['reason'] as ListingReason,
    until: instantOf(row['until']),
    at: (row['at'] as Date).getTime(),
    ...(row['repeats'] != null && { repeats: row['repeats'] as number }),
  };
}

const placeOf = (row: Row | undefined): StreamPlace | null =>
  row === undefined ? null : { xid: row['xid'] as string, seq: row['seq'] as number };

/** A row of `listing`, with its `since` as `at` too. */
export function listedOf(cipher: Tenant['cipher'], row: Row): Listed {
  return {
    ...openChange(cipher, row),
    source: row['source'] as string,
    by: row['by'] as string,
    since: (row['since'] as Date).getTime(),
    askedAt: Math.max((row['since'] as Date).getTime(), instantOf(row['last_asked']) ?? 0),
    entryId: row['entry_id'] as Uuid | null,
  };
}

function instantOf(value: unknown): number | null {
  return value instanceof Date ? value.getTime() : null;
}
