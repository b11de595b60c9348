/** How old a list may be: what is said of it six days before, and what a decision says of it. */
import { describe, expect, test } from 'vitest';
import { listWarnings } from '../../../src/app/list-warnings.ts';
import { screener } from '../../../src/core/suppression/calling-rules-shipped.ts';
import { explainScreening } from '../../../src/core/suppression/explain.ts';
import { ageOf, daysMaxOf } from '../../../src/core/suppression/list-use.ts';
import { screeningOf } from '../../../src/core/suppression/screening.ts';
import { dayMs, EveryList, hit, inquiry, noon, seen } from './samples.ts';

describe('a list', () => {
  test.each([
    ['national-US', 25, 'fresh'],
    ['national-US', 25.01, 'old'],
    ['national-US', 31, 'old'],
    ['national-US', 31.01, 'too-old'],
    ['litigator', 25.01, 'old'],
    ['litigator', 31.01, 'too-old'],
    ['tps-GB', 22.01, 'old'],
    ['ctps-GB', 28.01, 'too-old'],
    ['dncl-CA', 28.01, 'old'],
    ['national-US', -1.01, 'too-old'],
  ])('%s that is %f days old is %s', (list, days, age) => {
    const term = { obtainedAt: noon - days * dayMs, until: null };
    expect(ageOf(term, daysMaxOf(list), noon)).toBe(age);
  });

  test('that may be used for a week only is old on the second day', () => {
    const term = { obtainedAt: noon, until: noon + 7 * dayMs };
    expect(ageOf(term, 31, noon + 0.9 * dayMs)).toBe('fresh');
    expect(ageOf(term, 31, noon + 1.1 * dayMs)).toBe('old');
    expect(ageOf(term, 31, noon + 7 * dayMs)).toBe('too-old');
  });

  test('is warned of by its name and its last instant, while there is time and after', () => {
    const manifest = (list: string, days: number) => ({
      list,
      version: 'v1',
      obtainedAt: new Date(noon - days * dayMs).toISOString(),
      importedAt: new Date(noon).toISOString(),
      sourceSha256: '',
      kind: 'full' as const,
      accountToken: null,
      previous: null,
      areas: {},
      world: null,
      total: 0,
    });
    const all = [manifest('dncl-CA', 3), manifest('litigator', 26), manifest('tps-GB', 29)];
    expect(listWarnings(all, noon)).toEqual([
      'the list litigator has to be renewed by 2026-12-08T17:00:00.000Z',
      'the list tps-GB cannot be relied on since 2026-12-02T17:00:00.000Z',
    ]);
  });
});

describe('a decision', () => {
  const viewAt = (days: number, more: Parameters<typeof seen>[0] = {}) => {
    const states = new EveryList(noon - days * dayMs);
    const one = inquiry({ purpose: 'marketing-calls', seen: seen({ states, ...more }) });
    const verdict = screener.screen(one);
    return { verdict, view: screeningOf(screener, one, verdict) };
  };

  test('says of each list how old it is, and until when it can be used', () => {
    expect(viewAt(26).view).toMatchObject({
      decision: 'allow',
      lists: [
        { list: 'national US', age: 'old', usableUntil: '2026-12-08T17:00:00.000Z' },
        { list: 'litigator', age: 'old' },
        { list: 'reassigned', age: 'old' },
        { list: 'wireless', age: 'old' },
      ],
    });
  });

  test('says it in plain words, too', () => {
    const { view, verdict } = viewAt(26);
    const said = explainScreening(view, verdict, screener.table).replaceAll(/\s+/g, ' ');
    expect(said).toContain('to be renewed by 2026-12-08T17:00:00.000Z');
  });

  test('names every list that is too old, with the rule that asks for it', () => {
    const stale = viewAt(32).view.reasons.filter(({ code }) => code === 'LIST_STALE');
    expect(stale.map(({ list }) => list)).toEqual([
      'national US',
      'litigator',
      'reassigned',
      'wireless',
    ]);
    expect(stale.map(({ rule }) => rule !== undefined)).toEqual([true, false, false, false]);
  });

  test('names the version of every list it was found on, whatever the rules ask for', () => {
    const national = new EveryList(noon).get('national US');
    const texas = { ...national, list: 'state-US-TX', version: 'v9' };
    const states = new Map([
      ['national US', national],
      ['state US-TX', texas],
    ]);
    const { view } = viewAt(0, { states, hits: [hit('state', { list: 'state-US-TX' })] });
    expect(view.lists.map(({ list, version }) => `${list} ${version}`)).toEqual([
      'national US v1',
      'state-US-TX v9',
    ]);
  });
});
