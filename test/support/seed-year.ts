/**
 * A year of a small centre, the same for the same seed: calls in and out, recordings, answers,
 * requests, texts, permissions that outlive their calls. What is told of it is told by the seed,
 * not read from the database, so that a model can be made of it.
 */
import { createHash, randomUUID } from 'node:crypto';
import type { Sql } from 'postgres';
import { numberContext } from '../../src/adapters/postgres/people.ts';
import { createEntryMaker, type EntryMaker, openingContext } from '../../src/app/make-entry.ts';
import { newCallSid, type SeededTenant } from './seed-call.ts';

export const dayMs = 86_400_000;
export const yearStart = Date.parse('2025-06-01T00:00:00Z');

export interface YearPerson {
  readonly id: string;
  readonly number: string;
  readonly token: Buffer;
}

export interface YearCall {
  readonly id: string;
  readonly partyId: string;
  readonly callSid: string;
  readonly person: YearPerson | null;
  /** Null: a line that nobody configured. */
  readonly line: string | null;
  readonly campaign: string | null;
  readonly purposes: readonly string[];
  readonly startedAt: number;
  readonly endedAt: number;
  readonly recordingId: string | null;
  /** When they were answered, or done. */
  readonly answers: readonly number[];
  readonly requests: readonly number[];
  /** A request that nobody has seen to. */
  readonly isOpen: boolean;
  /** Its grant is one that outlives it. */
  readonly isChoice: boolean;
}

export interface YearText {
  readonly sid: string;
  readonly person: YearPerson;
  readonly at: number;
}

/** A form that was sent on the web. */
export interface YearSent {
  readonly id: string;
  readonly person: YearPerson;
  readonly at: number;
}

export interface Year {
  readonly people: readonly YearPerson[];
  readonly lines: readonly string[];
  readonly calls: readonly YearCall[];
  readonly texts: readonly YearText[];
  readonly sent: readonly YearSent[];
}

/** Numbers from 0 to 1, the same for the same seed. */
function chance(seed: string): () => number {
  let count = 0;
  return () => {
    count += 1;
    const hash = createHash('sha256').update(`${seed}/${count}`).digest();
    return hash.readUInt32BE(0) / 2 ** 32;
  };
}

export function makeYear(seed: string, size: { calls: number; people: number }): Year {
  const next = chance(seed);
  const below = (count: number): number => Math.floor(next() * count);
  const of = <T>(all: readonly T[]): T => all[below(all.length)] as T;
  const lines = [randomUUID(), randomUUID(), randomUUID()];
  const people = Array.from({ length: size.people }, (_, i) => ({
    id: randomUUID(),
    number: `+4930${createHash('sha256').update(`${seed}-${i}`).digest().readUInt32BE(0)}`,
    token: Buffer.alloc(0),
  }));
  const calls = Array.from({ length: size.calls }, (): YearCall => {
    const startedAt = yearStart + below(365 * dayMs);
    const endedAt = startedAt + 1_000 + below(3_600_000);
    const isOut = next() < 0.4;
    const isGranted = next() < 0.7;
    const placedFor = isOut ? of(['service', 'marketing-calls', 'sale']) : null;
    const purposes = [...(placedFor ? [placedFor] : []), ...(isGranted ? ['recording'] : [])];
    const later = () => endedAt + below(5 * dayMs);
    return {
      id: randomUUID(),
      partyId: randomUUID(),
      callSid: newCallSid(),
      person: next() < 0.9 ? of(people) : null,
      line: of(lines),
      campaign: isOut && next() < 0.6 ? of(['spring', 'autumn']) : null,
      purposes: [...new Set(purposes)],
      startedAt,
      endedAt,
      recordingId: isGranted && next() < 0.8 ? randomUUID() : null,
      answers: next() < 0.2 ? [later(), later()] : [],
      requests: next() < 0.15 ? [later()] : [],
      isOpen: next() < 0.05,
      isChoice: isGranted && next() < 0.2,
    };
  });
  const texts = Array.from({ length: Math.ceil(size.calls / 4) }, () => ({
    sid: `SM${randomUUID().replaceAll('-', '')}`,
    person: of(people),
    at: yearStart + below(365 * dayMs),
  }));
  const sent = Array.from({ length: Math.ceil(size.calls / 8) }, () => ({
    id: randomUUID(),
    person: of(people),
    at: yearStart + below(365 * dayMs),
  }));
  return { people, lines, calls, texts, sent };
}

