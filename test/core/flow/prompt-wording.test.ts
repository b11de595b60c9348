/** What the check of wording refuses, in each language by its own words. */
import { describe, expect, test } from 'vitest';
import type { FlowDefinition } from '../../../src/core/flow/definition.ts';
import { secondsOf, wordCount } from '../../../src/core/flow/prompt-measure.ts';
import { flowFaults } from '../../../src/core/flow/prompt-rules.ts';
import { checkedLanguages, wordsOf } from '../../../src/core/flow/prompt-words/languages.ts';
import { prompts, shippedFlow } from '../../model/flows.ts';

const rulesOf = (
  flow: string,
  locale: string,
  change: Record<string, string>,
  altered: Partial<FlowDefinition> = {},
) =>
  flowFaults({ ...shippedFlow(flow).definition, ...altered }, locale, (its, id) =>
    id in change ? (change[id] ?? null) : prompts.text(its, id),
  ).map(({ id, rule }) => `${id} ${rule}`);

/** For each language: sentences that no prompt may hold, by the rule that refuses them. */
const forbidden: Record<string, Record<string, readonly string[]>> = {
  en: {
    'may-be': ['This call may be recorded.', 'Calls might be monitored.', 'We may record you.'],
    staying: ['Please stay on the line.', 'By continuing you agree.', 'If you stay, we record.'],
    negative: ['Do you mind?', 'Shall we not record?', "Don't you agree?"],
    vague: ['For quality purposes.', 'For training and quality purposes.', 'For other purposes.'],
  },
  es: {
    'may-be': ['Esta llamada puede ser grabada.', 'La llamada podría grabarse.'],
    staying: ['Permanezca en la línea.', 'Al continuar, acepta.', 'No cuelgue.'],
    negative: ['¿Le importa?', '¿No quiere que grabemos?'],
    vague: ['Con fines de calidad.', 'Por motivos de calidad.', 'Para otros fines.'],
  },
  fr: {
    'may-be': ['Cet appel peut être enregistré.', 'Les appels sont susceptibles d’être écoutés.'],
    staying: ['Restez en ligne.', 'En poursuivant, vous acceptez.', 'Ne quittez pas.'],
    negative: ['Cela vous dérange ?', 'Ne voulez-vous pas ?'],
    vague: ['À des fins de qualité.', 'Pour d’autres raisons.'],
  },
  de: {
    'may-be': [
      'Dieses Gespräch kann aufgezeichnet werden.',
      'Das Gespräch wird möglicherweise aufgezeichnet.',
      'Anrufe können zu Prüfzwecken mitgeschnitten werden.',
    ],
    staying: ['Bleiben Sie in der Leitung.', 'Wenn Sie nicht auflegen, zeichnen wir auf.'],
    negative: ['Haben Sie etwas dagegen?', 'Möchten Sie nicht aufgezeichnet werden?'],
    vague: ['Zu Qualitätszwecken.', 'Zu Schulungs- und Qualitätszwecken.', 'Zu anderen Zwecken.'],
  },
  pt: {
    'may-be': ['Esta chamada pode ser gravada.', 'A chamada poderá ser gravada.'],
    staying: ['Permaneça na linha.', 'Ao continuar, aceita.', 'Não desligue.'],
    negative: ['Importa-se?', 'Não quer que gravemos?'],
    vague: ['Para fins de qualidade.', 'Por outros motivos.'],
  },
  it: {
    'may-be': ['Questa chiamata può essere registrata.', 'Potrebbe venire registrata.'],
    staying: ['Resti in linea.', 'Proseguendo, accetta.', 'Se continua, registriamo.'],
    negative: ['Le dispiace?', 'Non vuole essere registrato?'],
    vague: ['Per scopi di qualità.', 'Per altre finalità.', 'Per motivi di qualità.'],
  },
  nl: {
    'may-be': ['Dit gesprek kan worden opgenomen.', 'Het gesprek wordt mogelijk opgenomen.'],
    staying: ['Blijf aan de lijn.', 'Als u aan de lijn blijft, stemt u in.', 'Hang niet op.'],
    negative: ['Vindt u het erg?', 'Wilt u niet worden opgenomen?'],
    vague: ['Voor kwaliteitsdoeleinden.', 'Voor andere doeleinden.'],
  },
};

const sentences = Object.entries(forbidden).flatMap(([locale, rules]) =>
  Object.entries(rules).flatMap(([rule, texts]) =>
    texts.map((text) => [locale, rule, text] as const),
  ),
);

test('every language that is checked has sentences it refuses, by every rule', () => {
  expect(Object.keys(forbidden).sort()).toEqual([...checkedLanguages].sort());
  for (const rules of Object.values(forbidden)) {
    expect(Object.keys(rules)).toEqual(['may-be', 'staying', 'negative', 'vague']);
  }
});

test.each(sentences)('%s refuses (%s) “%s”', (locale, rule, text) => {
  expect(rulesOf('inbound', locale, { 'listen-first': text })).toEqual([`listen-first ${rule}`]);
});

