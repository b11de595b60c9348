import { describe, expect, test } from 'vitest';
import type { ServerAsk } from '../../../src/edges/cli/parts.ts';
import { consentry } from './console.ts';

/** A server that gives its answers one after the other, and remembers what it was asked. */
function played(...answers: readonly (readonly [number, object])[]) {
  const asked: (readonly [string, ServerAsk])[] = [];
  const left = [...answers];
  const askServer = async (scope: string, what: ServerAsk) => {
    asked.push([scope, what]);
    const [status, body] = left.length > 1 ? left.shift()! : left[0]!;
    return new Response(JSON.stringify(body), { status });
  };
  return { asked, askServer };
}

const rule = { kind: 'calls', purpose: null, line: null, campaign: null, days: 90 };
const schedule = { rules: [rule], version: 3, by: 'key', at: '2026-03-02T00:00:00.000Z' };
const planned = { due: 4, held: 1, open: 2, oldest: '2026-01-01T00:00:00.000Z' };
const plan = { version: 3, kinds: { calls: planned } };
const counted = { redacted: 4, held: 1, open: 2, failed: 0 };
const run = {
  id: 'run',
  finishedAt: '2026-03-02T00:00:00.000Z',
  expected: { calls: planned },
  counts: { calls: counted },
  proved: true,
  receiptId: 'receipt',
};
const id = '0198c2f4-c5aa-4b6f-8d0a-2f0e9d1c4a77';

describe('retention [cap 58]', () => {
  test('show prints the rules, and what changed', async () => {
    const shown = await consentry(played([200, schedule]), 'retention', 'show');
    expect(shown.out).toMatch(/calls\s+90 days/);
    const difference = { ...rule, before: 'none', after: 90 };
    const versions = { data: [{ ...schedule, differences: [difference] }] };
    const history = await consentry(played([200, versions]), 'retention', 'show', '--versions');
    expect(history.out).toMatch(/3\s+2026-03-02T00:00:00.000Z\s+key\s+calls\s+no rule\s+90 days/);
    const none = await consentry(played([200, { ...schedule, rules: [] }]), 'retention', 'show');
    expect([none.code, none.err]).toEqual([0, expect.stringContaining('records stay')]);
  });

  test.each<[readonly string[], object[]]>([
    [['calls', '30'], [{ ...rule, days: 30 }]],
    [['calls', 'forever'], [{ ...rule, days: null }]],
    [['calls', 'none'], []],
    [
      ['recordings', '7', '--line', '+4930123456'],
      [rule, { ...rule, kind: 'recordings', line: '+4930123456', days: 7 }],
    ],
  ])('set %j changes that rule only', async (args, rules) => {
    const { asked, askServer } = played([200, schedule]);
    const { code } = await consentry({ askServer }, 'retention', 'set', ...args);
    expect(code).toBe(0);
    const put = { method: 'PUT', path: '/retention', body: { rules, version: 3 } };
    expect(asked[1]).toEqual(['retention:write', put]);
  });

  test.each([
    ['retention', 'set', 'letters', '1'],
    ['retention', 'set', 'calls', '0'],
    ['retention', 'set', 'calls', 'soon'],
    ['retention', 'run'],
    ['redact', id, '--yes'],
    ['redact', id, '--reason', 'a letter'],
    ['redact', '--reason', 'a letter', '--yes'],
    ['redact', id, '--person', '+14155550100', '--reason', 'a letter', '--yes'],
    ['redact', 'abc', '--reason', 'a letter', '--yes'],
    ['hold', 'place', '--reason', 'court'],
    ['hold', 'place', '--call', id, '--line', '+4930123456', '--reason', 'court'],
    ['hold', 'place', '--since', '2026-03-02T00:00Z', '--reason', 'court'],
    ['hold', 'place', '--call', id],
    ['hold', 'lift', id],
  ])('%s %s %s %s … is refused before the server is asked', async (...args) => {
    const { asked, askServer } = played([200, run]);
    expect((await consentry({ askServer }, ...args)).code).toBe(2);
    expect(asked).toEqual([]);
  });

  test('plan prints counts by kind, with the oldest', async () => {
    const { out } = await consentry(played([200, plan]), 'retention', 'plan');
    expect(out).toMatch(/calls\s+4\s+1\s+2\s+2026-01-01T00:00:00.000Z/);
  });

  test('run draws its progress until it is over, and prints the result', async () => {
    const half = { ...run, finishedAt: null, counts: { calls: { ...counted, redacted: 2 } } };
    const world = { ...played([201, half], [200, half], [200, run]), isTty: true };
    const { code, out, drawn } = await consentry(world, 'retention', 'run', '--yes');
    expect(code).toBe(0);
    expect(out).toMatch(/calls\s+4\s+1\s+2\s+0\n.*read again\nreceipt receipt/s);
    expect(drawn[0]).toMatch(/50 %/);
    expect(drawn.at(-1)).toBe('');
    const json = await consentry(played([201, run]), 'retention', 'run', '--yes', '--json');
    expect(JSON.parse(json.out)).toEqual(run);
  });

  test('run fails where something could not be shown to be gone, or another one runs', async () => {
    const left = await consentry(
      played([201, { ...run, proved: false }]),
      'retention',
      'run',
      '--yes',
    );
    expect([left.code, left.out]).toEqual([1, expect.stringContaining('NOT everything')]);
    const problem = { title: 'No.', detail: 'a run is under way already' };
    const refused = await consentry(played([409, problem]), 'retention', 'run', '--yes');
    expect([refused.code, refused.err.trim()]).toEqual([1, problem.detail]);
  });
});

