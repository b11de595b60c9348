import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerOf, learnWords, meaningOf, wantsPerson } from '../../../src/core/consent/answer.ts';
import { english } from '../../../src/core/consent/grammar/en.ts';
import type { Answer } from '../../../src/core/words.ts';

const keys = { grant: '1', refuse: '2', person: '0' } as const;

const byKeys = (digits: string | null): Answer =>
  answerOf({ digits, speech: null, confidence: null }, keys, false, 'en');

const byWords = (speech: string, confidence: number | null = 0.9, locale = 'en-US'): Answer =>
  answerOf({ digits: null, speech, confidence }, keys, true, locale);

describe('keys', () => {
  test.each<[string | null, Answer]>([
    ['1', 'grant'],
    ['2', 'deny'],
    ['*', 'deny'],
    ['0', 'deny'],
    [null, 'silence'],
    ['', 'silence'],
    ['11', 'unclear'],
    ['12', 'unclear'],
    ['21', 'unclear'],
    ['*1', 'unclear'],
    ['1*', 'unclear'],
    ['1#', 'unclear'],
    ['#', 'unclear'],
    ['3', 'unclear'],
    [' 1', 'unclear'],
    ['1\n', 'unclear'],
    ['１', 'unclear'],
    ['١', 'unclear'],
    ['w1', 'unclear'],
    ['+1', 'unclear'],
    ['1'.repeat(400), 'unclear'],
  ])('%j is %s', (digits, answer) => {
    expect(byKeys(digits)).toBe(answer);
  });

  test('only the configured key grants, exactly', () => {
    fc.assert(
      fc.property(fc.string(), (digits) => {
        expect(byKeys(digits) === 'grant').toBe(digits === '1');
      }),
    );
  });

  test('other keys can be configured, and the star refuses with all of them', () => {
    const other = { grant: '5', refuse: '6', person: '9' };
    const pressed = (digits: string) =>
      answerOf({ digits, speech: null, confidence: null }, other, false, 'en');
    expect(['5', '6', '9', '*', '1', '2'].map(pressed)).toEqual([
      'grant',
      'deny',
      'deny',
      'deny',
      'unclear',
      'unclear',
    ]);
  });

  test('only the key for a person asks for one', () => {
    const pressed = (digits: string | null) =>
      wantsPerson({ digits, speech: null, confidence: null }, keys);
    expect(['0', '1', '2', '*', '00', '', null].map(pressed)).toEqual([
      true,
      ...Array(6).fill(false),
    ]);
  });
});

describe('keys and words at once', () => {
  test.each<[string, string, Answer]>([
    ['1', 'yes', 'unclear'],
    ['1', 'no', 'deny'],
    ['2', 'yes', 'deny'],
    ['1', 'hm', 'unclear'],
    ['5', 'yes', 'unclear'],
    ['*', 'sure', 'deny'],
  ])('%s and %j are %s', (digits, speech, answer) => {
    expect(answerOf({ digits, speech, confidence: 1 }, keys, true, 'en')).toBe(answer);
  });
});

describe('confidence', () => {
  test.each<[string, number | null, Answer]>([
    ['yes', 1, 'grant'],
    ['yes', 0.5, 'grant'],
    ['yes', 0.49, 'unclear'],
    ['yes', 0.3, 'unclear'],
    ['yes', 0, 'unclear'],
    ['yes', null, 'unclear'],
    ['yes', Number.NaN, 'unclear'],
    ['no', 0, 'deny'],
    ['no', null, 'deny'],
    ["please don't record this", null, 'deny'],
  ])('%j at %s is %s', (speech, confidence, answer) => {
    expect(byWords(speech, confidence)).toBe(answer);
  });

  test('words grant nothing where the flow takes keys only; a refusal still counts', () => {
    const heard = (speech: string) =>
      answerOf({ digits: null, speech, confidence: 1 }, keys, false, 'en');
    expect(heard('yes')).toBe('unclear');
    expect(heard('no')).toBe('deny');
  });

  test('a language without a grammar is answered by keys', () => {
    expect(byWords('yes', 1, 'fr-FR')).toBe('unclear');
    expect(byWords('ja', 1, 'en')).toBe('unclear');
    expect(byWords('tak', 1, 'pl')).toBe('unclear');
    expect(byWords('yes', 1, 'pl-PL')).toBe('unclear');
    expect(byWords('yes', 1, 'eng')).toBe('unclear');
  });
});

