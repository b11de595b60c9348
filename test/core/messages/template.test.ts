import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { templateFaults, templateVariables } from '../../../src/core/messages/template.ts';

describe('a template of a message [cap 69]', () => {
  test.each<[string, string | null]>([
    ['{controller}: your request is noted. {link}', null],
    ['Press {choices} within 14 days.', null],
    ['Code valid for 10 minutes: https://example.com/r/8f2c', null],
    ['You called from {{from}}', 'has the variable {{from}}'],
    ['You called from {from}', 'has the variable {from}'],
    ['You called from { number }', 'has the variable { number }'],
    ['Dear {name}', 'has the variable {name}'],
    ['{{controller}}', 'has the variable {{controller}}'],
    ['Call +49 151 12345678', 'holds a number; only ids and links may be in a message'],
    ['Call (415) 555-0123 x', 'holds a number; only ids and links may be in a message'],
    ['Write to ann@example.com', 'holds an e-mail address'],
    ['https://example.com/?number=1', 'has a link that says whom it is about'],
    ['https://example.com/+4915112345678', 'has a link that says whom it is about'],
  ])('%j', (text, fault) => {
    expect(templateFaults(text)).toEqual(fault === null ? [] : [fault]);
  });

  test('is taken with no variable but those that are listed', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{1,12}$/), (name) => {
        const isListed = (templateVariables as readonly string[]).includes(name);
        expect(templateFaults(`Hello {${name}}`)).toHaveLength(isListed ? 0 : 1);
      }),
    );
  });

  test('with a telephone number anywhere in it is refused', () => {
    const digits = fc.stringMatching(/^\+?[1-9][0-9]{6,14}$/);
    fc.assert(
      fc.property(digits, fc.constantFrom('Call ', 'No. ', '{controller} '), (number, before) => {
        expect(templateFaults(`${before}${number}.`)).not.toEqual([]);
      }),
    );
  });
});
