import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readFields } from '../../../src/edges/http/read-fields.ts';
import { root } from '../../support/imports.ts';
import { answered, callSid, carrierServer, inbound, type Options } from './carrier-server.ts';

const path = '/twilio/voice/n1';

/** What the handler is given for a webhook with these parameters instead of the usual ones. */
async function voice(
  changes: Record<string, string | undefined> = {},
  at = '/twilio/voice',
  options: Options = {},
) {
  const { post, seen } = carrierServer(options);
  const fields = Object.entries({ ...inbound, ...changes }).filter(
    (field): field is [string, string] => field[1] !== undefined,
  );
  await post(at, Object.fromEntries(fields)).expect(200, answered);
  return { webhook: seen.voice[0], seen };
}

describe('voice webhook', () => {
  it('is what the closed list lets through, and nothing else', async () => {
    const { webhook } = await voice();
    const { fingerprint, ...rest } = webhook ?? { fingerprint: Buffer.alloc(0) };
    expect(rest).toEqual({
      callSid,
      step: 'start',
      stretch: null,
      from: '+14155550123',
      to: '+18005550199',
      direction: 'inbound',
      callStatus: 'ringing',
      digits: null,
      speech: null,
      confidence: null,
      dialCallStatus: null,
      answeredBy: null,
      stirVerstat: 'TN-Validation-Passed-A',
      flowName: null,
    });
    expect(fingerprint).toHaveLength(32);
  });

  it('carries no name and no place of anybody, nor does the log', async () => {
    const { seen } = await voice();
    const everything = JSON.stringify(seen);
    for (const word of ['ELISA', 'SAN FRANCISCO', '94103', 'parentCallInfoToken']) {
      expect(everything).not.toContain(word);
    }
    expect(seen.log.join()).not.toMatch(/\d{7}/);
  });

  it('[cap 22] a parameter that is not on the closed list is dropped and counted', async () => {
    const { post, metrics } = carrierServer();
    const count = () =>
      Number(
        /^consentry_webhook_fields_dropped_total\{endpoint="voice"\} (\d+)$/m.exec(metrics())?.[1],
      );
    const known = Object.fromEntries(
      Object.entries(inbound).filter(([name]) => readFields.has(name)),
    );
    await post('/twilio/voice', known).expect(200);
    expect(count()).toBe(0);
    await post('/twilio/voice', { ...known, CallerName: 'ELISA', NextYear: 'x' }).expect(200);
    expect(count()).toBe(2);
    await post('/twilio/voice', inbound).expect(200);
    expect(count()).toBe(2 + Object.keys(inbound).length - Object.keys(known).length);
    expect(metrics()).not.toMatch(/ELISA|NextYear/);
  });

  it('the closed list has what is read, and nothing more', () => {
    const sources = ['checks.ts', 'webhooks.ts'].map((file) =>
      readFileSync(join(root, 'src/edges/http', file), 'utf8'),
    );
    const quoted = [...sources.join('\n').matchAll(/'([A-Z][A-Za-z]+)'/g)].map(([, name]) => name);
    for (const name of readFields) expect(quoted).toContain(name);
    const read = /(?:fields\.get|some|number)\((?:fields, )?'([A-Z]\w+)'\)/g;
    for (const [, name = ''] of sources.join('\n').matchAll(read)) {
      expect([name, readFields.has(name)]).toEqual([name, true]);
    }
  });

  it.each([
    ['/twilio/voice', 'start', null],
    ['/twilio/voice/n1', 'n1', null],
    ['/twilio/voice/A_z-09/purpose', 'A_z-09', 'purpose'],
    ['/twilio/voice/n1/choices', 'n1', 'choices'],
  ])('%s is step %s, stretch %s', async (at, step, stretch) => {
    expect((await voice({}, at)).webhook).toMatchObject({ step, stretch });
  });

  it.each([
    ['/twilio/voice?flow=inbound-speech', 'inbound-speech'],
    ['/twilio/voice?a=1&flow=x2', 'x2'],
    ['/twilio/voice?a=1', null],
    ['/twilio/voice/n1?flow=inbound-speech', null],
  ])('%s asks for flow %s', async (at, flowName) => {
    expect((await voice({}, at)).webhook?.flowName).toBe(flowName);
  });

  it.each([
    'flow=',
    'flow=Sales',
    'flow=a%2Fb',
    'flow=../x',
    'flow=a&flow=b',
    `flow=${'a'.repeat(65)}`,
  ])('?%s is 400', async (query) => {
    const { post, nothingHappened } = carrierServer();
    await post(`/twilio/voice?${query}`).expect(400);
    expect(nothingHappened()).toBe(true);
  });

  it.each([
    ['withheld', 'anonymous'],
    ['a word', 'Restricted'],
    ['a plus', '+'],
    ['400 digits', '1'.repeat(400)],
    ['an address', 'sip:alice@example.com'],
    ['a client', 'client:alice'],
    ['digits of another script', '+١٤١٥٥٥٥٠١٢٣'],
    ['markup', '<Dial>+1900</Dial>'],
    ['spaces', '  '],
  ])('From: %s is accepted as it came', async (_name, from) => {
    expect((await voice({ From: from })).webhook?.from).toBe(from);
  });

  it.each([[undefined], ['']])('From %j is no number', async (from) => {
    expect((await voice({ From: from })).webhook?.from).toBeNull();
  });

  it('an answer without input is silence, however it is spelled', async () => {
    const { webhook } = await voice({ Digits: '', SpeechResult: '', Confidence: '' }, path);
    expect(webhook).toMatchObject({ digits: null, speech: null, confidence: null });
  });

  it('keys and words together both arrive, exactly as they came', async () => {
    const { webhook } = await voice(
      { Digits: '*1#', SpeechResult: ' Yes.\n', Confidence: '0.9' },
      path,
    );
    expect(webhook).toMatchObject({ digits: '*1#', speech: ' Yes.\n', confidence: 0.9 });
  });

  it.each([
    ['0', 0],
    ['1', 1],
    ['0.93755555', 0.93755555],
    ['1.0', 1],
    [undefined, null],
    ['', null],
    ['1.1', null],
    ['-0.5', null],
    ['NaN', null],
    ['Infinity', null],
    ['1e-3', null],
    ['0x1', null],
    [' 1', null],
    ['0,9', null],
  ])('Confidence %j is %j', async (given, confidence) => {
    const { webhook } = await voice({ SpeechResult: 'yes', Confidence: given }, path);
    expect(webhook?.confidence).toBe(confidence);
  });

  it.each([
    ['inbound', 'inbound'],
    ['outbound-api', 'outbound'],
    ['outbound-dial', 'outbound'],
    [undefined, 'inbound'],
  ])('Direction %j is %s', async (given, direction) => {
    expect((await voice({ Direction: given })).webhook?.direction).toBe(direction);
  });

  it.each(['No-TN-Validation', 'TN-Validation-Failed', 'TN-Validation-Passed-B-Diverted'])(
    'StirVerstat %s is kept',
    async (stirVerstat) => {
      expect((await voice({ StirVerstat: stirVerstat })).webhook?.stirVerstat).toBe(stirVerstat);
    },
  );

  it.each([undefined, '', 'TN-Validation-Passed', 'tn-validation-passed-a', 'anything'])(
    'StirVerstat %j is dropped',
    async (stirVerstat) => {
      expect((await voice({ StirVerstat: stirVerstat })).webhook).not.toHaveProperty('stirVerstat');
    },
  );

  it('a machine and the end of a bridge are told', async () => {
    const { webhook } = await voice(
      { AnsweredBy: 'machine_start', DialCallStatus: 'answered' },
      path,
    );
    expect(webhook).toMatchObject({ answeredBy: 'machine_start', dialCallStatus: 'answered' });
  });

  it.each([
    ['CallSid', undefined],
    ['CallSid', 'CA1'],
    ['CallSid', callSid.toLowerCase()],
    ['CallSid', `${callSid}\n`],
    ['CallStatus', undefined],
    ['CallStatus', 'in progress'],
  ])('%s %j is 400 and nothing happened', async (name, value) => {
    const { post, nothingHappened } = carrierServer();
    const { [name]: _, ...fields } = inbound;
    const answer = await post(path, value === undefined ? fields : { ...fields, [name]: value });
    expect(answer.status).toBe(400);
    expect(answer.body.code).toBe('parameter_invalid');
    expect(nothingHappened()).toBe(true);
  });
});