const instant = (ms: number): string => new Date(ms).toISOString();

export async function seedYear(
  sql: Sql,
  tenant: SeededTenant,
  { people, lines, calls, texts, sent }: Year,
): Promise<void> {
  const { cipher } = tenant;
  const random = { bytes: (n: number) => Buffer.alloc(n, 7), uuid: () => randomUUID() };
  const entries = createEntryMaker(
    tenant,
    random,
    () => '',
    () => null,
  );
  const keys = new Map<string, Buffer>();
  for (const line of lines) {
    await sql`
      insert into line (id, tenant_id, number_token, number_sealed, flow, locale, controller)
      values (${line}, ${tenant.id}, ${cipher.token(line)}, ${cipher.seal(null, 'x', Buffer.from('x'))},
        'inbound', 'en', 'Acme')`;
  }
  for (const { id, number } of people) {
    const { key, wrapped } = cipher.newPersonKey();
    keys.set(id, key);
    await sql`
      insert into person (id, tenant_id, token, key_wrapped, number_sealed, created_at)
      values (${id}, ${tenant.id}, ${cipher.token(number)}, ${wrapped},
        ${cipher.seal(key, numberContext(id), Buffer.from(number))}, ${instant(yearStart)})`;
  }
  const add = (call: YearCall) => seedOne(sql, tenant, entries, keys, call);
  // As many at once as there are connections.
  const queue = [...calls];
  const workers = Array.from({ length: 8 }, async () => {
    for (let call = queue.pop(); call !== undefined; call = queue.pop()) await add(call);
  });
  await Promise.all(workers);
  for (const { sid, person, at } of texts) {
    await sql`
      insert into text_message (message_sid, tenant_id, sender, meaning, has_words, reply, at)
      values (${sid}, ${tenant.id}, ${cipher.token(person.number)}, 'other', false, '<Response/>',
        ${instant(at)})`;
  }
  for (const { id, person, at } of sent) {
    await sql`
      insert into form_submission (id, tenant_id, person_id, form_hash, at, ticked, unticked)
      values (${id}, ${tenant.id}, ${person.id}, ${Buffer.alloc(32)}, ${instant(at)},
        ${['marketing-calls']}, ${[]})`;
  }
}

