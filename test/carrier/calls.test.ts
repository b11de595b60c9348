import twilio from 'twilio';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Carrier, type PlaceCallOptions, startCarrier } from '../../src/carrier/carrier.ts';
import { type LineServer, type Received, type Reply, startLine, twiml } from './line-server.ts';

const accountSid = `AC${'1'.repeat(32)}`;
const authToken = 'a-token-of-the-test';
const from = '+12025550143';
const to = '+18885550100';

let carrier: Carrier;
let line: LineServer;

beforeEach(async () => {
  carrier = await startCarrier({ accountSid, authToken, speed: 'instant' });
});

afterEach(async () => {
  await carrier.close();
  await line.close();
});

type Answers = Readonly<Record<string, Reply | ((received: Received) => Reply)>>;

async function play(answers: Answers, options: Partial<PlaceCallOptions> = {}, query = '') {
  line = await startLine({ '/status': { status: 204 }, ...answers });
  const call = carrier.placeCall({
    to,
    from,
    voiceUrl: `${line.url}/voice${query}`,
    statusUrl: `${line.url}/status`,
    ...options,
  });
  return call;
}

const question = (attributes: string, text = 'Press 1.') =>
  `<Gather action="/answer" ${attributes}><Say>${text}</Say></Gather>`;

describe('an incoming call', () => {
  it('asks for its document with all that the carrier knows, signed', async () => {
    const call = await play({ '/voice': twiml('<Hangup/>') }, { callerName: 'JANE ROE' });
    await call.ended;
    const [first] = line.received;
    expect(first?.fields).toMatchObject({
      AccountSid: accountSid,
      ApiVersion: '2010-04-01',
      CallSid: call.callSid,
      CallStatus: 'ringing',
      Called: to,
      Caller: from,
      CallerName: 'JANE ROE',
      CallerCity: 'WASHINGTON',
      Direction: 'inbound',
      From: from,
      FromCountry: 'US',
      FromZip: '20001',
      StirVerstat: 'TN-Validation-Passed-A',
      To: to,
      ToState: 'DC',
    });
    const sign = String(first?.headers['x-twilio-signature']);
    expect(twilio.validateRequest(authToken, sign, `${line.url}/voice`, first?.fields ?? {})).toBe(
      true,
    );
    expect(first?.headers['i-twilio-idempotency-token']).toMatch(/^[0-9a-f-]{36}$/);
    expect(carrier.protocolErrors).toEqual([]);
  });

  it('by GET carries its fields in a signed query', async () => {
    const call = await play({ '/voice': twiml('<Hangup/>') }, { voiceMethod: 'GET' }, '?flow=a');
    await call.ended;
    const request = line.at('/voice')[0];
    expect(request?.method).toBe('GET');
    expect(request?.fields).toMatchObject({ flow: 'a', CallSid: call.callSid });
    const sign = String(request?.headers['x-twilio-signature']);
    expect(twilio.validateRequest(authToken, sign, line.url + request?.path, {})).toBe(true);
  });

  it('that nobody knows anything about sends no geography', async () => {
    const call = await play(
      { '/voice': twiml('<Hangup/>') },
      { from: 'anonymous', enrichment: false },
    );
    await call.ended;
    expect(Object.keys(line.received[0]?.fields ?? {})).toEqual([
      'AccountSid', 'ApiVersion', 'CallSid', 'CallStatus', 'Called', 'Caller', 'Direction', 'From',
      'To',
    ]); // biome-ignore format: a list
  });

  it('ends with one status callback that says how long it was', async () => {
    const call = await play({ '/voice': twiml('<Say>Fifteen letters</Say><Pause length="2"/>') });
    const ended = await call.ended;
    expect(ended).toMatchObject({ by: 'document', status: 'completed', durationS: 3 });
    expect(line.at('/status')).toHaveLength(1);
    expect(line.at('/status')[0]?.fields).toMatchObject({
      CallSid: call.callSid,
      CallStatus: 'completed',
      CallDuration: '3',
      Duration: '1',
      SequenceNumber: '0',
      SipResponseCode: '200',
      CallbackSource: 'call-progress-events',
    });
    expect(line.at('/status')[0]?.fields['Timestamp']).toMatch(
      /^\w{3}, \d\d \w{3} \d{4} .* \+0000$/,
    );
  });

  it('is answered by the first verb that speaks, and by no other', async () => {
    const call = await play({
      '/voice': twiml('<Pause/><Redirect>/more</Redirect>'),
      '/more': twiml('<Say>Hello.</Say><Redirect>/last</Redirect>'),
      '/last': twiml(''),
    });
    await call.ended;
    expect(line.received.map(({ fields }) => fields['CallStatus'])).toEqual([
      'ringing',
      'ringing',
      'in-progress',
      'completed',
    ]);
  });

  it.each([
    ['rejected', 'no-answer'],
    ['busy', 'busy'],
  ])('that is rejected as %s ends as %s', async (reason, status) => {
    const call = await play({ '/voice': twiml(`<Reject reason="${reason}"/>`) });
    expect(await call.ended).toMatchObject({ status, durationS: 0 });
    expect(line.at('/status')[0]?.fields['CallStatus']).toBe(status);
  });

  it('ends when a caller hangs up in the middle of a prompt', async () => {
    const call = await play(
      { '/voice': twiml('<Say>One</Say><Gather><Say>Two</Say></Gather>') },
      {
        caller: { otherwise: { hangup: true } },
      },
    );
    expect(await call.ended).toMatchObject({ by: 'caller', status: 'completed' });
    expect(line.paths()).toEqual(['/voice', '/status']);
  });
});

