/** Text messages in Postgres. */
import type { Sql } from 'postgres';
import type { TextStore } from '../../app/text-ports.ts';
import type { Uuid } from '../../core/words.ts';

export function createTextStore(sql: Sql): TextStore {
  return {
    async answered(messageSid) {
      const [row] = await sql`
        select reply from text_message where message_sid = ${messageSid}`;
      return row === undefined ? null : (row['reply'] as string);
    },

    answer: (row) =>
      sql.begin(async (tx) => {
        const { messageSid, tenantId, sender, words, silence, task } = row;
        const at = new Date(row.at);
        // Two messages of one person at once: only one of them is answered with words.
        await tx`select pg_advisory_xact_lock(hashtextextended(${sender?.toString('hex') ?? ''}, 0))`;
        // An opt-out is told by its beginning: whoever starts again and stops again makes another.
        const [stands] = await tx`
          select since from listing where tenant_id = ${tenantId} and token = ${sender}
            and channel = 'text' and scope = 'all' and listed`;
        const about = (stands?.['since'] as Date | undefined) ?? null;
        const [confirmed] = await tx`
          select from text_message where tenant_id = ${tenantId} and sender = ${sender}
            and has_words and about_since is not distinct from ${about}`;
        const speaks = words !== null && confirmed === undefined;
        const [added] = await tx`
          insert into text_message (message_sid, tenant_id, sender, meaning, has_words, reply, at, about_since)
          values (${messageSid}, ${tenantId}, ${sender}, ${row.meaning}, ${speaks},
            ${speaks ? words : silence}, ${at}, ${speaks ? about : null})
          on conflict (message_sid) do nothing
          returning reply`;
        if (added === undefined) {
          const [first] = await tx`
            select reply from text_message where message_sid = ${messageSid}`;
          return first?.['reply'] as string;
        }
        if (task !== null) {
          await tx`
            insert into desk_task
              (id, tenant_id, call_id, party_id, person_id, kind, created_at, note_sealed)
            values (${task.id}, ${tenantId}, ${task.callId}, ${task.partyId}, ${task.personId},
              'withdrawal', ${at}, ${task.noteSealed})`;
        }
        return added['reply'] as string;
      }) as Promise<string>,

    async partiesOf(tenantId, personId) {
      const rows = await sql`
        select call_id, party_id, locale, stands from (
          select leg.call_id, leg.party_id, call.locale, leg.started_at,
            row_number() over (order by leg.started_at desc, leg.call_sid) as place,
            call.ended_at is null or jsonb_path_exists(call.state::jsonb,
              '$.legs[*] ? (@.partyId == $party).statuses.* ? (@ == "granted")',
              jsonb_build_object('party', leg.party_id::text)) as stands
          from leg join call on call.id = leg.call_id
          where leg.person_id = ${personId} and call.tenant_id = ${tenantId}
        ) as own
        where stands or place = 1
        order by started_at desc`;
      return rows.map((row) => ({
        callId: row['call_id'] as Uuid,
        partyId: row['party_id'] as Uuid,
        locale: row['locale'] as string,
        stands: row['stands'] as boolean,
      }));
    },
  };
}