async function seedOne(
  sql: Sql,
  tenant: SeededTenant,
  maker: EntryMaker,
  keys: ReadonlyMap<string, Buffer>,
  call: YearCall,
): Promise<void> {
  const { id, partyId, callSid, person, startedAt, endedAt } = call;
  const { cipher, id: tenantId } = tenant;
  const personId = person?.id ?? null;
  const key = personId === null ? null : (keys.get(personId) ?? null);
  const isOut = call.purposes.some((purpose) => purpose !== 'recording');
  const isGranted = call.purposes.includes('recording');
  const state = {
    legs: [
      {
        callSid,
        partyId,
        role: 'caller',
        personId,
        statuses: { recording: isGranted ? 'granted' : 'refused' },
        phase: 'ended',
        ...(isGranted && { grants: { recording: randomUUID() } }),
      },
    ],
    strangers: [],
  };
  await sql`
    insert into call (id, tenant_id, line_id, direction, flow_name, flow_version, flow_hash, locale,
      phase, state, started_at, ended_at)
    values (${id}, ${tenantId}, ${call.line}, ${isOut ? 'outbound' : 'inbound'}, 'inbound', 1, 'ab',
      'en', 'ended', ${sql.json(state as never)}, ${instant(startedAt)}, ${instant(endedAt)})`;
  await sql`
    insert into leg (call_sid, call_id, party_id, role, person_id)
    values (${callSid}, ${id}, ${partyId}, 'caller', ${personId})`;
  await sql`
    insert into step (call_sid, step, fingerprint, kind, reply, at)
    values (${callSid}, 'start', ${Buffer.alloc(8)}, 'started', ${Buffer.alloc(8)}, ${instant(startedAt)})`;
  await sql`
    insert into carrier_task (id, call_id, kind, body, done_at)
    values (${randomUUID()}, ${id}, 'call-agent', ${cipher.seal(null, 'b', Buffer.from('x'))}, now())`;
  await seedConsent(sql, tenant, maker, key, call);
  if (isOut) {
    const permitId = randomUUID();
    const scopes = ['all', ...(call.campaign === null ? [] : [`campaign:${call.campaign}`])];
    const token = person === null ? Buffer.from(id) : cipher.token(person.number);
    const purpose = call.purposes.find((one) => one !== 'recording') ?? 'service';
    await sql`
      insert into permit (id, tenant_id, token, channel, purpose, scopes, not_after, made_at)
      values (${permitId}, ${tenantId}, ${token}, 'call', ${purpose}, ${scopes},
        ${instant(startedAt)}, ${instant(startedAt)})`;
    await sql`
      insert into dial (call_id, tenant_id, token, person_id, party_id, permit_id, call_sid, at)
      values (${id}, ${tenantId}, ${token}, ${personId ?? randomUUID()}, ${partyId}, ${permitId},
        ${callSid}, ${instant(startedAt)})`;
  }
  if (call.recordingId !== null) {
    await sql`
      insert into recording (id, tenant_id, call_id, party_id, call_sid, state, started_at,
        duration_ms, payload_sha256, payload_bytes, vault_name)
      values (${call.recordingId}, ${tenantId}, ${id}, ${partyId}, ${callSid}, 'sealed',
        ${instant(startedAt)}, 1000, ${Buffer.alloc(32)}, 10, ${call.recordingId})`;
    await sql`
      insert into headers.recording_header (recording_id, header, key_id)
      values (${call.recordingId}, ${Buffer.from('age')}, ${randomUUID()})`;
  }
  for (const at of call.answers) {
    await sql`
      insert into survey_answer (id, tenant_id, call_id, party_id, person_id, answer, at)
      values (${randomUUID()}, ${tenantId}, ${id}, ${partyId}, ${personId},
        ${cipher.seal(key, 'a', Buffer.from('5'))}, ${instant(at)})`;
  }
  const requests = [...call.requests, ...(call.isOpen ? [null] : [])];
  for (const doneAt of requests) {
    await sql`
      insert into desk_task (id, tenant_id, call_id, party_id, person_id, kind, created_at, done_at)
      values (${randomUUID()}, ${tenantId}, ${id}, ${partyId}, ${personId}, 'callback',
        ${instant(endedAt)}, ${doneAt === null ? null : instant(doneAt)})`;
  }
}

async function seedConsent(
  sql: Sql,
  tenant: SeededTenant,
  maker: EntryMaker,
  key: Buffer | null,
  call: YearCall,
): Promise<void> {
  const isGranted = call.purposes.includes('recording');
  const { id, leaf } = maker.access({
    kind: 'listening',
    purpose: 'recording',
    callId: call.id,
    partyId: call.partyId,
    recordingId: randomUUID(),
    by: 'seed',
    at: call.startedAt,
  });
  const personId = call.person?.id ?? null;
  const said = Buffer.from(`{"number":"${call.person?.number ?? ''}"}`);
  const opening = tenant.cipher.seal(key, openingContext(id), said);
  await sql`
    insert into entry (id, tenant_id, call_id, party_id, kind, purpose, at, opening, person_id)
    values (${id}, ${tenant.id}, ${call.id}, ${call.partyId}, ${isGranted ? 'grant' : 'refusal'},
      'recording', ${instant(call.startedAt)}, ${opening}, ${personId})`;
  await sql`insert into ledger_queue (entry_id, leaf) values (${id}, ${leaf})`;
  if (!call.isChoice || personId === null) return;
  await sql`
    insert into choice (id, tenant_id, person_id, purpose, kind, at, channel)
    values (${id}, ${tenant.id}, ${personId}, 'recording', 'granted', ${instant(call.startedAt)},
      'call')`;
}
