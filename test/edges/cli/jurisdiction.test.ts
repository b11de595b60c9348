import { expect, test } from 'vitest';
import { consentry, jsonLines } from './console.ts';

const explain = (...args: readonly string[]) => consentry({}, 'jurisdiction', 'explain', ...args);

/** Without the breaks of lines that are too long. */
const unfolded = (text: string) => text.replaceAll(/\s+/g, ' ');
const day = ['--at', '2026-11-26'];

const asJson = async (...args: readonly string[]) => {
  const { code, out, err } = await explain(...args, ...day, '--json');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const [object, ...more] = jsonLines(out);
  expect(more).toEqual([]);
  return object;
};

test('who is where, which rule holds, which decides, and what follows are told in words', async () => {
  const { code, out, err } = await explain(
    '--from',
    '+14155550100',
    '--to',
    '+12125550100',
    ...day,
  );
  expect({ code, err }).toEqual({ code: 0, err: '' });
  for (const told of [
    'Table of rules 2026-11-22, as of 2026-11-26',
    'all: everybody must consent, the strictest of all parties. Decided by from (US-CA).',
    'from: +1 415 ••••• 100',
    'where  California (US-CA), confidence low',
    'area code 415',
    'rule   US-CA: everybody must consent. Penal Code § 632',
    'source: recordphonecall.com',
    'confidence medium, checked 2026-11-22, review by 2027-05-22',
    'where  New York (US-NY), confidence low',
    'rule   US-NY: the consent of one party would do.',
    'Consentry asks every party for an affirmative act everywhere',
    'US-CA-vendor',
    'to: the place is a guess from the number alone',
    'This is not legal advice.',
  ]) {
    expect(unfolded(out)).toContain(unfolded(told));
  }
  const bad = out.split('\n').filter((line) => line.endsWith(' ') || line.length > 96);
  expect(bad).toEqual([]);
});

test('two one-party states are told as such, and that everybody is asked all the same', async () => {
  const { out } = await explain('--from', '+12145550100', '--to', '+12125550100', ...day);
  expect(out).toContain('one: the consent of one party would do. Decided by from (US-TX, US)');
  expect(unfolded(out)).toContain('Consentry asks every party for an affirmative act everywhere');
});

test.each([
  ['withheld', 'the number is withheld, so the strictest rule holds'],
  ['+18005550100', 'a toll-free number says nothing of a place'],
  ['+12995550100', 'area code 299 is not in the table'],
  ['+81312345678', 'there is no rule with a source for Japan (JP)'],
  ['+15145550100', 'Québec has a law of its own'],
  ['+442079460018', 'GB: not known, so everybody must consent'],
])('%s: %s', async (number, told) => {
  const { code, out } = await explain('--from', number, '--to', '+12125550100', ...day);
  expect(code).toBe(0);
  expect(unfolded(out)).toContain(told);
  expect(out).toContain('\nall: everybody must consent');
});

test('a declared place counts, and a number that contradicts it does not loosen', async () => {
  const to = ['--to', '+12125550100'];
  const agreed = await asJson('--from', '+12145550100', '--declared-from', 'us-tx', ...to);
  expect(agreed).toMatchObject({ mode: 'one', parties: [{ confidence: 'high' }, {}] });
  const against = await asJson('--from', '+12145550100', '--declared-from', 'DE', ...to);
  expect(against).toMatchObject({ mode: 'all', decidedBy: ['from'] });
  const other = await asJson('--from', '+12145550100', '--declared-to', 'US-NY', ...to);
  expect(other).toMatchObject({ parties: [{ confidence: 'low' }, { confidence: 'high' }] });
});

test('as JSON, everything that was decided is there under its name', async () => {
  expect(await asJson('--from', '+14155550100', '--to', '+12125550100')).toMatchObject({
    version: '2026-11-22',
    day: '2026-11-26',
    mode: 'all',
    ruleIds: ['US', 'US-CA', 'US-NY'],
    decidedBy: ['from'],
    everyPartyMustConsent: true,
    announcementMustBeRecorded: null,
    vendorRow: { ruleIds: ['US-CA-vendor'], mode: 'all' },
    reasons: expect.arrayContaining([expect.stringContaining('everybody must consent')]),
    parties: [
      {
        name: 'from',
        number: '+1 415 ••••• 100',
        places: ['US-CA'],
        confidence: 'low',
        mode: 'all',
        ruleIds: ['US', 'US-CA'],
      },
      { name: 'to', places: ['US-NY'], mode: 'one' },
    ],
    warnings: [
      { party: 'from', is: 'weak', text: expect.stringContaining('guess') },
      { party: 'to', is: 'weak' },
    ],
    notLegalAdvice: expect.stringContaining('not legal advice'),
  });
});

test('rules come with statute, sources and dates', async () => {
  const object = await asJson('--from', '+14155550100', '--to', '+12125550100');
  const rules = (object?.['rules'] ?? []) as readonly Record<string, unknown>[];
  expect(rules.map(({ id }) => id)).toEqual(['US-CA', 'US', 'US-NY', 'US-CA-vendor']);
  for (const rule of rules) {
    expect(rule).toMatchObject({
      statute: expect.any(String),
      source: expect.arrayContaining([expect.any(String)]),
      checkedOn: '2026-11-22',
      reviewBy: expect.stringMatching(/^2027-/),
      confidence: expect.stringMatching(/^(low|medium)$/),
    });
  }
});

test('no number is shown whole', async () => {
  const numbers = ['--from', '+14155550199', '--to', '+493012345678'];
  const text = await explain(...numbers, ...day);
  const json = await explain(...numbers, ...day, '--json');
  for (const digits of ['4155550199', '5550199', '3012345678', '12345678']) {
    expect(text.out + json.out).not.toContain(digits);
  }
});

test('past the review date the strictest rule holds, with a warning', async () => {
  const numbers = ['--from', '+12145550100', '--to', '+12125550100'];
  const { out } = await explain(...numbers, '--at', '2027-05-23');
  expect(out).toContain('all: everybody must consent');
  expect(unfolded(out)).toContain('from: rule US-TX is past its review date');
  const { out: before } = await explain(...numbers, '--at', '2027-05-22');
  expect(before).toContain('one: the consent of one party would do');
});

test('without a day it is today, in UTC', async () => {
  const today = () => new Date().toISOString().slice(0, 10);
  const first = today();
  const { out } = await explain('--from', '+12145550100', '--to', '+12125550100', '--json');
  expect([first, today()]).toContain(jsonLines(out)[0]?.['day']);
});

test.each([
  ['', '--from is missing: a number, or withheld'],
  ['--from +12145550100', '--to is missing: a number, or withheld'],
  ['--from 214 --to +12125550100', '--from is not a telephone number; allowed: a number in'],
  ['--from +12145550100 --to anonymous', '--to is not a telephone number; .*or withheld$'],
  [
    '--from withheld --to withheld --declared-to Texas',
    '--declared-to cannot be “Texas”; allowed: a country such as DE, or a state such as US-CA',
  ],
  ['--from withheld --to withheld --at 2026-02-30', '--at cannot be “2026-02-30”; allowed: a day'],
])('explain %s is refused in one line', async (line, error) => {
  const { code, out, err } = await explain(...line.split(' ').filter(Boolean));
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err.trimEnd()).toMatch(new RegExp(`^consentry: jurisdiction explain: ${error}`));
  expect(err.split('\n').length).toBe(2);
});
