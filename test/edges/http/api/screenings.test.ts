import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Lists } from '../../../../src/app/screen.ts';
import { screener } from '../../../../src/core/suppression/calling-rules-shipped.ts';
import type { Hit } from '../../../../src/core/suppression/inquiry.ts';
import { standardPolicy } from '../../../../src/core/suppression/inquiry.ts';
import { screening } from '../../../../src/edges/http/api/shapes.ts';
import { type ApiServer, startApi } from './support.ts';

const now = Date.parse('2026-07-01T15:00:00Z');
const stopped = '+12125550111';
const listed = '+12125550122';
const stop: Hit = { list: 'own', kind: 'internal', version: '9', since: now - 86_400_000 };
const national: Hit = { list: 'us', kind: 'national', version: 'v3', since: null };

/** Lists that a test plays: one number on each, the national one obtained yesterday. */
const lists: Lists = {
  now: () => ({
    states: new Map([
      ['national US', { list: 'us', version: 'v3', obtainedAt: now - 864e5, covers: () => true }],
    ]),
    asOf: 9,
    ageMs: 10,
    hits: (number) => (number === stopped ? [stop] : number === listed ? [national] : []),
  }),
};

let server: ApiServer;
let key: string;
beforeAll(async () => {
  const clock = { now: () => now, monotonic: () => now };
  server = await startApi({
    screening: { screener, lists, policy: standardPolicy, clock },
  });
  key = await server.key(['screen']);
});
afterAll(() => server.close());

const screen = (body: object) => server.send('post', '/v1/screenings', key, body);

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
    [{ number: '+12125550100', at: 'noon' }, 'body.at: is not allowed; allowed: a time'],
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
