/** Erasures in Postgres: what is done of each step, and how it is looked at again. */
import type { Row, Sql } from 'postgres';
import type { Tenant } from '../../app/call-ports.ts';
import type { ErasureRun, ErasureStep, ErasureStore } from '../../app/erase-person.ts';
import type { Uuid } from '../../core/words.ts';
import { addEntry } from './entries.ts';
import { erasureSteps } from './erasure-steps.ts';
import { createHolds } from './holds.ts';
import { forgetLiveNumber, liveNumbers, liveNumbersLeft } from './live-numbers.ts';
import { rowsOf } from './recordings.ts';

const keyGone = { step: 'key and number', found: 'gone' };

export function createErasures(sql: Sql, tenant: Tenant): ErasureStore {
  const byName = new Map(erasureSteps.map((step) => [step.name, step]));
  // Whoever calls after their key is gone is somebody new, with another key.
  const isKeyGone = () => sql`old.steps @> ${sql.json([keyGone])}::jsonb`;
  const textOf = (name: string, part: 'act' | 'left'): string => byName.get(name)?.[part] ?? '';

  return {
    steps: [liveNumbers, ...erasureSteps.map(({ name }) => name)],
    blinding: new Set(erasureSteps.filter(({ blinding }) => blinding).map(({ name }) => name)),
    async last(personId) {
      const [row] = await sql`
        select erasure.*, person.token from erasure join person on person.id = erasure.person_id
        where person_id = ${personId} and erasure.tenant_id = ${tenant.id} and proved
          and person.key_wrapped is null and finished_at is not null
        order by finished_at desc limit 1`;
      if (row === undefined) return null;
      return {
        ...runOf(row),
        proved: true,
        finishedAt: (row['finished_at'] as Date).getTime(),
        receiptId: row['entry_id'] as Uuid,
      };
    },
    async isOnCall(personId) {
      const rows = await sql`
        select from call where ended_at is null and id in (
          select call_id from leg where person_id = ${personId}
          union select call_id from dial where person_id = ${personId}
          union select call_id from leg_invite where person_id = ${personId}) limit 1`;
      return rows.length > 0;
    },
    async hasOtherCalls(id) {
      const rows = await sql`
        select from erasure, lateral (
          select party_id, call_sid from leg where person_id = erasure.person_id
          union select party_id, call_sid from dial where person_id = erasure.person_id
          union select party_id, call_sid from leg_invite where person_id = erasure.person_id) own
        where erasure.id = ${id} and not (erasure.steps @> ${sql.json([keyGone])}::jsonb)
          and (party_id <> all (parties) or call_sid <> all (call_sids)) limit 1`;
      return rows.length > 0;
    },
    holds: (personId) => createHolds(sql, tenant).onPerson(personId),
    async take({ id, personId, by, at, until }) {
      const [row] = await sql`
        with linked as (
          select call_id, party_id, call_sid from leg where person_id = ${personId}
          union select call_id, party_id, call_sid from dial where person_id = ${personId}
          union select call_id, party_id, call_sid from leg_invite where person_id = ${personId}
        ),
        own as (
          select party_id, call_sid from linked left join call on call.id = linked.call_id
          where call.id is null or call.ended_at is not null or not exists (
            select from erasure where person_id = ${personId} and finished_at is null)
        ),
        former as (
          select parties, call_sids, message_sids from erasure where person_id = ${personId}
        ),
        taken as (
          insert into erasure as old
            (id, tenant_id, person_id, by, started_at, taken_until, parties, call_sids,
              message_sids)
          values (${id}, ${tenant.id}, ${personId}, ${by}, ${new Date(at)}, ${new Date(until)},
            array(select party_id from own union select unnest(parties) from former),
            array(select call_sid from own where call_sid is not null
              union select unnest(call_sids) from former),
            array(select message_sid from text_message
                where sender = (select token from person where id = ${personId})
              union select unnest(message_sids) from former))
          on conflict (tenant_id, person_id) where finished_at is null do update
            set taken_until = ${new Date(until)},
              parties = case when ${isKeyGone()} then old.parties else excluded.parties end,
              call_sids = case when ${isKeyGone()} then old.call_sids else excluded.call_sids end,
              message_sids =
                case when ${isKeyGone()} then old.message_sids else excluded.message_sids end,
              steps = case when ${isKeyGone()} or (excluded.parties <@ old.parties
                  and excluded.call_sids <@ old.call_sids
                  and excluded.message_sids <@ old.message_sids)
                then old.steps else '[]' end
            where old.taken_until is null or old.taken_until <= ${new Date(at)}
          returning *
        )
        select taken.*, person.token from taken join person on person.id = taken.person_id`;
      return row === undefined ? null : runOf(row);
    },
    async release(id) {
      await sql`update erasure set taken_until = null where id = ${id}`;
    },
    async keyOf(personId) {
      const [row] = await sql`
        select encode(token, 'hex') as token, encode(sha256(key_wrapped), 'hex') as key
        from person where id = ${personId} and key_wrapped is not null`;
      return row === undefined
        ? null
        : { token: row['token'] as string, keySha256: row['key'] as string };
    },
    recordings: async (id) =>
      rowsOf(
        await sql`
        select recording.* from recording, erasure
        where erasure.id = ${id} and recording.party_id = any (erasure.parties)`,
      ),
    async atCarrier(id) {
      const [row] = await sql`select call_sids, message_sids from erasure where id = ${id}`;
      return {
        callSids: (row?.['call_sids'] ?? []) as string[],
        messageSids: (row?.['message_sids'] ?? []) as string[],
      };
    },
    async act(step, id) {
      if (step === liveNumbers) await forgetLiveNumber(sql, tenant, id);
      else await sql.unsafe(textOf(step, 'act'), [id]);
    },
    async left(step, id) {
      if (step === liveNumbers) return liveNumbersLeft(sql, tenant, id);
      const [row] = await sql.unsafe(`select (${textOf(step, 'left')})::int as count`, [id]);
      return row?.['count'] as number;
    },
    async note(id, { step, found, left }) {
      const noted = sql.json([{ step, found, left }]);
      await sql`
        update erasure set steps = (
          select coalesce(jsonb_agg(one), '[]') from jsonb_array_elements(steps) one
          where one ->> 'step' <> ${step}) || ${noted}::jsonb
        where id = ${id}`;
    },
    async finish(id, entry, proved, at) {
      await sql.begin(async (tx) => {
        const rows = await tx`
          update erasure set finished_at = ${new Date(at)}, proved = ${proved}, taken_until = null,
            entry_id = ${entry.id},
            parties = case when ${proved} then '{}' else parties end,
            call_sids = case when ${proved} then '{}' else call_sids end,
            message_sids = case when ${proved} then '{}' else message_sids end
          where id = ${id} and finished_at is null returning id`;
        if (rows.length === 1) await addEntry(tx, entry);
      });
    },
    async open(at, limit) {
      const rows = await sql`
        select person_id, by from erasure
        where tenant_id = ${tenant.id} and finished_at is null
          and (taken_until is null or taken_until <= ${new Date(at)})
        order by started_at limit ${limit}`;
      return rows.map((row) => ({ personId: row['person_id'] as Uuid, by: row['by'] as string }));
    },
    async back(erased) {
      if (erased.length === 0) return [];
      const rows = await sql`
        select person.id from person
        join unnest(${erased.map(({ token }) => token)}::text[],
          ${erased.map(({ keySha256 }) => keySha256)}::text[]) as gone (token, key)
          on person.token = decode(gone.token, 'hex')
        where person.tenant_id = ${tenant.id} and person.key_wrapped is not null
          and encode(sha256(person.key_wrapped), 'hex') = gone.key`;
      return rows.map((row) => row['id'] as Uuid);
    },
  };
}

function runOf(row: Row): ErasureRun {
  return {
    id: row['id'] as Uuid,
    personId: row['person_id'] as Uuid,
    token: (row['token'] as Buffer).toString('hex'),
    by: row['by'] as string,
    steps: row['steps'] as readonly ErasureStep[],
  };
}
