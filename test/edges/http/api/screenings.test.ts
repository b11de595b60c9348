import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ownLists } from '../../../../src/app/own-lists.ts';
import { type Lists, oneByOne, screenNumber } from '../../../../src/app/screen.ts';
import { screener } from '../../../../src/core/suppression/calling-rules-shipped.ts';
import type { Hit } from '../../../../src/core/suppression/inquiry.ts';
import { standardPolicy } from '../../../../src/core/suppression/inquiry.ts';
import { OwnIndex } from '../../../../src/core/suppression/own-index.ts';
import { codesOf as bitsToCodes } from '../../../../src/core/suppression/reasons.ts';
import { screening } from '../../../../src/edges/http/api/shapes.ts';
import { type ApiServer, startApi } from './support.ts';

const now = Date.parse('2026-07-01T15:00:00Z');
const stopped = '+12125550111';
const listed = '+12125550122';
const stop: Hit = { list: 'own', kind: 'internal', version: '9', since: now - 86_400_000 };
const national: Hit = { list: 'us', kind: 'national', version: 'v3', since: null };

const hits = (number: string): readonly Hit[] =>
  number === stopped ? [stop] : number === listed ? [national] : [];

/** Lists that a test plays: one number on each, the national one obtained yesterday. */
const lists: Lists = {
  now: () => ({
    states: new Map([
      [
        'national US',
        {
          list: 'us',
          version: 'v3',
          obtainedAt: now - 864e5,
          until: null,
          channels: ['call', 'text'] as const,
          covers: () => true,
        },
      ],
    ]),
    asOf: 9,
    ageMs: 10,
    hits,
    hitsOfEach: oneByOne(hits),
  }),
};

const nobody = { find: async () => ({}) };

let server: ApiServer;
let key: string;
beforeAll(async () => {
  const clock = { now: () => now, monotonic: () => now };
  server = await startApi({
    screening: { screener, people: nobody, lists, policy: standardPolicy, clock },
  });
  key = await server.key(['screen']);
});
afterAll(() => server.close());

const screen = (body: object) => server.send('post', '/v1/screenings', key, body);

describe('who asked not to be contacted', () => {
  let ours: ApiServer;
  let keys: string;
  beforeAll(async () => {
    ours = await startApi();
    keys = await ours.key(['screen', 'lists:write']);
  });
  afterAll(() => ours.close());

  const codes = async (number: string, more: object = {}) => {
    const at = '2026-07-01T15:00:00Z';
    const asked = { number, channel: 'call', at, ...more };
    const { body } = await ours.send('post', '/v1/screenings', keys, asked);
    expect(screening.parse(body)).toEqual(body);
    return body.reasons.map((one: { code: string }) => one.code);
  };
  const optOut = async (body: object) => {
    expect((await ours.send('post', '/v1/opt-outs', keys, body)).status).toBe(201);
  };

  test('[cap 41] is refused from the moment they were answered, for the channel they named', async () => {
    expect(await codes('+12125550130')).toEqual([]);
    await optOut({ number: '+12125550130', channel: 'call' });
    expect(await codes('+12125550130')).toEqual(['INTERNAL_DNC']);
    expect(await codes('+12125550130', { channel: 'text' })).toEqual([]);
    await optOut({ number: '+12125550130' });
    expect(await codes('+12125550130', { channel: 'text' })).toEqual(['INTERNAL_DNC']);
  });

  test('is refused for the campaign they named', async () => {
    await optOut({ number: '+12125550131', scope: 'campaign:spring' });
    expect(await codes('+12125550131', { campaign: 'spring' })).toEqual(['INTERNAL_DNC_CAMPAIGN']);
    expect(await codes('+12125550131', { campaign: 'autumn' })).toEqual([]);
  });

  test('is refused by a prefix, and for a withdrawal by its name', async () => {
    await optOut({ number: '+1212777*', reason: 'policy' });
    expect(await codes('+12127770100')).toEqual(['INTERNAL_DNC']);
    await optOut({ number: '+12125550132', reason: 'withdrawal' });
    expect(await codes('+12125550132')).toEqual(['CONSENT_WITHDRAWN']);
  });

  test('by a stop that is only probable, is neither called nor texted', async () => {
    const change = {
      seq: 99,
      number: '+12125550133',
      channel: 'text',
      scope: 'all',
      listed: true,
      provisional: true,
      reason: 'request',
      until: null,
      at: ours.time.now,
    } as const;
    ours.ownCopy.apply(change);
    expect(await codes('+12125550133')).toEqual(['INTERNAL_DNC']);
    ours.ownCopy.apply({ ...change, seq: 100, provisional: false });
    expect(await codes('+12125550133')).toEqual([]);
    expect(await codes('+12125550133', { channel: 'text' })).toEqual(['INTERNAL_DNC']);
  });
});

