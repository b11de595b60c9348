import { describe, expect, test } from 'vitest';
import { type CustodyLine, copiesAt, openExposures } from '../../../src/core/breach/custody.ts';
import { everyTaking, exposureOf, type FieldCount } from '../../../src/core/breach/exposure.ts';
import { sealingOf } from '../../../src/core/breach/sealing.ts';
import { register } from '../../../src/core/retention/register.ts';

describe('what protects a column', () => {
  test('is a key wherever the column is named so, and its rows begin in a column that is there', () => {
    for (const [place, { born, columns }] of Object.entries(sealingOf)) {
      for (const [column, sealing] of Object.entries(columns)) {
        if (/sealed|wrapped/.test(column)) expect(['tenant', 'person']).toContain(sealing);
      }
      if (born !== null)
        expect([place, register[place]?.plain]).toEqual([place, expect.arrayContaining([born])]);
    }
  });
});

describe('whoever took', () => {
  const field = (sealing: FieldCount['sealing'], rows: number): FieldCount => {
    return { place: 'a', column: sealing, category: 'number', sealing, rows };
  };
  const fields = [
    field('open', 1),
    field('pseudonym', 10),
    field('tenant', 100),
    field('person', 1_000),
    field('recording', 10_000),
  ];
  const standing = { persons: 7, recordings: 3, fields };

  test.each([
    ['vault', 0, 0, 0, 0],
    ['key', 0, 0, 0, 0],
    ['database', 0, 0, 1, 10],
    ['database+vault', 0, 0, 1, 10],
    ['database+key', 7, 0, 11_101, 10],
    ['database+key+vault', 7, 3, 11_101, 10],
  ])('%s names %i, hears %i, reads %i', (name, persons, recordings, values, pseudonyms) => {
    const taken = everyTaking.find((one) => one.join('+') === name)!;
    expect(exposureOf(standing, taken)).toEqual({ taken, persons, recordings, values, pseudonyms });
  });
});

describe('copies of a key', () => {
  const line = (at: number, event: CustodyLine['event'], place = '', key = 'k'): CustodyLine => {
    return { key, event, place, holder: '', at, by: 'ann' };
  };
  const log = [
    line(1, 'made'),
    line(2, 'copied', 'safe'),
    line(3, 'copied', 'bank'),
    line(3, 'opened', 'server'),
    line(4, 'handed-over', 'counsel', 'other'),
    line(5, 'returned', 'safe'),
    line(7, 'destroyed'),
  ];

  test('that is returned nowhere in particular ends none', () => {
    const unsaid = [...log.slice(0, 5), line(6, 'returned')];
    expect(copiesAt(unsaid, 6)).toEqual(copiesAt(log, 4));
  });

  test.each([
    [0, []],
    [1, ['k ']],
    [2, ['k ', 'k safe']],
    [4, ['k ', 'k safe', 'k bank', 'other counsel']],
    [5, ['k ', 'k bank', 'other counsel']],
    [7, ['other counsel']],
  ])('at %i are %j', (at, copies) => {
    expect(copiesAt(log, at).map(({ key, place }) => `${key} ${place}`)).toEqual(copies);
    expect(copiesAt(log.toReversed(), at).length).toBe(copies.length);
  });
});

describe('a key that was seen', () => {
  const line = (
    at: number,
    event: CustodyLine['event'],
    key: string,
    by: string | null = 'ann',
  ) => {
    return { key, event, place: '', holder: '', at, by };
  };
  const seen = line(5, 'exposed', 'file:1');

  test.each([
    [
      'that it was made and copied before',
      [line(1, 'made', 'file:1', null), line(2, 'copied', 'file:1')],
      1,
    ],
    ['that another was made before', [line(1, 'made', 'file:2')], 1],
    ['that a year has a key of its own', [line(7, 'made', 'recordings/2027', null)], 1],
    ['that another was put in force since', [line(6, 'made', 'file:2')], 0],
    ['that its copy was put into another place', [line(6, 'made', 'file:1')], 1],
    ['that it was destroyed since', [line(6, 'destroyed', 'file:1')], 0],
    ['that another was destroyed since', [line(6, 'destroyed', 'file:2')], 1],
  ])('is not done with, or is, by %s', (_, more, open) => {
    expect(openExposures([...more, seen]).length).toBe(open);
  });

  test.each(['tenant', 'recordings/2026'])('%s is not done with by being wrapped again', (key) => {
    const seenBelow = line(5, 'exposed', key);
    expect(openExposures([seenBelow, line(6, 'made', 'file:2')])).toEqual([seenBelow]);
    expect(openExposures([seenBelow, line(6, 'destroyed', key)])).toEqual([]);
  });
});
