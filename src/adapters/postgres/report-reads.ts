/**
 * Calls as reports count them. Where a number is from, and whether a refusal was silence, is sealed
 * with its person: both are opened here, and only the region and that one word leave.
 */
import type { Row, Sql } from 'postgres';
import type { SealedLineNumber } from '../../app/api-ports.ts';
import type { Tenant } from '../../app/call-ports.ts';
import type { ReportReads } from '../../app/report-ports.ts';
import { findWhereabouts } from '../../core/jurisdiction/whereabouts.ts';
import { decodeOpening } from '../../core/ledger/entry.ts';
import { type CallFact, consentKinds, outcomeOf } from '../../core/reports/facts.ts';
import type { Uuid } from '../../core/words.ts';
import { numberContext } from './people.ts';

/** Fetched at once: some megabytes. */
const pageRows = 2_000;

/** How what is sealed by others is opened. */
export interface ReportOpeners {
  readonly lineNumber: (line: SealedLineNumber) => string;
  /** What the opening of an entry is bound to. */
  readonly openingContext: (entryId: Uuid) => string;
}

export function createReportReads(sql: Sql, tenant: Tenant, openers: ReportOpeners): ReportReads {
  return {
    async facts({ since, until, purpose }) {
      const facts: CallFact[] = [];
      const keys = new Map<Uuid, Buffer | null>();
      const regions = new Map<Uuid, string>();
      const pages = sql`
        select call.id, call.started_at, call.ended_at, call.direction, call.locale,
          line.number_token as line_token, line.number_sealed as line_number,
          coalesce(call.campaign, (
            select substr(scope, 10) from dial join permit on permit.id = dial.permit_id,
              unnest(permit.scopes) scope
            where dial.call_id = call.id and scope like 'campaign:%' limit 1), '') as campaign,
          exists (select from leg other where other.call_id = call.id and other.role <> 'caller')
            as answered,
          person.id as person_id, person.key_wrapped, person.number_sealed,
          array(select kind from entry where entry.call_id = call.id
            and entry.party_id = leg.party_id and entry.purpose = ${purpose}
            and entry.kind = any (${[...consentKinds]})
            order by entry.at, entry.id) as kinds,
          refusal.id as refusal_id, refusal.opening as refusal_opening,
          refusal.person_id as refusal_person
        from call
          left join line on line.id = call.line_id
          left join leg on leg.call_id = call.id and leg.role = 'caller'
          left join person on person.id = leg.person_id
          left join lateral (
            select id, opening, person_id from entry
            where entry.call_id = call.id and entry.party_id = leg.party_id
              and entry.purpose = ${purpose} and kind = 'refusal'
            order by at desc, id desc limit 1) refusal on true
        where call.tenant_id = ${tenant.id} and call.ended_at is not null
          and call.started_at >= ${new Date(since)} and call.started_at < ${new Date(until)}
        order by call.started_at`.cursor(pageRows);
      for await (const rows of pages) {
        for (const row of rows) facts.push(factOf(tenant, openers, row, keys, regions));
      }
      return facts;
    },
  };
}

function factOf(
  { cipher }: Tenant,
  { lineNumber, openingContext }: ReportOpeners,
  row: Row,
  keys: Map<Uuid, Buffer | null>,
  regions: Map<Uuid, string>,
): CallFact {
  const personId = row['person_id'] as Uuid | null;
  const startedAt = row['started_at'] as Date;
  const endedAt = row['ended_at'] as Date;
  function keyOf(id: Uuid): Buffer | null {
    const known = keys.get(id);
    if (known !== undefined) return known;
    const wrapped = row['key_wrapped'] as Buffer | null;
    const key = wrapped === null ? null : cipher.unwrapPersonKey(wrapped);
    keys.set(id, key);
    return key;
  }
  const lineOf = (numberToken: Buffer, numberSealed: Buffer): string =>
    lineNumber({ numberToken, numberSealed });
  function regionOf(id: Uuid): string {
    const known = regions.get(id);
    if (known !== undefined) return known;
    const key = keyOf(id);
    const sealed = row['number_sealed'] as Buffer | null;
    const number =
      key === null || sealed === null
        ? null
        : cipher.open(key, numberContext(id), sealed).toString('utf8');
    const [place, more] = findWhereabouts({ number }).places;
    const region = place === undefined || more !== undefined ? 'unknown' : place;
    regions.set(id, region);
    return region;
  }
  const lineToken = row['line_token'] as Buffer | null;
  return {
    caller: personId,
    line: lineToken === null ? 'unknown' : lineOf(lineToken, row['line_number'] as Buffer),
    campaign: row['campaign'] === '' ? 'none' : String(row['campaign']),
    region: personId === null ? 'unknown' : regionOf(personId),
    direction: String(row['direction']),
    language: String(row['locale']),
    outcome: outcomeOf(row['kinds'] as string[], wasSilent()),
    day: startedAt.toISOString().slice(0, 10),
    durationMs: endedAt.getTime() - startedAt.getTime(),
    answered: row['answered'] === true,
  };

  /** What was redacted says nothing any more, and counts as a refusal. */
  function wasSilent(): boolean {
    const opening = row['refusal_opening'] as Buffer | null;
    if (opening === null) return false;
    const owner = row['refusal_person'] as Uuid | null;
    if (owner !== null && owner !== personId) return false;
    const key = owner === null ? null : keyOf(owner);
    if (owner !== null && key === null) return false;
    const context = openingContext(row['refusal_id'] as Uuid);
    // What is shared is not read here.
    const opened = decodeOpening(cipher.open(key, context, opening), () => 'null');
    return opened['answer']?.value === 'silence';
  }
}