describe('fingerprint', () => {
  const of = async (changes: Record<string, string> = {}, at = path, options: Options = {}) =>
    (await voice({ Digits: '1', ...changes }, at, options)).webhook?.fingerprint.toString('hex');

  it('is the same for a repeat, whatever the carrier looked up meanwhile', async () => {
    const first = await of();
    expect(await of()).toBe(first);
    expect(await of({ FromCity: 'OAKLAND', CallerName: 'OTHER', CallStatus: 'in-progress' })).toBe(
      first,
    );
  });

  it('differs with everything that can change the answer', async () => {
    const all = await Promise.all([
      of(),
      of({ Digits: '2' }),
      of({ Digits: '' }),
      of({ SpeechResult: '1' }),
      of({ Confidence: '1' }),
      of({ DialCallStatus: 'answered' }),
      of({ AnsweredBy: 'human' }),
      of({ CallSid: `CA${'2'.repeat(32)}` }),
      of({}, '/twilio/voice/n2'),
      of({}, '/twilio/voice/n1/purpose'),
    ]);
    expect(new Set(all).size).toBe(all.length);
  });

  it('tells nothing without the key: with another one the same input looks different', async () => {
    const keyed = (byte: number) =>
      of({}, path, { parts: { fingerprintKey: Buffer.alloc(32, byte) } });
    expect(await keyed(1)).not.toBe(await keyed(2));
    expect(await keyed(1)).toBe(await keyed(1));
  });

  it('is not made of a number, which could be found by trying all of them', async () => {
    expect(await of({ From: '+14155550999', To: '+18005550998' })).toBe(await of());
  });
});