test('a copy of the own list that may be behind holds every contact', async () => {
  const clock = { now: () => now, monotonic: () => now };
  const follower = { isStale: () => true, place: () => null };
  const behind = ownLists({ copy: new OwnIndex(), follower, clock });
  const parts = { screener, people: nobody, lists: behind, policy: standardPolicy, clock };
  const ask = {
    channel: 'call',
    purpose: 'service',
    at: null,
    campaign: null,
    subject: null,
  } as const;
  const one = { number: '+12125550100', place: null, line: null };
  const { verdict } = await screenNumber(parts, server.tenant.id, ask, one);
  expect([verdict.decision, bitsToCodes(verdict.bits)]).toEqual(['hold', ['REPLICA_STALE']]);
});

describe('what is known of a person', () => {
  const asked = { number: '+13055550140', purpose: 'marketing-calls', at: '2026-07-01T15:00:00Z' };
  const attemptsOf = (own: ApiServer, number: string, subject: string, hours: readonly number[]) =>
    own.database.sql`
      insert into contact_count (tenant_id, token, subject, attempts)
      values (${own.tenant.id}, ${own.tenant.cipher.token(number)}, ${subject},
        ${hours.map((hour) => new Date(Date.parse(asked.at) - hour * 3_600_000).toISOString())}
          ::text[]::timestamptz[])`;

  test('how often they were tried counts under the caps of their state', async () => {
    const own = await startApi();
    try {
      const as = await own.key(['screen']);
      await attemptsOf(own, asked.number, 'roof', [1, 2]);
      await attemptsOf(own, asked.number, 'car', [3, 30]);
      const codes = async (more: object) => {
        const { body } = await own.send('post', '/v1/screenings', as, { ...asked, ...more });
        return body.reasons.map((one: { code: string }) => one.code);
      };
      expect(await codes({ subject: 'roof' })).toEqual(['LIST_STALE', 'LIST_STALE']);
      expect(await codes({})).toEqual(['FREQUENCY_CAP', 'LIST_STALE', 'LIST_STALE']);
      expect(await codes({ purpose: 'service' })).toEqual([]);
      expect(await codes({ number: '+13055550141' })).toEqual(['LIST_STALE', 'LIST_STALE']);
    } finally {
      await own.close();
    }
  });

  test('what they allowed lifts what it can, with its receipt', async () => {
    const receiptId = '0190163d-8694-739b-aea5-966c26f8ad91';
    const given = {
      receiptId,
      purpose: 'marketing-calls',
      channel: null,
      expiresAt: null,
    } as const;
    const permissions = [{ ...given, givenAt: now - 864e5 }];
    const clock = { now: () => now, monotonic: () => now };
    const people = { find: async () => ({ permissions }) };
    const parts = { screener, people, lists, policy: standardPolicy, clock };
    const own = await startApi({ screening: parts });
    try {
      const as = await own.key(['screen']);
      const { body } = await own.send('post', '/v1/screenings', as, {
        number: listed,
        purpose: 'marketing-calls',
      });
      expect(screening.parse(body)).toEqual(body);
      expect(body).toMatchObject({
        decision: 'allow',
        reasons: [],
        lifted: [{ code: 'NATIONAL_DNC', list: 'us', version: 'v3' }],
        exemptions: [{ code: 'WRITTEN_PERMISSION', receiptId, until: null }],
      });
    } finally {
      await own.close();
    }
  });
});

