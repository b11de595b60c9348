/** What whoever asks has in its own books: a business relationship with its dates, and a number that changed hands. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Lists, oneByOne, screenNumber } from '../../../../src/app/screen.ts';
import { screener } from '../../../../src/core/suppression/calling-rules-shipped.ts';
import { channels, type Hit, standardPolicy } from '../../../../src/core/suppression/inquiry.ts';
import { type ApiServer, startApi } from './support.ts';

const now = Date.parse('2026-07-01T15:00:00Z');
const [national, stopped, free] = ['+12125550122', '+12125550111', '+12125550133'];
const onList: Hit = { list: 'national-US', kind: 'national', version: 'v3', since: null };
const stop: Hit = { list: 'own', kind: 'internal', version: '9', since: now - 86_400_000 };
const hits = (number: string): readonly Hit[] =>
  number === stopped ? [onList, stop] : number === national ? [onList] : [];
const state = { list: 'national-US', version: 'v3', obtainedAt: now, until: null, channels };
const lists: Lists = {
  now: () => ({
    states: new Map([['national US', { ...state, covers: () => true }]]),
    asOf: 9,
    ageMs: 0,
    hits,
    hitsOfEach: oneByOne(hits),
  }),
};

let server: ApiServer;
let key: string;
beforeAll(async () => {
  const clock = { now: () => now, monotonic: () => now };
  const people = { find: async () => ({}) };
  const screening = { screener, people, lists, policy: standardPolicy, clock };
  server = await startApi({ screening });
  key = await server.key(['screen', 'receipts:read']);
});
afterAll(() => server.close());

const asked = { purpose: 'marketing-calls', channel: 'call' };
const screen = async (number: string, stated: object) =>
  (await server.send('post', '/v1/screenings', key, { number, ...asked, ...stated })).body;
const codes = ({ reasons }: { reasons: readonly { code: string }[] }) =>
  reasons.map(({ code }) => code);

describe('a business relationship', () => {
  // Eighteen months after a purchase, three after a question (47 CFR 64.1200(f)(5)).
  test.each([
    [{ lastPurchase: '2025-01-02' }, 'EBR_PURCHASE', '2025-01-02', '2026-07-02'],
    [{ lastPurchase: '2025-01-01' }, null, '', ''],
    [{ lastInquiry: '2026-04-02T00:00:00Z' }, 'EBR_INQUIRY', '2026-04-02', '2026-07-02'],
    [{ lastInquiry: '2026-04-01' }, null, '', ''],
    [{ lastPurchase: '2026-07-02' }, null, '', ''],
  ])('of %j lifts the national list: %s', async (stated, code, since, until) => {
    const answer = await screen(national, stated);
    expect([answer.decision, codes(answer)]).toEqual(
      code === null ? ['deny', ['NATIONAL_DNC']] : ['allow', []],
    );
    const at = (day: string) => `${day}T00:00:00.000Z`;
    expect(answer.exemptions).toEqual(
      code === null ? [] : [{ code, since: at(since), until: at(until) }],
    );
    expect(answer.lifted).toHaveLength(code === null ? 0 : 1);
  });

  test('does not lift what somebody asked of us', async () => {
    const answer = await screen(stopped, { lastPurchase: '2026-06-01' });
    expect([answer.decision, codes(answer)]).toEqual(['deny', ['INTERNAL_DNC']]);
  });
});

test.each([
  ['yes', 'marketing-calls', 'deny', ['REASSIGNED']],
  ['yes', 'service', 'deny', ['REASSIGNED']],
  ['no-data', 'marketing-calls', 'hold', ['REASSIGNED_NO_DATA']],
  ['no-data', 'service', 'allow', []],
  ['no', 'marketing-calls', 'allow', []],
])(
  'a number of which the database says “%s” is for %s: %s',
  async (reassigned, purpose, decision, found) => {
    const answer = await screen(free, { reassigned, purpose });
    expect([answer.decision, codes(answer)]).toEqual([decision, found]);
  },
);

test.each([
  { lastPurchase: 'last year' },
  { lastPurchase: '2026-02-30' },
  { lastInquiry: '2026-03-01T10:00' },
  { reassigned: 'perhaps' },
])('%j is refused, for a number and for a line of a batch', async (stated) => {
  const body = { number: free, ...asked, ...stated };
  const { status } = await server.send('post', '/v1/screenings', key, body);
  expect(status).toBe(422);
  const [line] = await batch([{ number: free, ...stated }]);
  expect(line).toMatchObject({
    decision: 'deny',
    fault: expect.stringContaining('is not allowed'),
  });
});

async function batch(records: readonly object[], type = 'application/x-ndjson', text = '') {
  const address = '/v1/screenings/batch?purpose=marketing-calls';
  const answer = await server
    .send('post', address, key, undefined)
    .set('content-type', type)
    .buffer(true)
    .parse((response, done) => {
      let all = '';
      response.on('data', (piece: Buffer) => {
        all += piece;
      });
      response.on('end', () => done(null, all));
    })
    .send(text || records.map((one) => JSON.stringify(one)).join('\n'));
  return String(answer.body)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

test('of each line of a batch its own, as JSON and as CSV', async () => {
  const wanted = [
    { line: 1, decision: 'deny' },
    { line: 2, decision: 'allow', exemptions: [{ code: 'EBR_PURCHASE' }] },
    { line: 3, decision: 'hold' },
    { line: 4, decision: 'allow' },
  ];
  const answers = await batch([
    { number: national },
    { number: national, lastPurchase: '2026-01-01' },
    { number: free, reassigned: 'no-data' },
    { number: free },
  ]);
  expect(answers).toMatchObject(wanted);
  const csv = `number,lastPurchase,reassigned\n${national},,\n${national},2026-01-01,\n${free},,no-data\n${free},,`;
  const byColumns = await batch([], 'text/csv', csv);
  expect(byColumns.map(({ decision }) => decision)).toEqual(wanted.map(({ decision }) => decision));
});

test('what is asked as the same number alone is decided as in the core', async () => {
  const parts = { screener, people: { find: async () => ({}) }, lists, policy: standardPolicy };
  const clock = { now: () => now, monotonic: () => now };
  const ask = {
    channel: 'call',
    purpose: 'marketing-calls',
    at: null,
    campaign: null,
    subject: null,
  } as const;
  const one = { number: national, place: null, line: null, stated: { lastPurchaseAt: now - 1 } };
  const { verdict } = await screenNumber({ ...parts, clock }, server.tenant.id, ask, one);
  expect(verdict.exemptions.map(({ code }) => code)).toEqual(['EBR_PURCHASE']);
});