describe('status webhook', () => {
  it.each([
    [
      { CallStatus: 'completed', SequenceNumber: '3' },
      { callStatus: 'completed', sequence: 3 },
    ],
    [{ CallStatus: 'initiated' }, { callStatus: 'initiated', sequence: null }],
    [{ SequenceNumber: 'x' }, { callStatus: 'ringing', sequence: null }],
    [{ SequenceNumber: '-1' }, { callStatus: 'ringing', sequence: null }],
  ])('%j is %j, answered without content', async (changes, webhook) => {
    const { post, seen } = carrierServer();
    const answer = await post('/twilio/status', { ...inbound, ...changes }).expect(204);
    expect(answer.text).toBe('');
    expect(seen.status).toEqual([{ callSid, ...webhook }]);
  });
});

describe('status webhook of a party we rang', () => {
  it.each([
    ['?invite=AbCdEfGhIjKlMnOpQr_-12', { invite: 'AbCdEfGhIjKlMnOpQr_-12' }],
    ['?invite=short', {}],
    ['?invite=', {}],
    ['?other=AbCdEfGhIjKlMnOpQr_-12', {}],
  ])('%s says which invite it is about: %j', async (query, invite) => {
    const { post, seen } = carrierServer();
    const form = { ...inbound, CallStatus: 'no-answer' };
    await post(`/twilio/status${query}`, form).expect(204);
    expect(seen.status).toEqual([{ callSid, callStatus: 'no-answer', sequence: null, ...invite }]);
  });
});

