import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ownLists } from '../../../src/app/own-lists.ts';
import type { BatchParts } from '../../../src/app/run-batch.ts';
import { type Lists, oneByOne } from '../../../src/app/screen.ts';
import { screener } from '../../../src/core/suppression/calling-rules-shipped.ts';
import { channels, type Hit, standardPolicy } from '../../../src/core/suppression/inquiry.ts';
import { OwnIndex } from '../../../src/core/suppression/own-index.ts';
import { consentry, jsonLines } from './console.ts';

const screen = (...args: readonly string[]) => consentry({}, 'screen', '--rules-only', ...args);
/** Without the breaks of lines that are too long. */
const unfolded = (text: string) => text.replaceAll(/\s+/g, ' ');
const summer = ['--at', '2026-07-01T12:30Z'];

describe('a number is screened without a server', () => {
  test.each([
    ['+12125550100', 'allow', ''],
    ['+18505550100', 'hold', 'OUTSIDE_HOURS'],
    ['+18005550100', 'deny', 'PREMIUM_OR_TOLLFREE'],
    ['+14575550100', 'deny', 'UNKNOWN_AREA_CODE'],
    ['911', 'deny', 'EMERGENCY_NUMBER'],
    ['nobody', 'deny', 'INVALID_NUMBER'],
  ])('%s: %s %s', async (number, decision, codes) => {
    const { code, out, err } = await screen(number, ...summer);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.trimEnd()).toMatch(new RegExp(`  ${decision} *${codes}$`));
    const json = jsonLines((await screen(number, ...summer, '--json')).out)[0];
    expect(json).toMatchObject({ decision, allowed: decision === 'allow', channel: 'call' });
    const reasons = (json?.['reasons'] ?? []) as readonly { code: string }[];
    expect(reasons.map((one) => one.code).join(' ')).toBe(codes);
  });

  test('as JSON, everything that was decided is there under its name', async () => {
    const { out } = await screen('+18505550100', ...summer, '--json');
    expect(jsonLines(out)).toEqual([
      expect.objectContaining({
        number: '+1 850 ••••• 100',
        channel: 'call',
        decision: 'hold',
        allowed: false,
        reasons: [
          {
            code: 'OUTSIDE_HOURS',
            rule: 'US US-FL',
            why: expect.stringContaining('outside of the hours'),
          },
        ],
        window: {
          open: false,
          nextOpen: '2026-07-01T13:00:00.000Z',
          zones: ['America/New_York', 'America/Chicago'],
          places: ['US-FL'],
          hours: 'Mon–Sun 08:00–20:00',
        },
        nextPermitted: '2026-07-01T13:00:00.000Z',
        rules: { version: '2026-11-26', ids: ['US', 'US-FL'], warnings: [] },
        evidenceId: null,
        asOf: null,
      }),
    ]);
  });

  test('who sells needs lists, and is told which', async () => {
    const args = ['+13055550100', '--purpose', 'marketing-calls', '--at', '2026-07-01T15:00Z'];
    const { out } = await screen(...args, '--json');
    expect(jsonLines(out)[0]).toMatchObject({
      decision: 'deny',
      reasons: [
        { code: 'LIST_STALE', list: 'national-US' },
        { code: 'LIST_STALE', list: 'state-US-FL' },
      ],
    });
  });

  test('explained, the answer comes first, then why, when, and by what rules', async () => {
    const { code, out } = await screen('+18505550100', ...summer, '--explain');
    expect(code).toBe(0);
    for (const told of [
      '+1 850 ••••• 100: a call for service, at 2026-07-01T12:30:00.000Z',
      'hold: not now; it may become allowed without the person doing anything',
      'OUTSIDE_HOURS: it is outside of the hours somewhere the number may be',
      'zones America/New_York, America/Chicago',
      'Mon–Sun 08:00–20:00, on the clocks of all of them',
      'the first instant that is permitted: 2026-07-01T13:00:00.000Z',
      'US-FL: Fla. Stat. § 501.616: whoever has a Florida area code is presumed to be a resident.',
      'Confidence low, review by 2027-05-22',
      'This is not legal advice.',
    ]) {
      expect(unfolded(out)).toContain(told);
    }
    expect(out.split('\n').filter((line) => line.length > 96)).toEqual([]);
  });

  test('a known address adds its rules', async () => {
    const { out } = await screen('+12125550100', ...summer, '--place', 'us-ca', '--json');
    expect(jsonLines(out)[0]).toMatchObject({
      decision: 'hold',
      window: { places: ['US-NY', 'US-CA'], nextOpen: '2026-07-01T15:00:00.000Z' },
    });
  });

  test('a file is answered line by line, in its order, with a bad line for itself', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'screen-')), 'numbers.txt');
    writeFileSync(file, '+12125550100\nnonsense\n+1 850 555 0100\n');
    const { out } = await screen('--file', file, ...summer, '--json');
    expect(jsonLines(out).map((one) => one['decision'])).toEqual(['allow', 'deny', 'hold']);
  });

  test.each([
    ['with a head', 'name,Number,city\n"Byron, Ada",+12125550100,Boston\nB,nonsense,\n'],
    ['with the number first', '+12125550100,Ada\nnonsense,B\n'],
    ['with quotes', '"number"\n"+1 212 555 0100"\n"non""sense"\n'],
    ['as JSON a line', '{"number":"+12125550100","city":"Boston"}\n{"number":"nonsense"}\n'],
    ['as JSON that is none', '+12125550100\n{"number":\n'],
  ])('a file of CSV or JSON is read where its number is: %s', async (_, text) => {
    const file = join(mkdtempSync(join(tmpdir(), 'screen-')), 'leads.csv');
    writeFileSync(file, text);
    const { out, err } = await screen('--file', file, ...summer, '--json');
    expect(jsonLines(out).map((one) => one['decision'])).toEqual(['allow', 'deny']);
    expect(err).toContain('2 lines: 1 allow, 0 hold, 1 deny');
    expect(out + err).not.toContain('Ada');
  });

  test.each([
    [['--reassigned', 'yes'], 'deny', 'REASSIGNED'],
    [['--reassigned', 'no'], 'allow', ''],
  ] as const)('what is known of it counts: %j', async (args, decision, codes) => {
    const { out } = await screen('+12125550100', ...summer, ...args);
    expect(out.trimEnd()).toMatch(new RegExp(`  ${decision} *${codes}$`));
  });

  test('no number is shown whole', async () => {
    const args = ['+14155550199', '+493012345678', ...summer, '--purpose', 'marketing-calls'];
    const text = await screen(...args, '--explain');
    const json = await screen(...args, '--json');
    for (const digits of ['4155550199', '5550199', '3012345678', '12345678']) {
      expect(text.out + json.out).not.toContain(digits);
    }
  });

  test('without a time it is now', async () => {
    const before = Date.now();
    const at = jsonLines((await screen('+12125550100', '--json')).out)[0]?.['at'];
    expect(Date.parse(String(at))).toBeGreaterThanOrEqual(before);
    expect(Date.parse(String(at))).toBeLessThanOrEqual(Date.now());
  });
});