describe.each(checkedLanguages)('a question in %s', (locale) => {
  const text = (id: string) => prompts.text(locale, id) ?? '';
  const choices = text('recording-choices');
  const sentencesOf = (words: string) => words.split(/(?<=\.)\s+/);

  test('is refused if nothing says what is done, and what for', () => {
    const found = rulesOf('inbound', locale, { 'recording-purpose': '{controller}.' });
    expect(found).toEqual(['recording-purpose deed', 'recording-purpose what-for']);
  });

  test('is refused if a choice is dropped, turned round or drowned', () => {
    const [grant = '', refuse = '', ...more] = sentencesOf(choices);
    const asked = (...parts: string[]) =>
      rulesOf('inbound', locale, { 'recording-choices': parts.join(' ') });
    expect(asked(grant, ...more)).toContain('recording-choices choices');
    expect(asked(refuse, grant, ...more)).toContain('recording-choices order');
    const drowned = refuse.replace('2', '2 x x');
    expect(asked(grant, drowned, ...more)).toEqual(['recording-choices weight']);
    const joined = `${grant.slice(0, -1)}, ${refuse}`;
    expect(asked(joined, ...more)).toContain('recording-choices weight');
  });

  test('is refused without a person, without the star, and without “at any time”', () => {
    const [grant = '', refuse = '', person = '', star = ''] = sentencesOf(choices);
    const asked = (...parts: string[]) =>
      rulesOf('inbound', locale, { 'recording-choices': parts.join(' ') });
    expect(asked(grant, refuse, person, star)).toEqual([]);
    expect(asked(grant, refuse, star)).toEqual(['recording-choices person']);
    expect(asked(grant, refuse, 'X 0.', star)).toEqual(['recording-choices person']);
    expect(asked(grant, refuse, person)).toEqual(['recording-choices withdrawal']);
    const { anyTime, star: key } = wordsOf(locale) ?? {};
    for (const words of [anyTime, key]) {
      const without = star.replace(words ?? '', 'x');
      expect(asked(grant, refuse, person, without)).toEqual(['recording-choices withdrawal']);
    }
  });

  test('to an agent says how to withdraw', () => {
    const dropped = sentencesOf(text('agent-choices')).slice(0, 2).join(' ');
    expect(rulesOf('agent', locale, { 'agent-choices': dropped })).toEqual([
      'agent-choices withdrawal',
    ]);
  });

  test('says that a computer listens if, and only if, one does', () => {
    const silent = { 'recording-purpose-speech': text('recording-purpose') };
    expect(rulesOf('inbound-speech', locale, silent)).toEqual([
      'recording-purpose-speech computer',
    ]);
    const claimed = { 'recording-purpose': text('recording-purpose-speech') };
    expect(rulesOf('inbound', locale, claimed)).toContain('recording-purpose computer');
  });

  test('about transcription names who transcribes', () => {
    const nameless = text('transcription-purpose').replace('Deepgram', 'X');
    expect(rulesOf('inbound-purposes', locale, { 'transcription-purpose': nameless })).toEqual([
      'transcription-purpose vendor',
    ]);
  });

  test('names the key that refuses everything, where there is one', () => {
    const deaf = { 'recording-retry-none': text('recording-retry') };
    expect(rulesOf('inbound-purposes', locale, deaf)).toContain('recording-retry-none choices');
  });

  test('comes soon: in 35 words and in 12 seconds', () => {
    const many = { greeting: `{controller}. ${'a '.repeat(30)}` };
    expect(rulesOf('inbound', locale, many)).toContain('recording-choices late');
    const long = { greeting: `{controller}. ${'a'.repeat(90)}` };
    expect(rulesOf('inbound', locale, long)).toEqual(['recording-choices late']);
  });
});

test('a letter with an accent is part of its word', () => {
  expect(wordsOf('fr')?.negation.test('navigué')).toBe(false);
  expect(wordsOf('it')?.star.test('stellà')).toBe(false);
});

test('a typographic apostrophe and letters in parts are read as the lists are written', () => {
  const apart = 'Cet appel peut être enregistré.'.normalize('NFD');
  expect(rulesOf('inbound', 'fr', { 'listen-first': apart })).toEqual(['listen-first may-be']);
});

test('a region is read by the words of its language, and another language by none', () => {
  const change = { 'listen-first': 'Bleiben Sie in der Leitung.' };
  expect(rulesOf('inbound', 'de-AT', change)).toEqual(['listen-first staying']);
  expect(wordsOf('pl')).toBeNull();
});

test('seconds grow with the letters, and spaces take no time', () => {
  const english = wordsOf('en');
  if (english === null) throw new Error('English is not known');
  expect(secondsOf('a'.repeat(148), english)).toBeCloseTo(10, 1);
  expect(secondsOf(' a '.repeat(148), english)).toBeCloseTo(10, 1);
  expect(wordCount(' one  two ')).toBe(2);
});

test('what is said on the way to a question counts, and what was said before a question does not', () => {
  const { definition } = shippedFlow('inbound');
  const branch = { branch: [{ when: 'open', next: 'ask-recording' }], otherwise: 'ask-recording' };
  const steps = {
    ...definition.steps,
    greet: { say: 'greeting', next: 'look' },
    look: branch,
  } as FlowDefinition['steps'];
  const change = { greeting: `{controller}. ${'word '.repeat(20)}` };
  expect(rulesOf('inbound', 'en', change, { steps })).toContain('recording-choices late');
  const menu = {
    menu: 'recorded',
    choices: { '1': 'ask-recording' },
    otherwise: 'end',
    attempts: 1,
  };
  const listening = { ...steps, look: menu } as FlowDefinition['steps'];
  expect(rulesOf('inbound', 'en', change, { steps: listening })).toEqual([]);
});
