import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readText } from '../../../src/core/consent/text.ts';
import { textLanguages, textWords } from '../../../src/core/consent/text-words.ts';

const meaningOf = (body: string) => readText(body).meaning;

describe('[cap 37] a stop that is clear', () => {
  // The words of 47 CFR 64.1200(a)(10), and those that the carrier acts on.
  test.each([
    'stop',
    'quit',
    'end',
    'revoke',
    'opt out',
    'cancel',
    'unsubscribe',
    'STOP',
    'STOPALL',
    'REVOKE',
    'OPTOUT',
    'CANCEL',
    'END',
    'QUIT',
    'UNSUBSCRIBE',
    'ARRET',
    'ALTO',
    'BAJA',
  ])('%s', (word) => {
    for (const body of [
      word,
      `${word}.`,
      ` ${word.toUpperCase()}!! `,
      `"${word}"`,
      `${word} please`,
    ]) {
      expect([body, meaningOf(body)]).toEqual([body, 'stop']);
    }
  });

  test.each([
    'STOP PLEASE',
    'Please stop calling me',
    'stop texting me now',
    'pls stop',
    'Opt-out',
    'OPT OUT!',
    'ok stop',
    'Stop. Now.',
    'no, stop',
    'ｓｔｏｐ'.normalize('NFKC'),
    'bitte stopp',
    'Abmelden bitte',
    'WIDERRUF',
    'Ich will mich abmelden',
    'ARRÊT',
    'arrêtez svp',
    'Désabonner',
    'alto por favor',
    'Quiero darme de baja',
    'BAJA',
    'parar por favor',
    'quero parar isto',
    'sair',
    'basta',
    'basta grazie',
    'revoca',
    'Fermate tutto',
    'stoppen aub',
    'AFMELDEN',
    'Ik wil afmelden',
  ])('%s', (body) => {
    expect([body, meaningOf(body)]).toEqual([body, 'stop']);
  });

  test.each(textLanguages)('every word of %s alone, in capitals, and with courtesy', (language) => {
    const { stop, alone, courtesy } = textWords[language];
    for (const word of [...stop, ...alone]) {
      for (const body of [word, word.toUpperCase(), `${word} ${courtesy[0]}`]) {
        expect([body, meaningOf(body)]).toEqual([body, 'stop']);
      }
    }
  });
});

describe('[cap 37] what may be a stop', () => {
  test.each([
    'please no more',
    'Please no more calls',
    'leave me alone',
    "don't call me again",
    'do not record me any more',
    'take me off your list',
    'not interested',
    'Wrong number',
    'cancel my appointment on monday',
    'is this the end of it',
    "please don't stop",
    'can you stop by tomorrow',
    'the bus stop is over there',
    'I told your agent yesterday that I want all of this to stop and nobody listened to me at all',
    'Bitte keine Anrufe mehr',
    'ich widerrufe meine einwilligung von gestern',
    'rufen Sie mich nicht mehr an',
    'bitte nicht stoppen',
    'no me llamen más',
    'ne m’appelez plus',
    'laissez-moi tranquille',
    'não me liguem',
    'non chiamatemi più',
    'bel me niet meer',
    '🛑',
    ' ✋🛑 ',
  ])('%s', (body) => {
    expect([body, meaningOf(body)]).toEqual([body, 'doubtful']);
  });
});

describe('everything else', () => {
  test.each([
    ['START', 'start'],
    ['yes', 'start'],
    ['UNSTOP', 'start'],
    ['Ja', 'start'],
    ['HELP', 'help'],
    ['info', 'help'],
    ['yes please', 'other'],
    ['yes you may record me', 'other'],
    ['I agree', 'other'],
    ['', 'other'],
    ['   ', 'other'],
    ['👍', 'other'],
    ['?', 'other'],
    ['Thanks for the call, see you on Monday', 'other'],
    ['1', 'other'],
    ['What are your weekend hours?', 'other'],
    ['Danke, das war hilfreich', 'other'],
    ['endless love', 'other'],
    ['nonstop', 'other'],
  ] as const)('%s is %s', (body, meaning) => {
    expect(meaningOf(body)).toBe(meaning);
  });

  test('nothing is read for long, whatever is written', () => {
    for (const body of [
      'stop '.repeat(50_000),
      'é'.repeat(100_000),
      '\u0301'.repeat(100_000),
      `${'a '.repeat(800)}stop`,
    ]) {
      const from = performance.now();
      readText(body);
      expect(performance.now() - from).toBeLessThan(500);
    }
  });
});

test('whatever stands around a stop, it is not taken for a wish to begin', () => {
  const words = fc.array(
    fc.constantFrom('yes', 'start', 'please', 'ja', 'ok', 'call', 'me', 'now'),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(words, words, fc.constantFrom('stop', 'STOP', 'Stop!'), (before, after, stop) => {
      expect(['stop', 'doubtful']).toContain(meaningOf([...before, stop, ...after].join(' ')));
    }),
  );
});

test('confirmations say what was done in one message or two, and sell nothing', () => {
  for (const language of textLanguages) {
    const { stopped } = textWords[language];
    expect(stopped.length).toBeLessThanOrEqual(134);
    expect(stopped).not.toMatch(/https?:|www\.|%|€|\$/);
  }
});