describe('a gather', () => {
  it('posts the key that the caller presses after the whole question', async () => {
    const call = await play(
      { '/voice': twiml(question('numDigits="1"')), '/answer': twiml('<Hangup/>') },
      { caller: { otherwise: { press: '1' } } },
    );
    await call.ended;
    expect(line.at('/answer')[0]?.fields).toMatchObject({ Digits: '1', CallStatus: 'in-progress' });
    expect(call.events.map(({ type }) => type)).toEqual([
      'started', 'webhook', 'answered', 'gathers', 'says', 'presses', 'webhook', 'webhook', 'ended',
    ]); // biome-ignore format: a list
  });

  it('is answered at the last of a document, or at the first with duringPurpose', async () => {
    const two = twiml(
      `<Gather action="/first" numDigits="1"><Say>Purpose.</Say></Gather>${question('numDigits="1"')}`,
    );
    const answers = { '/voice': two, '/answer': twiml(''), '/first': twiml('') };
    const late = await play(answers, { caller: { answers: [{ press: '1' }] } });
    await late.ended;
    expect(line.paths()).toEqual(['/voice', '/answer', '/status']);
    await line.close();
    const early = await play(answers, { caller: { answers: [{ duringPurpose: { press: '2' } }] } });
    await early.ended;
    expect(line.paths()).toEqual(['/voice', '/first', '/status']);
  });

  it('falls through to the next verb on silence', async () => {
    const call = await play({
      '/voice': twiml(`${question('')}<Redirect>/silence</Redirect>`),
      '/silence': twiml(''),
    });
    await call.ended;
    expect(line.paths()).toEqual(['/voice', '/silence', '/status']);
    expect(call.all('silent')).toHaveLength(1);
  });

  it('posts silence as an empty result when it is told to', async () => {
    const call = await play({
      '/voice': twiml(question('actionOnEmptyResult="true"')),
      '/answer': twiml(''),
    });
    await call.ended;
    expect(line.at('/answer')[0]?.fields).toMatchObject({ Digits: '', msg: 'Gather End' });
  });

  it('without an action posts to its own document', async () => {
    const call = await play(
      {
        '/voice': ({ fields }) =>
          twiml(fields['Digits'] === '7' ? '' : '<Gather numDigits="1"><Say>Seven</Say></Gather>'),
      },
      { caller: { answers: [{ press: '7' }] } },
    );
    await call.ended;
    expect(line.paths()).toEqual(['/voice', '/voice', '/status']);
  });

  it.each([
    ['numDigits="2"', '123', { Digits: '12', FinishedOnKey: '' }],
    ['', '12#', { Digits: '12', FinishedOnKey: '#' }],
    ['finishOnKey="*"', '1*2', { Digits: '1', FinishedOnKey: '*' }],
    ['finishOnKey="" numDigits="3"', '1#2', { Digits: '1#2', FinishedOnKey: '' }],
    ['', '12', { Digits: '12', FinishedOnKey: '' }],
    ['actionOnEmptyResult="true"', '#', { Digits: '', FinishedOnKey: '#' }],
  ])('with %s takes %s', async (attributes, press, expected) => {
    const call = await play(
      { '/voice': twiml(question(attributes)), '/answer': twiml('') },
      { caller: { answers: [{ press }] } },
    );
    await call.ended;
    expect(line.at('/answer')[0]?.fields).toMatchObject(expected);
  });

  it.each([
    ['"speech"', { say: 'yes' }, { SpeechResult: 'yes', Confidence: '0.9', Language: 'en-US' }],
    ['"dtmf speech"', { say: 'yes', confidence: 0.3 }, { SpeechResult: 'yes', Confidence: '0.3' }],
    ['"dtmf speech"', { press: '1#' }, { Digits: '1' }],
  ])('with input %s hears', async (input, act, expected) => {
    const call = await play(
      { '/voice': twiml(question(`input=${input}`)), '/answer': twiml('') },
      { caller: { answers: [act] } },
    );
    await call.ended;
    expect(line.at('/answer')[0]?.fields).toMatchObject(expected);
  });

  it.each([
    ['"dtmf"', { say: 'yes' }],
    ['"speech"', { press: '1' }],
  ])('with input %s is deaf to the other kind', async (input, act) => {
    const call = await play(
      {
        '/voice': twiml(question(`input=${input} actionOnEmptyResult="true"`)),
        '/answer': twiml(''),
      },
      { caller: { answers: [act] } },
    );
    await call.ended;
    expect(line.at('/answer')[0]?.fields).toMatchObject({ Digits: '' });
  });

  it.each([
    ['by the script', { say: 'yes', confidence: null }, {}],
    ['by the carrier', { say: 'yes' }, { omitConfidence: true }],
  ])('sends no confidence when it is left out %s', async (_, act, faults) => {
    const call = await play(
      { '/voice': twiml(question('input="speech"')), '/answer': twiml('') },
      { caller: { answers: [act] }, faults },
    );
    await call.ended;
    expect(line.at('/answer')[0]?.fields['SpeechResult']).toBe('yes');
    expect(line.at('/answer')[0]?.fields).not.toHaveProperty('Confidence');
  });

  it('is broken off by a key, and what is left of the prompt is not spoken', async () => {
    const call = await play(
      {
        '/voice': twiml(
          '<Gather numDigits="1" action="/answer"><Say>One</Say><Say>Two</Say></Gather>',
        ),
        '/answer': twiml(''),
      },
      { caller: { answers: [{ press: '1', afterMs: 0 }] }, speed: 1 },
    );
    await call.ended;
    expect(call.all('says').map(({ text }) => text)).toEqual(['One']);
  });

  it('waits for a hand to act, at every gather', async () => {
    const call = await play(
      {
        '/voice': twiml(question('numDigits="1"') + question('numDigits="1"')),
        '/answer': twiml(''),
      },
      { caller: { otherwise: { manual: true } } },
    );
    await call.when('gathers', 1);
    call.silent();
    await call.when('gathers', 2);
    call.pressDigits('2');
    await call.ended;
    expect(line.at('/answer')[0]?.fields['Digits']).toBe('2');
  });

  it('forgets a key that was pressed before it', async () => {
    const call = await play({
      '/voice': twiml(`<Say>Hello</Say>${question('')}`),
      '/answer': twiml(''),
    });
    await call.when('says');
    call.pressDigits('1');
    await call.ended;
    expect(line.at('/answer')).toEqual([]);
  });
});

