import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { setLine } from '../../../../src/app/lines.ts';
import { purposes } from '../../../../src/core/words.ts';
import { call, callDetail, callPage } from '../../../../src/edges/http/api/shapes.ts';
import { newCallSid, type SeededCall, seedCall } from '../../../support/seed-call.ts';
import { type ApiServer, startApi } from './support.ts';

const number = '+4915112345678';
const agentNumber = '+12025550123';
const lineNumber = '+4930123456';

let server: ApiServer;
let key: string;
let lineId: string;

beforeAll(async () => {
  server = await startApi();
  key = await server.key(['calls:read', 'calls:withdraw', 'calls:record']);
  const settings = { flow: 'inbound', locale: 'de', controller: 'Muster GmbH' };
  lineId = (await setLine(server.parts, server.tenant.id, lineNumber, settings)).id;
});
afterAll(() => server.close());

describe('a call', () => {
  let seeded: SeededCall;
  beforeAll(async () => {
    seeded = await seedCall(server.database.sql, server.tenant, {
      lineId,
      parties: [
        {
          statuses: { recording: 'granted' },
          recording: { gaps: [{ atMs: 100, ms: 20, reason: 'lost' }] },
        },
        { role: 'agent', number: agentNumber, statuses: { recording: 'refused' } },
        { role: 'joiner', number: null },
        { role: 'joiner', number: '+442079460018', isErased: true },
      ],
    });
  });

  test('is shown in the shape that the contract names', async () => {
    const { status, body } = await server.get(`/v1/calls/${seeded.id}`, key);
    expect(status).toBe(200);
    expect(callDetail.parse(body)).toEqual(body);
    const [caller, agent, withheld, erased] = seeded.parties;
    expect(body).toMatchObject({
      id: seeded.id,
      callSid: caller!.callSid,
      direction: 'inbound',
      line: lineNumber,
      flow: { name: 'inbound', version: 1, hash: 'ab'.repeat(32) },
      state: 'ended',
      startedAt: '2026-03-01T10:00:00.000Z',
      endedAt: '2026-03-01T10:01:00.000Z',
    });
    const parties = Object.fromEntries(
      body.parties.map((party: { id: string }) => [party.id, party]),
    );
    expect(parties[caller!.id]).toMatchObject({
      role: 'caller',
      legs: [{ callSid: caller!.callSid }],
      number: '+49 151 ••••• 678',
      statuses: { recording: 'granted', transcription: 'unknown' },
    });
    expect(Object.keys(parties[caller!.id].statuses)).toEqual([...purposes]);
    expect(parties[agent!.id].number).toBe('+1 202 ••••• 123');
    expect(parties[withheld!.id].number).toBeNull();
    expect(parties[erased!.id].number).toBeNull();
    expect(body.recordings).toEqual([
      {
        id: caller!.recordingId,
        callId: seeded.id,
        party: caller!.id,
        state: 'sealed',
        startedAt: '2026-03-01T10:00:00.000Z',
        durationMs: 4_000,
        lostMs: 0,
        gaps: [{ atMs: 100, ms: 20, reason: 'lost' }],
        payloadSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
  });

  test('has every entry with its receipt, and a timeline of steps and entries in order', async () => {
    const { body } = await server.get(`/v1/calls/${seeded.id}`, key);
    expect(body.entries.map((entry: { id: string }) => entry.id).sort()).toEqual(
      [...seeded.entryIds].sort(),
    );
    for (const entry of body.entries) expect(entry.receiptId).toBe(entry.id);
    expect(body.timeline).toHaveLength(8);
    const times = body.timeline.map((one: { at: string }) => one.at);
    expect(times).toEqual([...times].sort());
    expect(body.timeline.slice(0, 4).every((one: { type: string }) => one.type === 'step')).toBe(
      true,
    );
    // The step's nonce would let somebody answer in the caller's place.
    expect(JSON.stringify(body)).not.toContain('secret-');
  });

  test('is found by the CallSid of any of its legs', async () => {
    for (const { callSid } of seeded.parties) {
      const { body } = await server.get(`/v1/calls/${callSid}`, key);
      expect(body.id).toBe(seeded.id);
    }
  });

  test('shows no number in full except that of its line', async () => {
    for (const path of [`/v1/calls/${seeded.id}`, '/v1/calls?limit=200']) {
      const { text } = await server.get(path, key);
      expect(text.match(/\+[0-9]{8,}/g)?.filter((found) => found !== lineNumber) ?? []).toEqual([]);
      for (const hidden of ['15112345678', '2025550123', '2079460018']) {
        expect(text).not.toContain(hidden);
      }
    }
  });

  test.each([
    ['an unknown id', '/v1/calls/00000000-0000-4000-8000-000000000000'],
    ['an unknown CallSid', `/v1/calls/${newCallSid()}`],
    ['what is no name', '/v1/calls/1'],
    ['what cannot be decoded', '/v1/calls/%E0%A4'],
    ['a quote', "/v1/calls/'%20or%20true--"],
  ])('is not there under %s', async (_, path) => {
    const { status, body, type } = await server.get(path, key);
    expect([status, body.code, type]).toEqual([404, 'not_found', 'application/problem+json']);
  });

  test('of another tenant is not there', async () => {
    const foreign = await seedCall(server.database.sql, server.other);
    expect((await server.get(`/v1/calls/${foreign.id}`, key)).status).toBe(404);
    expect((await server.get(`/v1/calls/${foreign.parties[0]!.callSid}`, key)).status).toBe(404);
    const own = await server.key(['calls:read'], server.other);
    expect((await server.get(`/v1/calls/${foreign.id}`, own)).status).toBe(200);
    const { body } = await server.get('/v1/calls', own);
    expect(body.data.map((one: { id: string }) => one.id)).toEqual([foreign.id]);
  });
});

describe('the list of calls', () => {
  const ids = async (query: string): Promise<string[]> => {
    const { status, body } = await server.get(`/v1/calls?${query}`, key);
    expect(status).toBe(200);
    expect(callPage.parse(body)).toEqual(body);
    return body.data.map((one: { id: string }) => one.id);
  };
  let seeded: string[];

  beforeAll(async () => {
    await server.database.sql`truncate call cascade`;
    const seed = async (startedAt: string, phase: 'ended' | 'bridged', line: string | null) =>
      (await seedCall(server.database.sql, server.tenant, { startedAt, phase, lineId: line })).id;
    seeded = [
      await seed('2026-03-05T00:00:00.000Z', 'bridged', lineId),
      // All in one millisecond: a page must not end in the middle of them and lose one.
      await seed('2026-03-04T00:00:00.000003Z', 'ended', null),
      await seed('2026-03-04T00:00:00.000002Z', 'ended', null),
      await seed('2026-03-04T00:00:00.000001Z', 'ended', null),
      await seed('2026-03-03T00:00:00.000Z', 'ended', lineId),
    ];
  });

  test('is newest first', async () => {
    expect(await ids('')).toEqual(seeded);
  });

  test('filters by state, time and line', async () => {
    expect(await ids('state=bridged')).toEqual([seeded[0]]);
    expect(await ids('since=2026-03-05T00:00:00Z')).toEqual([seeded[0]]);
    expect(await ids('until=2026-03-04T00:00:00Z')).toEqual([seeded[4]]);
    expect(await ids('since=2026-03-05T01:00:00+01:00')).toEqual([seeded[0]]);
    expect(await ids(`line=${encodeURIComponent(lineNumber)}`)).toEqual([seeded[0], seeded[4]]);
    expect(await ids(`line=${lineNumber}&state=ended`)).toEqual([seeded[4]]);
    expect(await ids('line=+4930999999')).toEqual([]);
  });

  test.each([1, 2, 3, 5, 200])('comes whole in pages of %i', async (limit) => {
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body } = await server.get(
        `/v1/calls?limit=${limit}${cursor && `&cursor=${cursor}`}`,
        key,
      );
      expect(body.data.length).toBeGreaterThan(0);
      expect(body.data.length).toBeLessThanOrEqual(limit);
      seen.push(...body.data.map((one: { id: string }) => one.id));
      cursor = body.next;
    }
    expect(seen).toEqual(seeded);
  });

  test('has calls in the shape of one call, without timeline', async () => {
    const { body } = await server.get('/v1/calls', key);
    for (const one of body.data) expect(call.parse(one)).toEqual(one);
    expect(body.data[0]).not.toHaveProperty('timeline');
  });

  test('names every mistake of a request, and repeats no value of it', async () => {
    const { status, body, text } = await server.get(
      '/v1/calls?state=gone&limit=201&since=today&line=+4915112345678x&colour=red',
      key,
    );
    expect([status, body.code]).toEqual([422, 'invalid_request']);
    expect(body.mistakes).toEqual([
      {
        path: 'query.state',
        what: 'is not allowed',
        allowed: 'ringing, asking, bridged, ended',
      },
      {
        path: 'query.since',
        what: 'is not allowed',
        allowed: 'a date and time with zone, such as 2026-01-31T12:00:00Z',
      },
      { path: 'query.limit', what: 'is not allowed', allowed: 'at most 200' },
      {
        path: 'query',
        what: 'field colour is not known',
        allowed: 'state, since, until, line, person, limit, cursor',
      },
    ]);
    expect(text).not.toContain('15112345678');
  });

  test.each([
    ['line=desk', 'query.line'],
    ['cursor=abc', 'query.cursor'],
    ['cursor=', 'query.cursor'],
    ['limit=0', 'query.limit'],
    ['limit=', 'query.limit'],
    ['limit=ten', 'query.limit'],
    ['state=ended&state=bridged', 'query'],
    ['state=%FF', 'query'],
    ['+4915112345678=1', 'query'],
  ])('refuses %s', async (query, path) => {
    const { status, body } = await server.get(`/v1/calls?${query}`, key);
    expect(status).toBe(422);
    expect(body.mistakes.map((mistake: { path: string }) => mistake.path)).toContain(path);
    expect(JSON.stringify(body)).not.toContain('15112345678');
  });
});

describe('a withdrawal', () => {
  let seeded: SeededCall;
  let path: string;
  beforeEach(async () => {
    server.withdrawals.length = 0;
    seeded = await seedCall(server.database.sql, server.tenant);
    path = `/v1/calls/${seeded.id}/withdraw`;
  });
  const post = (body: object, at = path) => server.send('post', at, key, body);

  test('without a party is for every party', async () => {
    const { status, body } = await post({ purpose: 'recording' });
    expect(status).toBe(200);
    expect(callDetail.parse(body)).toEqual(body);
    expect(body.id).toBe(seeded.id);
    expect(server.withdrawals).toEqual([
      {
        tenantId: server.tenant.id,
        callId: seeded.id,
        purpose: 'recording',
        partyId: null,
        erase: false,
      },
    ]);
  });

  test('is for one party, erases, and takes the CallSid as name', async () => {
    const [party] = seeded.parties;
    const body = { purpose: 'training', party: party!.id, erase: true };
    const { status } = await post(body, `/v1/calls/${party!.callSid}/withdraw`);
    expect(status).toBe(200);
    expect(server.withdrawals).toMatchObject([
      { callId: seeded.id, purpose: 'training', partyId: party!.id, erase: true },
    ]);
  });

  test.each([
    ['no purpose', {}, 422],
    ['an unknown purpose', { purpose: 'fun' }, 422],
    ['an unknown field', { purpose: 'recording', all: true }, 422],
    ['a proto field', JSON.parse('{"purpose":"recording","__proto__":{"erase":true}}'), 422],
    ['erase as text', { purpose: 'recording', erase: 'false' }, 422],
    ['a list', [], 422],
    ['a party of no call', { purpose: 'recording', party: crypto.randomUUID() }, 404],
  ])('with %s is refused and changes nothing', async (_, body, status) => {
    const answer = await post(body);
    expect(answer.status).toBe(status);
    expect(answer.type).toBe('application/problem+json');
    expect(server.withdrawals).toEqual([]);
  });

  test('in another tenant is not there', async () => {
    const foreign = await seedCall(server.database.sql, server.other);
    const answer = await post({ purpose: 'recording' }, `/v1/calls/${foreign.id}/withdraw`);
    expect(answer.status).toBe(404);
    expect(server.withdrawals).toEqual([]);
  });
});

describe('a pause', () => {
  let seeded: SeededCall;
  beforeEach(async () => {
    server.pauses.length = 0;
    seeded = await seedCall(server.database.sql, server.tenant, { phase: 'bridged' });
  });
  const post = (body: object) => server.send('post', `/v1/calls/${seeded.id}/recording`, key, body);

  test('ends by itself after five minutes unless another time is given', async () => {
    expect((await post({ state: 'paused' })).status).toBe(200);
    expect((await post({ state: 'paused', resumeAfterMs: 1_000 })).status).toBe(200);
    expect((await post({ state: 'resumed' })).status).toBe(200);
    expect(server.pauses).toMatchObject([
      { callId: seeded.id, state: 'paused', resumeAfterMs: 300_000 },
      { callId: seeded.id, state: 'paused', resumeAfterMs: 1_000 },
      { callId: seeded.id, state: 'resumed' },
    ]);
    expect(server.pauses[0]!.apiKeyId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test.each([
    [{ state: 'stopped' }],
    [{ state: 'paused', resumeAfterMs: 999 }],
    [{ state: 'paused', resumeAfterMs: 3_600_001 }],
    [{ state: 'paused', resumeAfterMs: 1_000.5 }],
  ])('is refused as %j', async (body) => {
    const answer = await post(body);
    expect([answer.status, answer.body.code]).toEqual([422, 'invalid_request']);
    expect(answer.body.mistakes[0].allowed).toBeDefined();
    expect(server.pauses).toEqual([]);
  });
});

test('pausing what cannot be paused is a conflict', async () => {
  const idle = await startApi({ setRecording: async () => false });
  try {
    const seeded = await seedCall(idle.database.sql, idle.tenant);
    const own = await idle.key(['calls:record']);
    const answer = await idle.send('post', `/v1/calls/${seeded.id}/recording`, own, {
      state: 'paused',
    });
    expect([answer.status, answer.body.code]).toEqual([409, 'conflict']);
  } finally {
    await idle.close();
  }
});

test('nothing that was logged holds a number', () => {
  expect(JSON.stringify(server.logged)).not.toContain(number.slice(3));
});
