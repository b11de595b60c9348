/** What a request names: whose data it is, and which call it belongs to. */
import type { PendingQuery, Row, Sql } from 'postgres';
import type { Subject, SubjectKind, Subjects } from '../../app/audit-ports.ts';
import type { Tenant } from '../../app/call-ports.ts';
import type { CallPlace } from '../../core/access/limits.ts';
import { linkHash } from '../../core/access/link-hash.ts';
import { parseNumber } from '../../core/suppression/number.ts';
import type { Uuid } from '../../core/words.ts';
import { createGroup } from './group.ts';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const tableOf = {
  call: 'call',
  recording: 'recording',
  task: 'desk_task',
  receipt: 'entry',
  person: 'person',
  link: 'recording',
  request: 'rights_request',
  emailRequest: 'email_request',
} as const satisfies Record<SubjectKind, string>;
type Query = PendingQuery<Row[]>;

export function createSubjects(sql: Sql, tenant: Tenant): Subjects {
  /** Everybody who was a party of a call, or is being rung for it. */
  const everybody = (call: Query): Query => sql`
    array(select person_id from leg where leg.call_id = ${call} and person_id is not null
      union select person_id from dial where dial.call_id = ${call}
      union select person_id from leg_invite
        where leg_invite.call_id = ${call} and person_id is not null)`;
  const party = (id: Query): Query => sql`
    array(select distinct person_id from leg where leg.party_id = ${id} and person_id is not null)`;

  /** Each gives one row at most: `persons`, and `call_id` or null. */
  function named(kind: SubjectKind, name: string): Query {
    switch (kind) {
      case 'call':
        return sql`select ${everybody(sql`call.id`)} as persons, id as call_id from call
          where id = ${uuid.test(name) ? name : sql`(select call_id from leg where call_sid = ${name})`}`;
      case 'recording':
        return sql`select ${party(sql`recording.party_id`)} as persons, call_id from recording
          where id = ${name}`;
      case 'link':
        return sql`select ${party(sql`recording.party_id`)} as persons, call_id, recording_id,
            listen_link.by as only_for
          from listen_link join recording on recording.id = listen_link.recording_id
          where token_hash = ${linkHash(name)}`;
      case 'task':
        return sql`select array_remove(array[person_id], null) as persons, call_id from desk_task
          where id = ${name}`;
      case 'request':
        return sql`select array[person_id] as persons, null::uuid as call_id from rights_request
          where id = ${name}`;
      case 'emailRequest':
        return sql`select array_remove(array[person_id], null) as persons, null::uuid as call_id
          from email_request where id = ${name}`;
      case 'receipt':
        return sql`select array_remove(array[person_id], null) as persons, call_id from entry
          where id = ${name}`;
      case 'person':
        return uuid.test(name)
          ? sql`select array[id] as persons, null::uuid as call_id from person where id = ${name}`
          : sql`select array[id] as persons, null::uuid as call_id from person
              where token = ${tenant.cipher.token(parseNumber(name)?.e164 ?? name)}`;
    }
  }

  /** Numbers that are asked about at the same moment are looked up together. By token, in base64. */
  const ofToken = createGroup<string, readonly Uuid[]>({
    itemsMax: 128,
    inFlightMax: 2,
    keyOf: (token) => token,
    run: async (tokens) => {
      const rows = await sql`
        select id, encode(token, 'base64') as token from person
        where tenant_id = ${tenant.id}
          and token = any (array(select decode(x, 'base64') from unnest(${[...tokens]}::text[]) x))`;
      const found = new Map(rows.map((row) => [row['token'] as string, row['id'] as Uuid]));
      return tokens.map((token) => {
        const id = found.get(token);
        return id === undefined ? [] : [id];
      });
    },
  });

  return {
    async find(tenantId, kind, name): Promise<Subject | null> {
      if (!['call', 'person', 'link'].includes(kind) && !uuid.test(name)) return null;
      const [row] = await sql`
        select named.*, call.line_id, call.direction, line.team,
          coalesce(call.campaign, (select substr(scope, 10) from dial join permit on permit.id = dial.permit_id,
             unnest(permit.scopes) scope
           where dial.call_id = call.id and scope like 'campaign:%' limit 1)) as campaign
        from (${named(kind, name)} and ${sql(tableOf[kind])}.tenant_id = ${tenantId}) named
        left join call on call.id = named.call_id
        left join line on line.id = call.line_id`;
      if (row === undefined) return null;
      const place: CallPlace = {
        lineId: row['line_id'] as Uuid | null,
        team: row['team'] as string | null,
        direction: row['direction'] as CallPlace['direction'],
        campaign: row['campaign'] as string | null,
      };
      return {
        persons: row['persons'] as Uuid[],
        call: row['call_id'] === null ? null : place,
        ...(kind === 'link' && {
          recordingId: row['recording_id'] as Uuid,
          onlyFor: row['only_for'] as string,
        }),
      };
    },
    async ofParties(parties) {
      if (parties.length === 0) return [];
      const rows = await sql`
        select person_id from leg
        where party_id = any (${[...parties]}::uuid[]) and person_id is not null
        union select person_id from dial where party_id = any (${[...parties]}::uuid[])
        union select person_id from leg_invite
        where party_id = any (${[...parties]}::uuid[]) and person_id is not null`;
      return rows.map((row) => row['person_id'] as Uuid);
    },
    ofNumber: (number) => ofToken(tenant.cipher.token(number).toString('base64')),
  };
}
