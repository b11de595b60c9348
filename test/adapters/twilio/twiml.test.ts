import fc from 'fast-check';
import twilio from 'twilio';
import { describe, expect, it } from 'vitest';
import { fallbackTwiml, renderTwiml } from '../../../src/adapters/twilio/twiml.ts';
import type { Document, Verb } from '../../../src/core/call/document.ts';
import { readXml } from './xml-tree.ts';

const locale = 'en-US';
const step = 'https://h.example/twilio/voice/nonce';
const overrides = '#rc=2&rp=ct,rt,5xx&rt=4000';

const gather: Extract<Verb, { verb: 'gather' }> = {
  verb: 'gather',
  action: `${step}/choices`,
  text: 'Press 1 for yes, or 2 for no.',
  locale,
  timeoutS: 5,
  speech: false,
  postEmpty: true,
};
const bridge: Extract<Verb, { verb: 'bridge' }> = {
  verb: 'bridge',
  conference: 'call-8d6e',
  action: step,
  statusCallback: 'https://h.example/twilio/conference',
  endOnExit: false,
  starReturns: true,
};

const documents: Record<string, Document> = {
  'ask-by-keys': [
    { verb: 'say', text: 'Welcome.', locale },
    { ...gather, action: `${step}/purpose`, text: 'May we record?', timeoutS: 1, postEmpty: false },
    gather,
  ],
  'ask-by-words': [{ ...gather, speech: true }],
  'bridge-caller': [
    { verb: 'say', text: 'Thank you. This call is recorded.', locale: 'en' },
    {
      verb: 'start-stream',
      name: 'leg-1',
      url: 'wss://h.example/twilio/media',
      parameters: { token: 'abc', leg: '1' },
    },
    bridge,
  ],
  'bridge-agent': [{ ...bridge, endOnExit: true, starReturns: false }],
  'after-withdrawal': [
    { verb: 'stop-stream', name: 'leg-1' },
    { verb: 'say', text: 'Die Aufnahme ist beendet.', locale: 'de-DE' },
    { verb: 'pause', seconds: 1 },
    { verb: 'redirect', url: step },
  ],
  'straight-through': [
    { verb: 'say', text: 'This call is not recorded.', locale },
    { verb: 'dial', number: '+15550100', callerId: '+15550101' },
  ],
  goodbye: [{ verb: 'say', text: 'Goodbye.', locale: 'cy-GB' }, { verb: 'hangup' }],
};

describe('documents', () => {
  it.each(Object.entries(documents))('%s', async (name, document) => {
    const twiml = renderTwiml(document);
    expect(readXml(twiml).name).toBe('Response');
    await expect(twiml).toMatchFileSnapshot(`./golden/${name}.xml`);
  });

  it('are what the library of the carrier would write', () => {
    const theirs = new twilio.twiml.VoiceResponse();
    theirs.say({ voice: 'Polly.Joanna-Neural', language: 'en-US' }, 'A & B <say> "hi"\r\n\t>');
    const ask = theirs.gather({
      input: ['dtmf'],
      action: `${step}?a="1"&b=<2>${overrides}`,
      method: 'POST',
      numDigits: 1,
      finishOnKey: '',
      timeout: 5,
      actionOnEmptyResult: true,
    });
    ask.say({ voice: 'Polly.Joanna-Neural', language: 'en-US' }, 'é 日本 🎧');
    theirs.redirect({ method: 'POST' }, step + overrides);
    const ours = renderTwiml([
      { verb: 'say', text: 'A & B <say> "hi"\r\n\t>', locale },
      { ...gather, action: `${step}?a="1"&b=<2>`, text: 'é 日本 🎧' },
      { verb: 'redirect', url: step },
    ]);
    expect(ours).toBe(theirs.toString());
  });

  it.each([
    ['nothing', []],
    ['a prompt', [{ verb: 'say', text: 'Hello.', locale }]],
    ['a gather that drops its silence', [{ ...gather, postEmpty: false }]],
    ['a stream', [{ verb: 'start-stream', name: 'a', url: 'wss://h', parameters: {} }]],
  ] satisfies [string, Document][])('never end with %s', (_name, document) => {
    expect(() => renderTwiml(document)).toThrow('ends with the call under control');
  });
});

describe('addresses', () => {
  it('ask for retries wherever the carrier is to come back', () => {
    const root = readXml(renderTwiml([...(documents['ask-by-keys'] ?? []), bridge]));
    const [, first, second, dial] = root.children;
    expect(first?.attributes['action']).toBe(`${step}/purpose${overrides}`);
    expect(second?.attributes['action']).toBe(`${step}/choices${overrides}`);
    expect(dial?.attributes['action']).toBe(step + overrides);
    expect(dial?.children[0]?.attributes['statusCallback']).toBe(
      `https://h.example/twilio/conference${overrides}`,
    );
    expect(readXml(renderTwiml([{ verb: 'redirect', url: step }])).children[0]?.text).toBe(
      step + overrides,
    );
  });

  it('of a media stream have no fragment and no query', () => {
    const [, start] = readXml(renderTwiml(documents['bridge-caller'] ?? [])).children;
    expect(start?.children[0]?.attributes['url']).toBe('wss://h.example/twilio/media');
  });
});

