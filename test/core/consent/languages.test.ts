/**
 * Answers in seven languages: labelled ones, what can be made of them, and others written against
 * the grammars. A wrong `unclear` costs a question; a wrong grant an unlawful recording, so of those
 * there may be none.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { meaningOf } from '../../../src/core/consent/answer.ts';
import { languages as grammars } from '../../../src/core/consent/grammar/languages.ts';
import type { Answer } from '../../../src/core/words.ts';
import { adversarial } from './adversarial.ts';

interface Labelled {
  readonly lang: string;
  readonly text: string;
  readonly label: 'grant' | 'deny' | 'unclear';
}

const labelled: readonly Labelled[] = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../vectors/utterances.json'), 'utf8'),
);
const languages = ['de', 'en', 'es', 'fr', 'it', 'nl', 'pt'] as const;
type Language = (typeof languages)[number];

/** More answers, one a line: language, label, text. */
const linesOf = (file: string): readonly Labelled[] =>
  readFileSync(join(import.meta.dirname, '../../vectors', file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const [lang = '', label, text = ''] = line.split('|');
      if (label !== 'grant' && label !== 'deny' && label !== 'unclear') throw new Error(line);
      return { lang, label, text };
    });

/**
 * Both by authors who had not read the grammars. A nod (“vale”, “d'accord”, “va bene”) is labelled
 * unclear in the second: it may only say that the question was heard.
 */
const fresh = linesOf('answers.txt');
const unseen = linesOf('answers-unseen.txt');

const keys = { grant: '1', refuse: '2' };
const answerIn = (lang: string, text: string): Answer | undefined =>
  meaningOf(text, keys, lang)?.answer;
const labelledIn = (lang: string, label: string): readonly string[] =>
  labelled.filter((one) => one.lang === lang && one.label === label).map(({ text }) => text);

/** Texts of which one is taken for a yes though it must not be. */
const granted = (lang: string, texts: Iterable<string>): readonly string[] =>
  [...texts].filter((text) => answerIn(lang, text) === 'grant');

/** What turns a yes around, or takes it back by halves, wherever it is put in. */
const negations: Record<Language, readonly string[]> = {
  de: ['nicht', 'nein', 'nie', 'kein', 'nee'],
  en: ['not', 'no', 'never', "don't", 'nope'],
  es: ['no', 'nunca', 'jamás', 'tampoco'],
  fr: ['non', 'pas', 'jamais', 'aucun'],
  it: ['no', 'non', 'mai', 'nessun'],
  nl: ['niet', 'nee', 'nooit', 'geen'],
  pt: ['não', 'nunca', 'nao', 'jamais'],
};
const doubts: Record<Language, readonly string[]> = {
  de: ['vielleicht', 'aber', 'wenn', 'glaube ich', 'nur', 'eventuell', 'falls'],
  en: ['maybe', 'but', 'if', 'I guess', 'only', 'perhaps', 'unless'],
  es: ['quizás', 'pero', 'creo', 'solo', 'tal vez', 'depende'],
  fr: ['peut-être', 'mais pas', 'si', 'je crois', 'seulement', 'ça dépend'],
  it: ['forse', 'ma', 'se', 'credo', 'solo', 'dipende'],
  nl: ['misschien', 'maar', 'als', 'ik denk', 'alleen', 'mits'],
  pt: ['talvez', 'mas', 'se', 'acho', 'só', 'depende'],
};

function* withWord(text: string, word: string): Generator<string> {
  const words = text.split(' ');
  for (let at = 0; at <= words.length; at += 1) {
    yield [...words.slice(0, at), word, ...words.slice(at)].join(' ');
  }
}

const withoutAccents = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '');