/** One or a few phrases for each class of trap; the classes are those that fooled others. */
const phrases: readonly (readonly [string, Answer, readonly string[]])[] = [
  ['plain yes', 'grant', ['Yes', 'yeah.', 'Yep!', 'sure thing', 'certainly', 'of course', 'Aye']],
  ['yes with courtesy', 'grant', ['yes please', 'yes, thank you', 'sure, thanks a lot', 'yes sir']],
  [
    'yes after a hesitation',
    'grant',
    ['uhm, yes', 'er yeah', 'oh, sure', 'okay, yes', 'um, okay, sure'],
  ],
  ['yes said twice', 'grant', ['yes, yes', 'sure, of course', 'yes I agree, go ahead']],
  ['the act itself', 'grant', ['you may record this call', 'please record it', 'I consent']],
  ['a permission', 'grant', ['you have my permission', 'I give you my consent', 'go right ahead']],
  ['content with it', 'grant', ['I’m fine with the recording', 'I am happy to be recorded']],
  [
    'the key said aloud',
    'grant',
    ['one', '1', 'I press one', 'number 1', 'yes, one', 'option one please'],
  ],
  ['plain no', 'deny', ['No', 'nope.', 'NAH', 'no!', 'no, no', 'never', 'negative', 'no way']],
  [
    'no with courtesy',
    'deny',
    ['no thank you', 'no, thanks', 'sorry, no', 'no sir', 'uh, no please'],
  ],
  [
    'no in other words',
    'deny',
    ['I refuse', 'I decline', 'I would object', 'I disagree', 'not today'],
  ],
  [
    'a yes-word that begins a no',
    'deny',
    ['absolutely not', 'certainly not', 'definitely not', 'sure not to record it'],
  ],
  [
    'a yes-word inside a no',
    'deny',
    ["I don't agree", "I won't accept that", "I'm not happy with it", 'I do not consent'],
  ],
  [
    'hedged no',
    'deny',
    ["I don't think so", 'probably not', "I'd rather not", 'preferably not', 'I hope not'],
  ],
  [
    'yes and a prohibition',
    'deny',
    [
      "yes, but don't record",
      'okay, no recording',
      "sure, just don't tape it",
      'fine, without recording',
    ],
  ],
  [
    'a correction that ends in no',
    'deny',
    ['yes, I mean no', 'yes, sorry, no', 'sure, wait, no', 'yes, actually no'],
  ],
  [
    'an order to stop',
    'deny',
    [
      'stop recording',
      'stop the recording please',
      'turn it off',
      'switch that thing off',
      'opt me out',
    ],
  ],
  ['the other key said aloud', 'deny', ['two', '2', 'press two', 'number two please']],
  [
    'the double no-yes',
    'unclear',
    ['yeah no', 'no yes', 'no, sure', 'no, go ahead', 'no, that is fine'],
  ],
  ['a correction that ends in yes', 'unclear', ['no, I mean yes', 'no, sorry, yes']],
  [
    'idioms of not objecting',
    'unclear',
    [
      'no problem',
      "I don't mind",
      'no objections',
      "it doesn't bother me",
      'no worries',
      "I wouldn't mind",
    ],
  ],
  ['double negation', 'unclear', ["I don't disagree", 'I do not object']],
  [
    'acknowledgement',
    'unclear',
    ['okay', 'alright', 'I see', 'I understand', 'right', 'uh-huh', 'mm-hmm', 'okay, okay'],
  ],
  ['polite and empty', 'unclear', ["that's okay", "I'm good", "it's fine", 'thank you', 'please']],
  [
    'hedged yes',
    'unclear',
    ['I guess', 'I guess so', 'maybe', 'probably', 'I suppose yes', 'yes, perhaps', 'why not'],
  ],
  ['not sure', 'unclear', ["I'm not sure", 'not quite sure', 'no idea', "I don't know", 'no clue']],
  [
    'conditions',
    'unclear',
    ['yes, if you delete it later', 'yes, but only for quality', 'sure, as long as it is short'],
  ],
  [
    'not free',
    'unclear',
    ['if I have to', 'yes, I have no other choice', 'you do it anyway', 'if you must'],
  ],
  [
    'questions',
    'unclear',
    ['yes?', 'do I have to say yes?', 'no?', 'what happens if I say no?', 'record what？'],
  ],
  [
    'the telephone',
    'unclear',
    ['yes, hello', 'yes speaking', 'yes, this is Ann', 'hello', 'yes I can hear you'],
  ],
  ['somebody else', 'unclear', ['yes dear, in a minute', 'yes, Mum, I am coming', 'no not you']],
  [
    'sounds like it',
    'unclear',
    ['won', 'guess', 'yesterday', 'yet', 'Jess', 'ya know', 'shore', 'know', 'tutu'],
  ],
  [
    'a number that is no key',
    'unclear',
    ['three', 'one two', 'one hundred', 'twenty one', 'one second'],
  ],
  ['masked or cut', 'unclear', ['y**', 'ye', 's***', 'of', 'go']],
  ['the prompt, heard again', 'unclear', ['press one', 'press 1', 'say one', 'choose one']],
  ['nothing', 'silence', ['', '  ']],
];