describe('one number', () => {
  test('is answered in the shape that is described', async () => {
    const { status, body } = await screen({ number: '+12125550100', channel: 'call' });
    expect(status).toBe(200);
    expect(screening.parse(body)).toEqual(body);
    expect(body).toMatchObject({
      number: '+1 212 ••••• 100',
      channel: 'call',
      purpose: 'service',
      decision: 'allow',
      allowed: true,
      reasons: [],
      window: { open: true, nextOpen: '2026-07-01T15:00:00.000Z', zones: ['America/New_York'] },
      asOf: 9,
      rules: { ids: ['US'] },
      evidenceId: null,
    });
  });

  test.each([
    [{ number: stopped }, 'deny', ['INTERNAL_DNC']],
    [{ number: listed }, 'allow', []],
    [{ number: listed, purpose: 'marketing-calls' }, 'deny', ['NATIONAL_DNC']],
    [{ number: '+12125550100', purpose: 'marketing-calls' }, 'allow', []],
    [{ number: '+13055550100', purpose: 'marketing-calls' }, 'deny', ['LIST_STALE']],
    [{ number: '+12125550100', at: '2026-07-02T01:00:00Z' }, 'hold', ['OUTSIDE_HOURS']],
    [{ number: '+12125550100', at: '2026-07-01T21:00:00-04:00' }, 'hold', ['OUTSIDE_HOURS']],
    [{ number: '+12125550100', place: 'US-HI' }, 'hold', ['OUTSIDE_HOURS']],
    [{ number: '+18005550100', channel: 'text' }, 'deny', ['PREMIUM_OR_TOLLFREE']],
    [{ number: 'nonsense' }, 'deny', ['INVALID_NUMBER']],
    [{ number: '911' }, 'deny', ['EMERGENCY_NUMBER']],
  ])('%j: %s %j', async (asked, decision, codes) => {
    const { status, body } = await screen(asked);
    expect([status, body.decision]).toEqual([200, decision]);
    expect(screening.parse(body)).toEqual(body);
    expect(body.reasons.map((one: { code: string }) => one.code)).toEqual(codes);
  });

  test('a reason says from which list it is, and of which version', async () => {
    const { body } = await screen({ number: stopped });
    expect(body.reasons[0]).toMatchObject({
      list: 'own',
      version: '9',
      since: new Date(now - 86_400_000).toISOString(),
    });
  });

  test.each([
    [{}, 'body.number: is missing'],
    [{ number: 5 }, 'body.number: is not allowed; allowed: a value of type string'],
    [{ number: '+12125550100', channel: 'fax' }, 'allowed: call, text'],
    [{ number: '+12125550100', purpose: 'fun' }, 'allowed: service, marketing-calls'],
    [{ number: '+12125550100', at: 'noon' }, 'body.at: is not allowed; allowed: an instant'],
    [{ number: '+12125550100', at: '2026-07-01T12:00:00' }, 'body.at: is not allowed'],
    [{ number: '+12125550100', place: 'Texas' }, 'body.place: is not allowed'],
    [{ number: '+12125550100', line: 'pager' }, 'allowed: landline, mobile, voip'],
    [{ number: '+12125550100', consent: true }, 'field consent is not known'],
  ])('%j is refused: %s', async (asked, told) => {
    const { status, body } = await screen(asked);
    expect([status, body.code]).toEqual([422, 'invalid_request']);
    expect(body.detail).toContain(told);
  });

  test('needs its own scope', async () => {
    const other = await server.key(['lines:read', 'calls:read']);
    const { status } = await server.send('post', '/v1/screenings', other, { number: stopped });
    expect(status).toBe(403);
  });

  test('no number is in an answer or in the log', async () => {
    const texts = await Promise.all(
      ['+12125550199', 'call +12125550199 please'].map(
        async (number) => (await screen({ number })).text,
      ),
    );
    expect(texts.join() + JSON.stringify(server.logged)).not.toContain('5550199');
  });
});
