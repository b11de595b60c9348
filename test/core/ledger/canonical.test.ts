import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical, parseCanonical } from '../../../src/core/ledger/canonical.ts';

describe('RFC 8785 vectors without fractions', () => {
  it.each([
    ['arrays', '[56, {"d": true, "10": null, "1": [ ]}]', '[56,{"1":[],"10":null,"d":true}]'],
    [
      'french',
      '{"peach": "This sorting order", "péché": "is wrong according to French", "pêche": "but canonicalization MUST", "sin": "ignore locale"}',
      '{"peach":"This sorting order","péché":"is wrong according to French","pêche":"but canonicalization MUST","sin":"ignore locale"}',
    ],
    [
      'structures',
      '{"1": {"f": {"f": "hi","F": 5} ,"\\n": 56},"10": { }, "": "empty", "a": { }, "111": [ {"e": "yes","E": "no"} ], "A": { }}',
      '{"":"empty","1":{"\\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}],"A":{},"a":{}}',
    ],
    ['unicode', '{"Unnormalized Unicode":"A\\u030a"}', '{"Unnormalized Unicode":"A\u030a"}'],
    [
      'weird',
      '{"\\u20ac": "Euro Sign", "\\r": "Carriage Return", "\\u000a": "Newline", "1": "One", "\\u0080": "Control\\u007f", "\\ud83d\\ude02": "Smiley", "\\u00f6": "Latin Small Letter O With Diaeresis", "\\ufb33": "Hebrew Letter Dalet With Dagesh", "</script>": "Browser Challenge"}',
      '{"\\n":"Newline","\\r":"Carriage Return","1":"One","</script>":"Browser Challenge","\u0080":"Control\u007f","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign","😂":"Smiley","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    ],
    [
      'strings',
      '"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/"',
      '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"',
    ],
    ['minus zero', '-0', '0'],
    ['the largest integer', '9007199254740991', '9007199254740991'],
  ])('%s', (_name, input, output) => {
    expect(canonical(JSON.parse(input))).toBe(output);
    expect(canonical(parseCanonical(output, 'x'))).toBe(output);
  });
});

describe('what is refused', () => {
  it.each([
    ['a fraction', { a: [1, 0.5] }, '$.a[1]: is not a safe integer'],
    ['an integer that JSON readers round', 2 ** 53, '$: is not a safe integer'],
    ['not a number', Number.NaN, '$: is not a safe integer'],
    ['infinity', -Infinity, '$: is not a safe integer'],
    ['undefined in an object', { a: undefined }, '$.a: is neither'],
    ['a hole in an array', new Array(1), '$[0]: is neither'],
    ['a big integer', 1n, '$: is neither'],
    ['a date', new Date(0), '$: is neither'],
    ['bytes', Buffer.from('a'), '$: is neither'],
    ['a map', new Map(), '$: is neither'],
    ['a function', () => 1, '$: is neither'],
    ['half of a surrogate pair', ['\ud800'], '$[0]: has half of a surrogate pair'],
    ['half of a pair in a key', { '\udc00': 1 }, '$: has half of a surrogate pair'],
  ])('%s', (_name, value, message) => {
    expect(() => canonical(value)).toThrow(message);
  });

  it('a value that nests without end', () => {
    const loop: unknown[] = [];
    loop.push(loop);
    expect(() => canonical(loop)).toThrow('nests deeper than 32');
  });

  it.each([
    ['white space', '{"a": 1}'],
    ['another order', '{"b":1,"a":1}'],
    ['a repeated key', '{"a":1,"a":1}'],
    ['a needless escape', '"\\u0041"'],
    ['an exponent', '1e2'],
    ['minus zero', '-0'],
  ])('reading text with %s', (_name, text) => {
    expect(() => parseCanonical(text, 'leaf')).toThrow('leaf: is not in canonical form');
  });

  it('text that is not JSON, without quoting it', () => {
    expect(() => parseCanonical('{secret', 'leaf')).toThrow(/^ledger_broken: leaf: is not JSON$/);
  });
});

describe('properties', () => {
  const value = fc.jsonValue({ noUnicodeString: false }).filter((json) => {
    const numbers = JSON.stringify(json).replace(/"(?:[^"\\]|\\.)*"/g, '');
    const isSafe = (digits: string) => Number.isSafeInteger(Number(digits));
    return !/[.eE]/.test(numbers) && (numbers.match(/\d+/g) ?? []).every(isSafe);
  });

  it('reading what was written gives the same text', () => {
    fc.assert(
      fc.property(value, (json) => {
        const text = canonical(json);
        expect(canonical(JSON.parse(text))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(json)));
      }),
    );
  });
});