describe('prompts', () => {
  it('are said, played and waited for in order', async () => {
    const call = await play({
      '/voice': twiml(
        '<Say language="en-US" loop="2">A <emphasis>b</emphasis> c</Say><Play digits="1w2"/><Play>/tone.wav</Play><Pause length="3"/>',
      ),
      '/tone.wav': { type: 'audio/wav', body: 'RIFF' },
    });
    await call.ended;
    const heard = call.events.filter(({ type }) => ['says', 'plays', 'waits'].includes(type));
    expect(heard).toMatchObject([
      { type: 'says', text: 'A b c', language: 'en-US' },
      { type: 'says', text: 'A b c' },
      { type: 'plays', digits: '1w2', url: null },
      { type: 'plays', digits: null, url: `${line.url}/tone.wav` },
      { type: 'waits', ms: 3000 },
    ]);
    expect(carrier.protocolErrors).toEqual([]);
  });

  it('that are not there are an error, and the call goes on', async () => {
    const call = await play({ '/voice': twiml('<Play>/gone.wav</Play><Say>Still here</Say>') });
    await call.ended;
    expect(carrier.protocolErrors).toMatchObject([{ code: 11200 }]);
    expect(call.all('says')).toHaveLength(1);
  });
});

describe('a document', () => {
  it.each([
    ['an unknown verb', '<Shout>Hi</Shout>', 'not allowed inside <Response>'],
    ['a verb that is not simulated', '<Record/>', 'not allowed inside <Response>'],
    ['an unknown attribute', '<Say volume="9">Hi</Say>', 'no attribute "volume"'],
    ['a wrong value', '<Gather timeout="soon"/>', 'a whole number'],
    ['a wrong input', '<Gather input="voice"/>', 'any of dtmf speech'],
    ['a verb inside a gather that has no place there', '<Gather><Hangup/></Gather>', '<Hangup> is not'],
    ['a Say without words', '<Say> </Say>', 'without words'],
    ['loose text', 'Hello', 'text inside <Response>'],
    ['a model with automatic time-out', '<Gather speechModel="googlev2_telephony" speechTimeout="auto"/>', 'speechTimeout as a number'],
    ['an over-long parameter', `<Start><Stream url="wss://h.example/m"><Parameter name="a" value="${'x'.repeat(500)}"/></Stream></Start>`, 'fewer than 500'],
    ['a parameter without a value', '<Start><Stream url="wss://h.example/m"><Parameter name="a"/></Stream></Start>', 'needs "value"'],
    ['a conference among numbers', '<Dial><Number>+12025550100</Number><Conference>c</Conference></Dial>', 'takes one'],
  ])('with %s is a protocol error', async (_, verbs, message) => {
    const call = await play({ '/voice': twiml(verbs) });
    call.when('bridged').then(() => call.hangup(), () => undefined);
    await call.ended;
    const errors = carrier.protocolErrors.map((event) => ('message' in event ? event.message : ''));
    expect(errors.join('\n')).toContain(message);
  }); // biome-ignore format: rows

  it.each([
    ['not XML', '<Response><Say>Hi</Response>'],
    ['another root', '<Answer/>'],
    ['empty', ''],
    ['with a document type', '<!DOCTYPE r [<!ENTITY a "b">]><Response><Say>&a;</Say></Response>'],
  ])('that is %s ends the call where there is no fallback', async (_, body) => {
    const call = await play({ '/voice': body });
    expect(await call.ended).toMatchObject({ by: 'failure', status: 'failed' });
    expect(carrier.protocolErrors).toMatchObject([{ code: 12100 }]);
  });

  it('of another content type is not played', async () => {
    const call = await play({ '/voice': { type: 'application/json', body: '{}' } });
    expect(await call.ended).toMatchObject({ by: 'failure' });
    expect(carrier.protocolErrors).toMatchObject([{ code: 12300 }]);
  });

  it('of plain text is read aloud', async () => {
    const call = await play({ '/voice': { type: 'text/plain', body: 'Internal error' } });
    await call.ended;
    expect(call.all('says')).toMatchObject([{ text: 'Internal error' }]);
  });

  it('that redirects for ever ends', async () => {
    const call = await play({ '/voice': twiml('<Redirect>/voice</Redirect>') });
    expect(await call.ended).toMatchObject({ by: 'failure' });
    expect(line.at('/voice')).toHaveLength(200);
  });

  it('made by the carrier’s own library is understood', async () => {
    const response = new twilio.twiml.VoiceResponse();
    response.say({ language: 'en-US' }, 'Terms & conditions <apply>');
    const gather = response.gather({ input: ['dtmf', 'speech'], numDigits: 1, action: '/answer' });
    gather.say('Press 1');
    response.redirect('/answer');
    const call = await play(
      { '/voice': response.toString(), '/answer': twiml('<Hangup/>') },
      { caller: { answers: [{ press: '1' }] } },
    );
    await call.ended;
    expect(call.all('says')[0]?.text).toBe('Terms & conditions <apply>');
    expect(line.at('/answer')[0]?.fields['Digits']).toBe('1');
    expect(carrier.protocolErrors).toEqual([]);
  });
});