describe('with a database, lists are looked at', () => {
  const now = Date.parse('2026-07-01T15:00:00Z');
  const clock = { now: () => now, monotonic: () => now };
  const stopped = '+12125550111';
  const [ofSpring, ofLine] = ['+12125550113', '+12125550114'];
  const closed = { count: 0 };
  const openScreening = async () => {
    const copy = new OwnIndex();
    const request = { number: stopped, channel: 'call', scope: 'all', reason: 'request' } as const;
    const stands = { ...request, listed: true, provisional: false, until: null, at: now - 1 };
    copy.apply({ ...stands, seq: 4 });
    copy.apply({ ...stands, seq: 2, number: ofSpring, scope: 'campaign:spring' });
    copy.apply({ ...stands, seq: 3, number: ofLine, scope: 'line:one' });
    const follower = { isStale: () => false, place: () => ({ xid: '1', seq: 4 }) };
    const lists = ownLists({ copy, follower, clock });
    const people = { find: async () => ({}) };
    return {
      tenantId: 'tenant',
      parts: { screener, people, lists, policy: standardPolicy, clock },
      // no list here is to leave anything
      batchParts: {} as BatchParts,
      close: async () => {
        closed.count += 1;
      },
    };
  };

  test('and who asked not to be called is refused', async () => {
    const before = closed.count;
    const ran = await consentry({ openScreening }, 'screen', stopped, '+12125550112', '--json');
    expect([ran.code, ran.err, closed.count]).toEqual([0, '', before + 1]);
    expect(jsonLines(ran.out)).toMatchObject([
      { decision: 'deny', reasons: [{ code: 'INTERNAL_DNC', list: 'own', version: '4' }], asOf: 4 },
      { decision: 'allow', reasons: [] },
    ]);
  });

  test.each([
    [ofSpring, ['--campaign', 'spring'], 'INTERNAL_DNC_CAMPAIGN'],
    [ofSpring, ['--campaign', 'autumn'], null],
    [ofLine, ['--from', 'one'], 'INTERNAL_DNC'],
    [ofLine, ['--from', 'two'], null],
    [ofLine, [], null],
  ] as const)('for a campaign, and from a line: %s %j', async (number, args, code) => {
    const ran = await consentry({ openScreening }, 'screen', number, ...args, '--json');
    const reasons = code === null ? [] : [{ code, list: 'own' }];
    expect(jsonLines(ran.out)).toMatchObject([{ decision: code ? 'deny' : 'allow', reasons }]);
  });

  test.each([
    [['--last-purchase', '2026-06-01'], 'allow', ['EBR_PURCHASE']],
    [['--last-inquiry', '2026-06-01T10:00Z'], 'allow', ['EBR_INQUIRY']],
    [['--last-purchase', '2024-06-01'], 'deny', []],
    [[], 'deny', []],
  ] as const)('a business relationship counts: %j', async (args, decision, exempt) => {
    const list = 'national-US';
    const hit: Hit = { list, kind: 'national', version: 'v1', since: null };
    const state = { list, version: 'v1', obtainedAt: now, until: null, channels };
    const hits = () => [hit];
    const lists: Lists = {
      now: () => ({
        states: new Map([['national US', { ...state, covers: () => true }]]),
        asOf: 1,
        ageMs: 0,
        hits,
        hitsOfEach: oneByOne(hits),
      }),
    };
    const withList = async () => {
      const opened = await openScreening();
      return { ...opened, parts: { ...opened.parts, lists } };
    };
    const selling = ['+12125550112', '--purpose', 'marketing-calls', '--json'];
    const ran = await consentry({ openScreening: withList }, 'screen', ...selling, ...args);
    const [view] = jsonLines(ran.out) as { decision: string; exemptions: { code: string }[] }[];
    expect(view?.decision).toBe(decision);
    expect(view?.exemptions.map(({ code }) => code)).toEqual(exempt);
  });

  test('unless rules alone are asked for', async () => {
    const args = [stopped, '--rules-only', '--at', '2026-07-01T15:00Z'];
    const { out } = await consentry({ openScreening }, 'screen', ...args);
    expect(out).toMatch(/ {2}allow\n$/);
  });

  test('and where there is none, nobody is told that they may', async () => {
    const ran = await consentry({}, 'screen', stopped, '--at', '2026-07-01T15:00Z');
    expect([ran.code, ran.out]).toEqual([1, '']);
    expect(ran.err).toContain('neither the own list nor any registry can be looked at');
  });
});

test.each([
  [[], 'it takes either NUMBER or --file FILE'],
  [['+12125550100', '--file', 'x'], 'it takes either NUMBER or --file FILE'],
  [['--file', 'x', '--from', 'one'], '--from is of single numbers'],
  [['--file', 'x', '--reassigned', 'no'], '--reassigned is of single numbers'],
  [['+12125550100', '--last-purchase', 'May'], '--last-purchase cannot be “May”'],
  [['+12125550100', '--reassigned', 'perhaps'], 'perhaps'],
  [['+12125550100', '--at', '2026-07-01'], 'allowed: an instant with its offset, such as'],
  [['+12125550100', '--at', '2026-02-30T12:00Z'], '--at cannot be “2026-02-30T12:00Z”'],
  [['+12125550100', '--place', 'Nowhere'], '--place cannot be “Nowhere”'],
  [['+12125550100', '--channel', 'fax'], 'fax'],
  [['+12125550100', '--purpose', 'fun'], 'fun'],
])('%j is refused: %s', async (args, told) => {
  const { code, out, err } = await screen(...args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(told);
});
