/** Which listings concern a contact; what does not say what it is for may be for what was stopped. */
import { describe, expect, test } from 'vitest';
import { screeningPurposes } from '../../../src/core/suppression/inquiry.ts';
import { concerns, scopesOf } from '../../../src/core/suppression/scopes.ts';

const listings = ['all', 'campaign:spring', 'campaign:autumn', 'line:one', 'line:two'] as const;
const heard = (...of: Parameters<typeof scopesOf>) =>
  listings.filter((scope) => concerns(scopesOf(...of), scope));

describe('a contact', () => {
  test.each(screeningPurposes)('for %s is concerned by its own campaign and line', (purpose) => {
    expect(heard(purpose, 'spring', 'two')).toEqual(['all', 'campaign:spring', 'line:two']);
  });

  test.each(screeningPurposes.filter((one) => one !== 'service'))(
    'for %s that names none is concerned by each',
    (purpose) => {
      expect(heard(purpose, null, null)).toEqual(listings);
      expect(heard(purpose, 'spring', null)).toEqual([
        'all',
        'campaign:spring',
        'line:one',
        'line:two',
      ]);
      expect(heard(purpose, null, 'one')).toEqual([
        'all',
        'campaign:spring',
        'campaign:autumn',
        'line:one',
      ]);
    },
  );

  test('that sells nothing and names none is concerned by what is for everything', () => {
    expect(heard('service', null, null)).toEqual(['all']);
  });
});