describe('questions', () => {
  const attributes = (verb: Verb) => readXml(renderTwiml([verb])).children[0]?.attributes ?? {};

  it('take every key as an answer, the hash key too', () => {
    expect(attributes(gather)).toMatchObject({ input: 'dtmf', numDigits: '1', finishOnKey: '' });
  });

  it('in words go to one named recogniser with a time in whole seconds', () => {
    const asked = attributes({ ...gather, speech: true });
    expect(asked).toMatchObject({ input: 'dtmf speech', language: 'en-US' });
    expect(asked['speechModel']).toMatch(/^googlev2_/);
    expect(asked['speechTimeout']).toMatch(/^[1-9]$/);
    expect(asked['profanityFilter']).toBe('false');
  });

  it('in a language without a recogniser take keys only', () => {
    for (const other of ['ja-JP', 'cy-GB', '']) {
      const asked = attributes({ ...gather, speech: true, locale: other });
      expect(asked['input']).toBe('dtmf');
      expect(asked['speechModel']).toBeUndefined();
    }
  });

  it.each([
    ['en', 'en-US', 'yes'],
    ['en-AU', 'en-AU', 'yes'],
    ['es-MX', 'es-MX', 'sí'],
    ['fr-CA', 'fr-CA', 'oui'],
    ['fr-BE', 'fr-FR', 'oui'],
    ['de-AT', 'de-DE', 'ja'],
    ['de-CH', 'de-DE', 'ja'],
    ['pt-PT', 'pt-PT', 'sim'],
    ['it-IT', 'it-IT', 'sì'],
    ['nl-BE', 'nl-BE', 'ja'],
  ])('in words of %s are understood as %s, beginning with %s', (spoken, language, yes) => {
    const asked = attributes({ ...gather, speech: true, locale: spoken });
    expect(asked).toMatchObject({ input: 'dtmf speech', language });
    expect(asked['hints']?.split(', ')[0]).toBe(yes);
  });

  it('post their silence only where the document says so', () => {
    expect(attributes(gather)['actionOnEmptyResult']).toBe('true');
    const root = readXml(renderTwiml([{ ...gather, postEmpty: false }, gather]));
    expect(root.children[0]?.attributes['actionOnEmptyResult']).toBeUndefined();
  });
});

describe('voices', () => {
  it.each([
    ['en', 'en-US', 'Polly.Joanna-Neural'],
    ['en-us', 'en-US', 'Polly.Joanna-Neural'],
    ['en-GB', 'en-GB', 'Polly.Amy-Neural'],
    ['en-ZA', 'en-US', 'Polly.Joanna-Neural'],
    ['de', 'de-DE', 'Polly.Vicki-Neural'],
    ['de-CH', 'de-DE', 'Polly.Vicki-Neural'],
    ['de-AT', 'de-AT', 'Polly.Hannah-Neural'],
    ['es', 'es-US', 'Polly.Lupe-Neural'],
    ['fr-BE', 'fr-BE', 'Polly.Isabelle-Neural'],
    ['it', 'it-IT', 'Polly.Bianca-Neural'],
    ['nl', 'nl-NL', 'Polly.Laura-Neural'],
    ['nl-BE', 'nl-BE', 'Polly.Lisa-Neural'],
    ['pt', 'pt-BR', 'Polly.Camila-Neural'],
    ['pt-PT', 'pt-PT', 'Polly.Ines-Neural'],
    ['cy-GB', 'cy-GB', undefined],
  ])('%s is spoken as %s by %s', (spoken, language, voice) => {
    const words: Document = [{ verb: 'say', text: 'a', locale: spoken }, { verb: 'hangup' }];
    const [say] = readXml(renderTwiml(words)).children;
    expect(say?.attributes).toEqual(voice === undefined ? { language } : { voice, language });
  });
});

describe('words of a caller', () => {
  it('stay words, whatever they are', () => {
    const anyText = fc.string({ unit: 'binary', maxLength: 40 });
    const nasty = fc.constantFrom('</Say><Dial>', ']]>', '<![CDATA[', '&amp;', '&#0;', '"', '\0');
    fc.assert(
      fc.property(fc.array(fc.oneof(anyText, nasty)), (pieces) => {
        const words = pieces.join('');
        const root = readXml(
          renderTwiml([
            { verb: 'say', text: words, locale },
            { ...bridge, conference: words, action: `https://h.example/${words}` },
          ]),
        );
        expect(root.children.map(({ name }) => name)).toEqual(['Say', 'Dial']);
        expect(root.children[0]?.children).toEqual([]);
        expect(root.children[1]?.children).toHaveLength(1);
      }),
    );
  });

  it('that XML cannot hold become spaces, all others arrive', () => {
    const twiml = renderTwiml([
      { verb: 'say', text: 'a\0b\u000bc\ud800d\uffffe🎧&<>\'"', locale },
      { verb: 'hangup' },
    ]);
    expect(readXml(twiml).children[0]?.text).toBe('a b c d e🎧&<>\'"');
  });
});

describe('letting through', () => {
  const text = 'This call is not recorded.';
  const ways = {
    'fallback-agent': { agentNumber: '+15550100', callerId: '+15550101', text, locale },
    'fallback-sip': { agentNumber: 'sip:desk@example.com', text, locale },
    'fallback-bridge': { conference: 'unrecorded-1', text, locale },
    'fallback-alone': { text, locale },
  };

  it.each(Object.entries(ways))('%s', async (name, way) => {
    const twiml = fallbackTwiml(way);
    const root = readXml(twiml);
    expect(root.children[0]?.text).toBe(text);
    await expect(twiml).toMatchFileSnapshot(`./golden/${name}.xml`);
  });

  it('never records, never streams, and asks no address of ours', () => {
    for (const way of Object.values(ways)) {
      expect(fallbackTwiml(way)).not.toMatch(/record="(?!do-not-record)|<Record|<Stream|https?:/);
    }
  });
});