describe.each(languages)('%s', (lang) => {
  const grants = labelledIn(lang, 'grant');
  const denials = labelledIn(lang, 'deny');
  const unclear = labelledIn(lang, 'unclear');

  test('nothing that is no yes is taken for one', () => {
    expect(granted(lang, [...denials, ...unclear])).toEqual([]);
  });

  test('more than nine of ten yeses and noes are understood', () => {
    const share = (texts: readonly string[], answer: Answer) =>
      texts.filter((text) => answerIn(lang, text) === answer).length / texts.length;
    expect(share(grants, 'grant')).toBeGreaterThan(0.9);
    expect(share(denials, 'deny')).toBeGreaterThan(0.9);
  });

  test('a yes with a negation anywhere in it is none', () => {
    const made = grants.flatMap((text) =>
      negations[lang].flatMap((word) => [...withWord(text, word)]),
    );
    expect(granted(lang, made)).toEqual([]);
  });

  test('a yes with a doubt before or behind it is none', () => {
    const made = grants.flatMap((text) =>
      doubts[lang].flatMap((doubt) => [
        `${text} ${doubt}`,
        `${text}, ${doubt}`,
        // “Aber ja” is a hearty yes; “but” before a yes of any other language is none.
        doubt === 'aber' ? `${doubt} nein` : `${doubt} ${text}`,
      ]),
    );
    expect(granted(lang, made)).toEqual([]);
  });

  test('a yes and a no at once are no yes, in either order', () => {
    const made = grants.flatMap((yes) =>
      denials.flatMap((no) => [`${yes} ${no}`, `${no} ${yes}`, `${yes}, ${no}`, `${no}. ${yes}`]),
    );
    expect(granted(lang, made)).toEqual([]);
  });

  test('case, punctuation, spaces and accents make no yes of anything', () => {
    const made = [...denials, ...unclear].flatMap((text) => [
      text.toUpperCase(),
      `${text}.`,
      `  ${text}  `,
      text.replaceAll(',', ''),
      withoutAccents(text),
      text.normalize('NFD'),
    ]);
    const said = granted(lang, made);
    expect(said).toEqual([]);
  });

  test('a question is no answer', () => {
    expect(
      granted(
        lang,
        grants.map((text) => `${text}?`),
      ),
    ).toEqual([]);
  });

  test('case, a full stop and composed accents leave a yes a yes', () => {
    for (const text of grants) {
      expect([text, answerIn(lang, `${text.toUpperCase()}.`)]).toEqual([
        text,
        answerIn(lang, text),
      ]);
      expect([text, answerIn(lang, text.normalize('NFD'))]).toEqual([text, answerIn(lang, text)]);
    }
  });

  test('words thrown together are no yes once a negation is among them', () => {
    const words = [
      ...new Set(
        labelled.filter((one) => one.lang === lang).flatMap(({ text }) => text.split(/[ ,]+/)),
      ),
    ].filter((word) => word !== '');
    const heap = fc.tuple(
      fc.array(fc.constantFrom(...words), { maxLength: 5 }),
      fc.constantFrom(...negations[lang]),
      fc.array(fc.constantFrom(...words), { maxLength: 5 }),
    );
    fc.assert(
      fc.property(heap, ([before, negation, after]) => {
        const text = [...before, negation, ...after].join(' ');
        expect([text, answerIn(lang, text) === 'grant']).toEqual([text, false]);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['fresh', fresh, 60],
    ['unseen', unseen, 50],
  ] as const)('%s answers: no false yes, and nearly all are told apart', (_, all, atLeast) => {
    const mine = all.filter((one) => one.lang === lang);
    expect(mine.length).toBeGreaterThanOrEqual(atLeast);
    for (const label of ['grant', 'deny', 'unclear'] as const) {
      const texts = mine.filter((one) => one.label === label).map(({ text }) => text);
      if (label !== 'grant') expect(granted(lang, texts)).toEqual([]);
      const missed = texts.filter((text) => answerIn(lang, text) !== label);
      expect(missed.length / texts.length, missed.join(' | ')).toBeLessThan(0.1);
    }
  });

  test('the work for 50,000 characters of one answer grows with the length, not faster', () => {
    for (const text of [...grants, ...denials, ...unclear].filter((one) => one !== '')) {
      const said = `${text} `.repeat(Math.ceil(50_000 / (text.length + 1)));
      expect([text, answerIn(lang, `${said}banana`) === 'grant']).toEqual([text, false]);
    }
  });

  test('a minute of speech takes no longer than its length', () => {
    const piece = `${grants.join(' ')} ${denials.join(' ')} `;
    const long = piece.repeat(Math.ceil(20_000 / piece.length));
    expect(answerIn(lang, long)).not.toBe('grant');
  });

  test('no part of a yes negates', () => {
    const { opening, support, politeness, assents } = grammars.get(lang)!;
    const parts = [opening, support, politeness, assents].flat();
    const words = parts.flatMap((part) => part.match(/[\p{L}\p{M}']+/gu) ?? []);
    expect(words.filter((word) => negations[lang].includes(word))).toEqual([]);
  });

  const written = adversarial[lang];
  test.each(written.unclearOrDeny)('“%s” is no yes', (text) => {
    expect(answerIn(lang, text)).not.toBe('grant');
  });
  test('plain yeses are understood', () => {
    const missed = written.yes.filter((text) => answerIn(lang, text) !== 'grant');
    expect(missed.length / written.yes.length, missed.join(' | ')).toBeLessThan(0.1);
  });
  test('plain noes are understood', () => {
    const missed = written.no.filter((text) => answerIn(lang, text) !== 'deny');
    expect(missed.length / written.no.length, missed.join(' | ')).toBeLessThan(0.1);
  });
});
