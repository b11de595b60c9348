/**
 * Answers by an author who had not read the grammars: plain yeses and noes of many places, what must
 * never be a yes, and every yes put beside every clause that takes it back. `test/vectors/heard`
 * holds them, a file a language (those of `heard-later` were written when the first had been mended): under `[grant en-US]` and `[deny en-US]` plain ones, under `[trap …]`
 * what must not grant, under `[before …]` and `[after …]` what undoes a yes there.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { meaningOf } from '../../../src/core/consent/answer.ts';
import type { Answer } from '../../../src/core/words.ts';

type Kind = 'grant' | 'deny' | 'trap' | 'after' | 'before';

interface Line {
  readonly kind: Kind;
  readonly locale: string;
  readonly text: string;
}

const kinds: readonly string[] = ['grant', 'deny', 'trap', 'after', 'before'];
const isKind = (word: string): word is Kind => kinds.includes(word);

function linesOf(file: string): readonly Line[] {
  const text = readFileSync(join(import.meta.dirname, '../../vectors', file), 'utf8');
  const lines: Line[] = [];
  let kind: Kind | null = null;
  let locale = '';
  for (const line of text.split('\n')) {
    const [, named = '', where = ''] = /^\[(\w+) ([\w-]+)\]$/.exec(line) ?? [];
    if (isKind(named)) {
      kind = named;
      locale = where;
    } else if (kind !== null && line !== '') {
      const unescaped = line.replace(/\\u([0-9a-f]{4})/g, (_, hex: string) =>
        String.fromCodePoint(Number.parseInt(hex, 16)),
      );
      lines.push({ kind, locale, text: unescaped });
    }
  }
  return lines;
}

const keys = { grant: '1', refuse: '2' };
const answerTo = (text: string, locale: string): Answer | undefined =>
  meaningOf(text, keys, locale)?.answer;

const anywhere = linesOf('heard/any.txt');

describe.each(['de', 'en', 'es', 'fr', 'it', 'nl', 'pt'])('%s', (language) => {
  const lines = [...linesOf(`heard/${language}.txt`), ...linesOf(`heard-later/${language}.txt`)];
  const of = (kind: Kind) => lines.filter((line) => line.kind === kind);
  const grants = of('grant').filter(({ text }) => text !== '1');
  const bare = grants.map(({ text, locale }) => ({ text: text.replace(/[.!]$/, ''), locale }));
  const granted = (texts: Iterable<Pick<Line, 'text' | 'locale'>>): readonly string[] =>
    [...texts]
      .filter(({ text, locale }) => answerTo(text, locale) === 'grant')
      .map((one) => one.text);
  const missed = (kind: 'grant' | 'deny') =>
    of(kind).filter(({ text, locale }) => answerTo(text, locale) !== kind);

  test('there are enough of each to say something', () => {
    expect(of('grant').length).toBeGreaterThan(80);
    expect(of('deny').length).toBeGreaterThan(75);
    expect(of('trap').length).toBeGreaterThan(350);
    expect(anywhere.length).toBeGreaterThan(60);
  });

  test('nothing that is no yes is taken for one', () => {
    const everywhere = anywhere.map(({ text }) => ({ text, locale: language }));
    expect(granted([...of('trap'), ...of('deny'), ...everywhere])).toEqual([]);
  });

  test.each(['grant', 'deny'] as const)('more than nine of ten are understood: %s', (kind) => {
    const share = missed(kind).length / of(kind).length;
    expect(
      share,
      missed(kind)
        .map(({ text }) => text)
        .join(' | '),
    ).toBeLessThan(0.1);
  });

  test('no plain yes is a no', () => {
    expect(grants.filter(({ text, locale }) => answerTo(text, locale) === 'deny')).toEqual([]);
  });

  test('a yes with what undoes it, before or after, is none', () => {
    const made = bare.flatMap(({ text, locale }) => [
      ...of('after').flatMap((undo) =>
        [' ', ', ', '. '].map((between) => ({ text: text + between + undo.text, locale })),
      ),
      ...of('before').flatMap((undo) =>
        [' ', ', '].map((between) => ({ text: undo.text + between + text, locale })),
      ),
    ]);
    expect(granted(made)).toEqual([]);
  });

  test('a yes and a no at once are no yes, in either order', () => {
    const noes = of('deny').filter(({ text }) => text !== '2');
    const made = bare.flatMap(({ text, locale }) =>
      noes.flatMap((no) => [
        { text: `${text} ${no.text}`, locale },
        { text: `${no.text} ${text}`, locale },
      ]),
    );
    expect(granted(made)).toEqual([]);
  });

  test('a yes asked back or marked up is none', () => {
    const made = bare.flatMap(({ text, locale }) =>
      [`${text}?`, `<${text}>`, `<b>${text}</b>`, `${text} 👎`, `*${text}*`, `(${text})`].map(
        (marked) => ({ text: marked, locale }),
      ),
    );
    expect(granted(made)).toEqual([]);
  });
});
