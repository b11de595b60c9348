import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readText } from '../../../src/core/consent/text.ts';
import { contactWords } from '../../../src/core/consent/text-contact-words.ts';
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
    'ｓｔｏｐ',
    'ＳＴＯＰ',
    '𝐒𝐓𝐎𝐏',
    's.t.o.p',
    'S T O P',
    's-t-o-p!',
    'please S.T.O.P.',
    'opt me out',
    'unsubscribed',
    'Cease and desist',
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

describe('[cap 37] a no to contact, however it is worded and however long it is', () => {
  test.each([
    'Never call me again',
    'Never text me again!',
    'do not ever call me again',
    'Please do not message me',
    'do not send me any more texts',
    'I do not want these texts',
    'I would like you not to phone me',
    'take my number off your list',
    'lose my number',
    'Please cancel all text messages to this number right away',
    'please quit texting me about this stuff thank you very much',
    'End all of the messages that you are sending to me now',
    'I have told your people twice that the number you have is mine and that I never asked for this',
    'Don’t worry about the invoice, but do not call this number again',
    'nunca me llamen',
    'ya no me manden mensajes',
    'rufen sie mich nie wieder an',
    'Schreiben Sie mir niemals wieder',
    'ne m’écrivez jamais',
    'nunca me escrevam',
    'non scrivetemi mai',
    'bel mij nooit weer',
  ])('%s', (body) => {
    expect([body, meaningOf(body)]).toEqual([body, 'doubtful']);
  });

  test.each(textLanguages)(
    'in %s: any no and any word that ends things, with any word of contact',
    (language) => {
      const { contact, negations } = contactWords[language];
      for (const no of [...negations, ...textWords[language].alone]) {
        for (const word of contact) {
          const body = `xx ${no} xx xx xx xx xx xx ${word} xx`;
          expect([body, meaningOf(body)]).toEqual([body, 'doubtful']);
        }
      }
    },
  );
});

describe('plain business about contact is left as it is', () => {
  test.each([
    'call me at 5',
    'Call me back on this number please',
    'I will send the list',
    'can you text me the address',
    'Thanks for your message, I will call you tomorrow morning',
    'Please send me an email with the offers we talked about',
    'what number can I reach you on?',
    'yes please call',
    'I missed your call',
    'I can’t talk now, call me later',
    'Please don’t hesitate to call me',
    'Don’t worry, I got your text',
    'don’t forget to send the list',
    'never mind, I found your number',
    'Please call me back before the end of the day if you can',
    'I a m here, call me',
    'Rufen Sie mich bitte morgen an',
    'Zögern Sie nicht, mich anzurufen',
    'Können Sie mir die Liste schicken? Meine Nummer haben Sie',
    'Llámeme a las cinco, por favor',
    'Mándeme la lista, no se preocupe',
    'Puede llamarme el fin de semana a este mismo número',
    'Appelez-moi demain, n’hésitez pas',
    'Envoyez-moi la liste',
    'Pode me ligar amanhã',
    'Mi chiami domani, non esiti',
    'Bel me morgen even, geen probleem',
  ])('%s', (body) => {
    expect([body, meaningOf(body)]).toEqual([body, 'other']);
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
