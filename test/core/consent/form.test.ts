import { describe, expect, test } from 'vitest';
import { type ConsentForm, formHash, supersededBy } from '../../../src/core/consent/form.ts';
import { formFaults } from '../../../src/core/consent/form-faults.ts';
import { shippedPreferences } from '../../../src/core/consent/preferences-form.ts';
import { purposes } from '../../../src/core/words.ts';

const form: ConsentForm = {
  name: 'newsletter',
  locale: 'en',
  title: 'Offers by telephone',
  controller: 'Muster GmbH',
  intro: 'You may hear of our offers, if you like.',
  next: 'We text you a code. Once you have entered it we may call you, twice a month at most.',
  withdrawal: 'Take it back at any time at /privacy/choices, or text STOP.',
  submit: 'Send',
  purposes: [
    {
      purpose: 'marketing-calls',
      words: 'Muster GmbH calls you with offers of its own garden furniture.',
      box: 'You may call me with offers.',
    },
  ],
  sites: ['https://www.example.com'],
};
const [asked] = form.purposes;
const paths = (change: object) =>
  formFaults({ ...form, ...change } as ConsentForm).map(({ path }) => path);

describe('[cap 32] a form', () => {
  test('that says everything may be published, and so may the one that is shipped', () => {
    expect(formFaults(form)).toEqual([]);
    expect(formFaults(shippedPreferences('Muster GmbH'))).toEqual([]);
  });

  test.each([
    ['what happens next', { next: '' }, 'body.next'],
    ['how a yes is taken back', { withdrawal: ' ' }, 'body.withdrawal'],
    [
      'a way to take it back',
      { withdrawal: 'You may change your mind at any time.' },
      'body.withdrawal',
    ],
    ['who asks', { controller: '' }, 'body.controller'],
    ['what it is about', { intro: '' }, 'body.intro'],
    ['a purpose', { purposes: [] }, 'body.purposes'],
    ['words beside a box', { purposes: [{ ...asked, box: '' }] }, 'body.purposes.0.box'],
    ['what the box is for', { purposes: [{ ...asked, words: '' }] }, 'body.purposes.0.words'],
  ])('without %s may not', (_, change, path) => {
    expect(paths(change)).toEqual([path]);
  });

  test.each([
    ['whose button says yes', { submit: 'I agree' }, 'body.submit'],
    ['whose button says yes in German', { submit: 'Zustimmen' }, 'body.submit'],
    ['whose button says yes in Spanish', { submit: 'Acepto' }, 'body.submit'],
    ['with one purpose in two boxes', { purposes: [asked, asked] }, 'body.purposes.1.purpose'],
    [
      'with a vague purpose',
      { purposes: [{ ...asked, words: 'Your calls may be recorded for various purposes.' }] },
      'body.purposes.0.words',
    ],
    ['shown by anybody', { sites: ['*'] }, 'body.sites.0'],
    ['shown by a page without encryption', { sites: ['http://example.com'] }, 'body.sites.0'],
  ])('%s may not', (_, change, path) => {
    expect(paths(change)).toEqual([path]);
  });

  test('tells every mistake at once', () => {
    expect(paths({ next: '', withdrawal: '', purposes: [] })).toHaveLength(3);
  });
});

describe('a version', () => {
  const before = { hash: formHash(form, 1), form };

  test('has another hash for anything that is read in it', () => {
    const hashes = [form, { ...form, next: `${form.next} Soon.` }, { ...form, title: 'Offers' }];
    expect(new Set(hashes.map((one) => formHash(one, 1))).size).toBe(3);
    expect(formHash(form, 2)).not.toBe(formHash(form, 1));
  });

  test('supersedes the words it has in another way, and nothing else', () => {
    const other = { ...asked!, words: 'Muster GmbH and its partners call you with offers.' };
    const change = { ...form, title: 'Offers', purposes: [other] };
    expect(supersededBy(change, [before])).toEqual([
      { document: before.hash, purpose: 'marketing-calls' },
    ]);
    expect(supersededBy({ ...form, title: 'Offers' }, [before])).toEqual([]);
    expect(supersededBy({ ...form, purposes: [] }, [before])).toEqual([]);
  });

  test('of the shipped words asks for every purpose there is', () => {
    const asks = shippedPreferences('Muster GmbH').purposes.map(({ purpose }) => purpose);
    expect(asks.toSorted()).toEqual([...purposes].sort());
  });
});