describe('conference webhook', () => {
  const conference = { AccountSid: inbound['AccountSid'] ?? '', FriendlyName: 'call-1' };

  it.each([
    ['conference-start', undefined, { event: 'start', callSid: null }],
    ['conference-end', undefined, { event: 'end', callSid: null }],
    ['participant-join', callSid, { event: 'join', callSid }],
    ['participant-leave', callSid, { event: 'leave', callSid }],
    ['participant-mute', callSid, { event: 'other', callSid: null }],
    ['toString', undefined, { event: 'other', callSid: null }],
  ])('%s of %s is %j', async (event, leg, webhook) => {
    const { post, seen } = carrierServer();
    await post('/twilio/conference', {
      ...conference,
      StatusCallbackEvent: event,
      SequenceNumber: '2',
      ...(leg && { CallSid: leg }),
    }).expect(204);
    expect(seen.conference).toEqual([{ conferenceName: 'call-1', sequence: 2, ...webhook }]);
  });

  it('of a bridge with an identity carries it', async () => {
    const { post, seen } = carrierServer();
    const conferenceSid = `CF${'0a'.repeat(16)}`;
    const form = { ...conference, StatusCallbackEvent: 'conference-end' };
    await post('/twilio/conference', { ...form, ConferenceSid: conferenceSid }).expect(204);
    await post('/twilio/conference', { ...form, ConferenceSid: 'CF1' }).expect(204);
    expect(seen.conference).toMatchObject([{ conferenceSid }, {}]);
    expect(seen.conference[1]).not.toHaveProperty('conferenceSid');
  });

  it.each([
    ['without a name', { StatusCallbackEvent: 'conference-start', FriendlyName: '' }],
    ['somebody joins without a leg', { StatusCallbackEvent: 'participant-join' }],
    ['an impossible leg', { StatusCallbackEvent: 'participant-join', CallSid: 'CA1' }],
  ])('%s is 400', async (_name, changes) => {
    const { post, nothingHappened } = carrierServer();
    await post('/twilio/conference', { ...conference, ...changes }).expect(400);
    expect(nothingHappened()).toBe(true);
  });
});

describe('message webhook', () => {
  const messageSid = `SM${'0a'.repeat(16)}`;
  const form = {
    MessageSid: messageSid,
    AccountSid: inbound['AccountSid'] ?? '',
    From: '+14155550123',
    To: '+18885550100',
    Body: 'STOP & go ✋',
    FromCity: 'SOMEWHERE',
    NumMedia: '0',
  };
  const read = {
    messageSid,
    from: '+14155550123',
    to: '+18885550100',
    body: 'STOP & go ✋',
    optOutType: null,
  };

  it.each<[string, Record<string, string>, object]>([
    ['as it comes', {}, {}],
    ['that the carrier answered', { OptOutType: 'STOP' }, { optOutType: 'STOP' }],
    ['with a type nobody knows', { OptOutType: 'PERHAPS' }, {}],
    ['from another channel', { From: 'whatsapp:+14155550123' }, {}],
    [
      'of many media',
      { MessageSid: `MM${'0b'.repeat(16)}` },
      { messageSid: `MM${'0b'.repeat(16)}` },
    ],
    ['without words', { Body: '' }, { body: '' }],
    ['from nobody', { From: '' }, { from: null }],
  ])('%s', async (_name, changes, webhook) => {
    const { post, seen } = carrierServer();
    await post('/twilio/messages', { ...form, ...changes }).expect(200);
    expect(seen.text).toEqual([{ ...read, ...webhook }]);
  });

  it.each([
    ['no name', { MessageSid: '' }],
    ['an impossible name', { MessageSid: 'SM1' }],
    ['the name of a call', { MessageSid: callSid }],
  ])('%s is 400', async (_name, changes) => {
    const { post, nothingHappened } = carrierServer();
    await post('/twilio/messages', { ...form, ...changes }).expect(400);
    expect(nothingHappened()).toBe(true);
  });
});