describe('words', () => {
  describe.each(phrases)('%s: %s', (_, answer, said) => {
    test.each(said)('%j', (speech) => {
      expect(byWords(speech)).toBe(answer);
    });
  });

  test('punctuation, case and the shape of an apostrophe change nothing', () => {
    for (const speech of ['YES.', ' yes ', '"Yes"', 'yes…', '¡yes!', 'yes -']) {
      expect(byWords(speech), speech).toBe('grant');
    }
    for (const speech of ['don’t record', 'don`t record', "DON'T RECORD!"]) {
      expect(byWords(speech), speech).toBe('deny');
    }
  });

  test('letters of other scripts that look like a yes are no yes', () => {
    expect(byWords('уes')).toBe('unclear');
    expect(byWords('ye\u200bs')).toBe('unclear');
    expect(byWords('ｙｅｓ')).toBe('unclear');
  });
});

const said = (wanted: Answer): readonly string[] =>
  phrases.filter(([, answer]) => answer === wanted).flatMap(([, , list]) => list);

describe('properties of words', () => {
  const yes = fc.constantFrom(...said('grant'));
  const no = fc.constantFrom(...said('deny'));
  const joint = fc.constantFrom(' ', ', ', '. ', ' and ', ' but ');

  test('adding a refusal, before or after, never grants', () => {
    fc.assert(
      fc.property(yes, no, joint, fc.boolean(), (grant, deny, between, first) => {
        const speech = first ? deny + between + grant : grant + between + deny;
        expect(byWords(speech)).not.toBe('grant');
      }),
      { numRuns: 2000 },
    );
  });

  test('a word outside the grammar, anywhere, never leaves a grant', () => {
    const { opening, support, politeness, assents, parts, keys: spoken } = english;
    const grammar = [opening, support, politeness, assents, Object.values(parts), spoken.digits];
    const texts = [...grammar.flat(), spoken.naming, ...said('grant')];
    const known = new Set(texts.flatMap((text) => text.toLowerCase().match(/[a-z0-9]+/g) ?? []));
    const hesitation = /^(u+h*m*|u*m+|e+r+m?|a+h|oh)$/;
    const stranger = fc
      .string({
        unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'),
        minLength: 1,
        maxLength: 8,
      })
      .filter((word) => !known.has(word) && !hesitation.test(word));
    fc.assert(
      fc.property(yes, stranger, fc.nat(), (grant, word, at) => {
        const words = grant.split(' ');
        words.splice(at % (words.length + 1), 0, word);
        expect(byWords(words.join(' '))).not.toBe('grant');
      }),
      { numRuns: 2000 },
    );
  });

  test('a question mark anywhere never leaves a grant', () => {
    fc.assert(
      fc.property(yes, fc.nat(), (grant, at) => {
        const cut = at % (grant.length + 1);
        expect(byWords(`${grant.slice(0, cut)}?${grant.slice(cut)}`)).not.toBe('grant');
      }),
    );
  });

  test('any text is answered, and endless text grants nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (speech) => {
        expect(['grant', 'deny', 'unclear', 'silence']).toContain(byWords(speech));
      }),
    );
    expect(byWords('yes '.repeat(16_000))).toBe('unclear');
    expect(byWords(`${'no '.repeat(300)}${'yes '.repeat(16_000)}`)).toBe('deny');
  });

  test('a grant has at most 100 characters', () => {
    const hundred = `${'yes '.repeat(24)}sure`;
    expect(byWords(hundred)).toBe('grant');
    expect(byWords(` ${hundred}! `)).toBe('grant');
    expect(byWords(`${hundred} yes`)).toBe('unclear');
  });

  test('a refusal at the end of a minute of speech is a refusal', () => {
    const story = 'and then she said hello again to the man with the hat '.repeat(900);
    for (const end of ["please don't record", 'turn the thing off', 'opt me out', 'i refuse']) {
      expect(byWords(story + end), end).toBe('deny');
    }
    expect(byWords(`stop ${story} recording`)).toBe('deny');
    expect(byWords(`recording ${story} stop`)).toBe('unclear');
  });
});

