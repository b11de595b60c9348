import { expect, test } from 'vitest';
import { parseArguments, wantsHelp } from '../../../src/edges/cli/parse-arguments.ts';

const spec = {
  operands: [
    { name: 'A', about: 'the first' },
    { name: 'B', about: 'the second', optional: true },
  ],
  options: {
    out: { value: 'FILE', about: '' },
    age: { value: 'RECIPIENT', valueIf: /^age1/, about: '' },
    kind: { value: 'KIND', about: '', allowed: ['call', 'text'] },
    force: { about: '' },
  },
};
const parse = (...argv: readonly string[]) => {
  const input = parseArguments(spec, argv);
  return {
    operands: input.operands,
    out: input.value('out'),
    age: input.has('age') ? input.value('age') : 'not given',
    force: input.has('force'),
    json: input.json,
  };
};
const plain = { operands: ['a'], out: null, age: 'not given', force: false, json: false };

test.each([
  [['a'], plain],
  [['a', 'b'], { ...plain, operands: ['a', 'b'] }],
  [['--out', 'f', 'a'], { ...plain, out: 'f' }],
  [['--out=f', 'a'], { ...plain, out: 'f' }],
  [['a', '--out=a=b'], { ...plain, out: 'a=b' }],
  [['a', '--out', '-'], { ...plain, out: '-' }],
  [['a', '--out=--x'], { ...plain, out: '--x' }],
  [['--age', 'a'], { ...plain, age: null }],
  [['--age', 'age1x', 'a'], { ...plain, age: 'age1x' }],
  [['--age=AGE', 'a'], { ...plain, age: 'AGE' }],
  [['a', '--age'], { ...plain, age: null }],
  [['a', '--force', '--json', '--json'], { ...plain, force: true, json: true }],
  [['--', '--force'], { ...plain, operands: ['--force'] }],
  [['-'], { ...plain, operands: ['-'] }],
  [['', 'b'], { ...plain, operands: ['', 'b'] }],
])('%j is read', (argv, wanted) => {
  expect(parse(...argv)).toEqual(wanted);
});

test.each([
  [[], 'A is missing: the first'],
  [['a', 'b', 'c'], '“c” is too much; it takes A B'],
  [['a', '--kind', 'txt'], '--kind cannot be “txt”; allowed: call, text; did you mean text?'],
  [['a', '--__proto__'], 'there is no option --__proto__'],
  [['a', '---force'], 'there is no option ---force'],
  [['a', '-force'], 'there is no option -force'],
  [['a', '--out', '--force'], '--out needs a value: --out FILE'],
])('%j is refused', (argv, message) => {
  expect(() => parse(...argv)).toThrow(message);
});

test('help is asked for anywhere before the end of options', () => {
  expect(wantsHelp(['a', '--out', '--help'])).toBe(true);
  expect(wantsHelp(['-h'])).toBe(true);
  expect(wantsHelp(['a', '--', '--help'])).toBe(false);
});