describe('redact and hold [cap 59] [cap 64]', () => {
  test.each([
    [[id], `/calls/${id}/redact`],
    [['--person', '+14155550100'], '/persons/%2B14155550100/redact'],
  ])('redact %j asks with the reason', async (args, path) => {
    const { asked, askServer } = played([200, run]);
    const argv = ['redact', ...args, '--reason', 'a letter', '--yes'];
    expect((await consentry({ askServer }, ...argv)).code).toBe(0);
    const body = { reason: 'a letter' };
    expect(asked).toEqual([['calls:redact', { method: 'POST', path, body }]]);
  });

  test.each([
    [['--call', id], { call: id }],
    [['--person', '+1 415 555 0100'], { person: '+14155550100' }],
    [['--line', '+4930123456'], { line: '+4930123456' }],
    [
      ['--since', '2026-03-01T00:00Z', '--until', '2026-04-01T00:00Z'],
      { period: { since: '2026-03-01T00:00:00.000Z', until: '2026-04-01T00:00:00.000Z' } },
    ],
  ])('hold place %j says what is held', async (args, on) => {
    const hold = { id, kind: 'x', callId: null, personId: null, line: null, period: null };
    const answer = { ...hold, reason: 'court', at: '2026-03-02T00:00:00.000Z', lifted: null };
    const { asked, askServer } = played([201, answer]);
    const { out } = await consentry({ askServer }, 'hold', 'place', ...args, '--reason', 'court');
    expect(out.trim()).toBe(`held: ${id}`);
    const body = { ...on, reason: 'court' };
    expect(asked).toEqual([['holds:write', { method: 'POST', path: '/holds', body }]]);
  });

  test('hold list follows the pages; lift says why', async () => {
    const hold = {
      id,
      kind: 'call',
      callId: 'call',
      personId: null,
      line: null,
      period: null,
      reason: 'court',
      at: '2026-03-02T00:00:00.000Z',
      lifted: null,
    };
    const { asked, askServer } = played(
      [200, { data: [hold], next: 'more' }],
      [200, { data: [hold], next: null }],
    );
    const { out } = await consentry({ askServer }, 'hold', 'list');
    expect(out.match(/court/g)).toHaveLength(2);
    expect(asked.map(([, { path }]) => path)).toEqual([
      '/holds?limit=200&open=true',
      '/holds?limit=200&open=true&cursor=more',
    ]);
    const lifting = played([200, hold]);
    await consentry(lifting, 'hold', 'lift', id, '--reason', 'settled');
    expect(lifting.asked[0]![1]).toEqual({
      method: 'POST',
      path: `/holds/${id}/lift`,
      body: { reason: 'settled' },
    });
  });
});