/** Each would take from seconds to for ever if the time grew faster than the length. */
describe('the work grows with the length, not faster', () => {
  /** Every word and every phrase of the tables above, and the parts of words patterns repeat. */
  const parts = [
    ...new Set([
      ...phrases.flatMap(([, , list]) => list.flatMap((phrase) => [phrase, ...phrase.split(' ')])),
      ...[
        'you can record',
        'you may record it',
        'go ahead and',
        'all right',
        'thank you very much',
      ],
      ...['turn', 'opt', 'switch', 'without', 'and', 'then', 'just', 'but', 'really', "ma'am"],
      ...['uuuuuuuuuuuuuuuuuuuuuuuu', 'uhhhhhhhhhhhhhhhhhhhhhhm', 'errrrrrrrrrr', 'aaaaaaaaaaah'],
    ]),
  ].filter((part) => part.trim() !== '');
  const repeated = (part: string, characters: number) =>
    part.repeat(Math.ceil(characters / part.length)).slice(0, characters);

  test('for 50,000 characters of one phrase, and a word that fits nowhere', () => {
    for (const part of parts) {
      expect(byWords(`${repeated(`${part} `, 50_000)} banana`), part).not.toBe('grant');
    }
  });

  test('for what is nearly a grant, up to the longest there is and ten times that', () => {
    for (const one of said('grant')) {
      expect(byWords(`${repeated(`${one} `, 1_000)} banana`)).not.toBe('grant');
      for (const other of [one, ...said('grant'), 'you can record', 'record', 'you can']) {
        expect(byWords(`${repeated(`${one} ${other} `, 90)} banana`)).not.toBe('grant');
      }
    }
  });

  test.each(['a\u0301\u0327', '\u0301', '\u0327\u0301', 'u', 'uh', 'Σ', "'", '-', ' ', '\n', 'İ'])(
    'for 50,000 characters of %j without a space',
    (characters) => {
      const speech = repeated(characters, 50_000);
      expect(byWords(`${speech} no recording`)).toBe('deny');
    },
  );
});

test('words that were learned beforehand are understood at once', () => {
  let learning = 0;
  let answering = 0;
  for (const [grant, refuse] of [
    ['3', '4'],
    ['5', '6'],
    ['7', '8'],
  ] as const) {
    const began = performance.now();
    learnWords({ grant, refuse });
    const learned = performance.now();
    for (const locale of ['de', 'en', 'es', 'fr', 'it', 'nl', 'pt']) {
      expect(meaningOf(grant, { grant, refuse }, locale)?.answer).toBe('grant');
    }
    learning += learned - began;
    answering += performance.now() - learned;
  }
  expect(answering).toBeLessThan(learning / 4);
});
