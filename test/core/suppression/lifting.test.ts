import { describe, expect, test } from 'vitest';
import {
  liftingWords,
  mayLift,
  type Standing,
  type Word,
} from '../../../src/core/suppression/lifting.ts';

const stop: Standing = {
  listed: true,
  channel: 'text',
  scope: 'all',
  reason: 'request',
  source: 'text',
  provisional: false,
};

/** What stands, and which words lift it. */
const rows: readonly (readonly [string, Partial<Standing>, readonly Word[]])[] = [
  ['a stop of texts by text', {}, ['start', 'document']],
  ['a stop of texts that the carrier heard', { source: 'carrier' }, ['start', 'document']],
  ['a stop of calls by text', { channel: 'call' }, ['document']],
  ['a text that may be a stop', { provisional: true }, ['document', 'review']],
  ['a stop of texts by API', { source: 'api' }, ['document']],
  ['a stop of texts in a call', { source: 'call' }, ['document']],
  ['a permission that was taken back', { reason: 'withdrawal' }, ['document']],
  ['a complaint', { reason: 'complaint' }, ['document']],
  ['a stop for one campaign', { scope: 'campaign:spring' }, ['document']],
  ['what was lifted already', { listed: false }, []],
];

describe('a word lifts what it may, and never more', () => {
  test.each(rows)('%s', (_, change, words) => {
    const stands = { ...stop, ...change };
    const lifting = (['start', 'document', 'review'] as const).filter((word) =>
      mayLift(word, stands),
    );
    expect(lifting).toEqual(words);
  });

  test('a yes is no word that lifts: it may answer something else', () => {
    expect([...liftingWords].sort()).toEqual(['start', 'unstop']);
  });
});
