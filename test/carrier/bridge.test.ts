import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CallerScript, type Carrier, startCarrier } from '../../src/carrier/carrier.ts';
import { type LineServer, startLine, twiml } from './line-server.ts';

const accountSid = `AC${'2'.repeat(32)}`;
const authToken = 'another-token';
const from = '+12025550143';
const to = '+18885550100';
const agent = '+12025550177';

let carrier: Carrier;
let line: LineServer;

beforeEach(async () => {
  carrier = await startCarrier({ accountSid, authToken, speed: 'instant' });
});

afterEach(async () => {
  await carrier.close();
  await line.close();
});

const room = (attributes = '') =>
  `<Conference statusCallback="/conference" statusCallbackEvent="start end join leave" ${attributes}>room</Conference>`;

function call(caller: CallerScript = {}, path = '/voice') {
  return carrier.placeCall({ to, from, voiceUrl: line.url + path, caller });
}

/** Kinds of the conference's callbacks, with the place of their leg among the given ones. */
const conferenceEvents = (...sids: readonly string[]) =>
  line
    .at('/conference')
    .map(
      ({ fields }) =>
        `${fields['StatusCallbackEvent']} ${sids.indexOf(fields['CallSid'] ?? '') + 1}`,
    );

describe('a conference', () => {
  it('tells who comes and goes, and starts with the second', async () => {
    line = await startLine({
      '/voice': twiml(`<Dial>${room()}</Dial>`),
      '/agent': twiml(`<Dial>${room('endConferenceOnExit="true"')}</Dial>`),
      '/conference': { status: 204 },
    });
    const first = call();
    await first.when('bridged');
    const second = call({}, '/agent');
    await first.when('joined');
    second.hangup();
    await Promise.all([first.ended, second.ended]);
    expect(conferenceEvents(first.callSid, second.callSid)).toEqual([
      'participant-join 1',
      'participant-join 2',
      'conference-start 0',
      'participant-leave 2',
      'participant-leave 1',
      'conference-end 0',
    ]);
    const [join] = line.at('/conference');
    const end = line.at('/conference').at(-1);
    expect(join?.fields).toMatchObject({
      AccountSid: accountSid,
      FriendlyName: 'room',
      SequenceNumber: '1',
      StartConferenceOnEnter: 'true',
      EndConferenceOnExit: 'false',
      Muted: 'false',
    });
    expect(join?.fields['ConferenceSid']).toMatch(/^CF[0-9a-f]{32}$/);
    expect(end?.fields).toMatchObject({
      CallSidEndingConference: second.callSid,
      ReasonConferenceEnded: 'participant-with-end-conference-on-exit-left',
    });
    expect(first.all('unbridged')).toMatchObject([{ by: 'ended' }]);
    expect(carrier.protocolErrors).toEqual([]);
  });

  it('does not start while nobody may start it', async () => {
    line = await startLine({
      '/voice': twiml(`<Dial>${room('startConferenceOnEnter="false"')}</Dial>`),
      '/conference': { status: 204 },
    });
    const first = call();
    const second = call();
    await Promise.race([first.when('joined'), second.when('joined')]);
    first.hangup();
    second.hangup();
    await Promise.all([first.ended, second.ended]);
    expect(conferenceEvents().join()).not.toContain('conference-start');
  });

  it('is left by the star and joined again, and the other one stays', async () => {
    line = await startLine({
      '/voice': twiml(`<Dial hangupOnStar="true" action="/star">${room()}</Dial>`),
      '/agent': twiml(`<Dial>${room('endConferenceOnExit="true"')}</Dial>`),
      '/star': twiml(`<Say>Not recorded.</Say><Dial>${room()}</Dial>`),
      '/conference': { status: 204 },
    });
    const other = call({}, '/agent');
    await other.when('bridged');
    const caller = call({
      bridge: [{ others: 1 }, { star: true }, { others: 1 }, { hangup: true }],
    });
    await caller.ended;
    expect(line.at('/star')[0]?.fields).toMatchObject({
      CallStatus: 'in-progress',
      DialCallStatus: 'answered',
    });
    expect(caller.all('bridged')).toHaveLength(2);
    expect(other.all('unbridged')).toEqual([]);
    expect(conferenceEvents(other.callSid, caller.callSid)).toEqual([
      'participant-join 1',
      'participant-join 2',
      'conference-start 0',
      'participant-leave 2',
      'participant-join 2',
      'participant-leave 2',
    ]);
  });

  it('takes no notice of the star where nothing was said about it', async () => {
    line = await startLine({ '/voice': twiml(`<Dial action="/after">${room()}</Dial>`) });
    const caller = call({ bridge: [{ star: true }, { press: '1' }, { hangup: true }] });
    await caller.ended;
    expect(caller.all('unbridged')).toMatchObject([{ by: 'hangup' }]);
  });

  it('that ends goes on at the action', async () => {
    line = await startLine({
      '/voice': twiml(`<Dial action="/after">${room()}</Dial>`),
      '/agent': twiml(`<Dial>${room('endConferenceOnExit="true"')}</Dial>`),
      '/after': twiml('<Hangup/>'),
      '/conference': { status: 204 },
    });
    const caller = call();
    await caller.when('bridged');
    const other = call({ bridge: [{ others: 1 }, { hangup: true }] }, '/agent');
    await Promise.all([caller.ended, other.ended]);
    expect(line.at('/after')[0]?.fields).toMatchObject({
      CallStatus: 'in-progress',
      DialCallStatus: 'answered',
    });
  });

  it('whose caller hangs up tells the action that the call is completed', async () => {
    line = await startLine({
      '/voice': twiml(`<Dial action="/after">${room()}</Dial>`),
      '/after': twiml('<Say>Nobody hears this</Say>'),
      '/conference': { status: 204 },
    });
    const caller = call({ bridge: [{ hangup: true }] });
    expect(await caller.ended).toMatchObject({ by: 'caller' });
    expect(line.at('/after')[0]?.fields).toMatchObject({ CallStatus: 'completed' });
    expect(caller.all('says')).toEqual([]);
  });

  it('whose callbacks are swapped tells the same in another order', async () => {
    line = await startLine({
      '/voice': twiml(`<Dial>${room()}</Dial>`),
      '/conference': { status: 204 },
    });
    const caller = carrier.placeCall({
      to,
      from,
      voiceUrl: `${line.url}/voice`,
      caller: { bridge: [{ hangup: true }] },
      faults: { swapCallbacks: true },
    });
    await caller.ended;
    const numbers = line.at('/conference').map(({ fields }) => fields['SequenceNumber']);
    expect(numbers).toEqual(['2', '1', '3']);
  });

  it('or a Dial that asks the carrier to record is an event', async () => {
    line = await startLine({
      '/voice': twiml(
        `<Dial record="record-from-answer">${room('record="record-from-start"')}</Dial>`,
      ),
      '/conference': { status: 204 },
    });
    const caller = call({ bridge: [{ hangup: true }] });
    await caller.ended;
    expect(caller.all('carrier-records').map(({ verb }) => verb)).toEqual(['Dial', 'Conference']);
  });
});

describe('a Dial to a number', () => {
  const dial = (attributes = '', noun = agent) =>
    twiml(`<Dial action="/after" ${attributes}>${noun}</Dial>`);

  it('bridges whoever answers, until they hang up', async () => {
    line = await startLine({ '/voice': dial('callerId="+18885550100"'), '/after': twiml('') });
    carrier.answerAs(agent, { bridge: [{ others: 1 }, { hangup: true, atMs: 4000 }] });
    const caller = call();
    await caller.ended;
    const child = await carrier.called(agent);
    expect(child.all('started')).toMatchObject([
      { direction: 'outbound-dial', from: to, to: agent },
    ]);
    expect(line.at('/after')[0]?.fields).toMatchObject({
      DialCallStatus: 'completed',
      DialCallSid: child.callSid,
      DialCallDuration: '4',
      DialBridged: 'true',
    });
    expect(await child.ended).toMatchObject({ by: 'caller' });
  });

  it.each([
    ['busy', 'busy'],
    ['never-answers', 'no-answer'],
    ['fails', 'failed'],
  ] as const)('that is %s goes on with %s', async (pickup, status) => {
    line = await startLine({ '/voice': dial(), '/after': twiml('') });
    carrier.answerAs(agent, { pickup });
    await call().ended;
    expect(line.at('/after')[0]?.fields).toMatchObject({
      DialCallStatus: status,
      DialBridged: 'false',
    });
  });

  it('asks the called party first, who may hang up', async () => {
    const number = `<Number url="/whisper">${agent}</Number>`;
    line = await startLine({
      '/voice': dial('', number),
      '/whisper': twiml('<Say>Recorded?</Say><Hangup/>'),
      '/after': twiml(''),
    });
    const caller = call();
    await caller.ended;
    const child = await carrier.called(agent);
    expect(line.at('/whisper')[0]?.fields).toMatchObject({
      CallSid: child.callSid,
      ParentCallSid: caller.callSid,
      Direction: 'outbound-dial',
    });
    expect(line.at('/after')[0]?.fields).toMatchObject({ DialBridged: 'false' });
  });

  it('ends for both when the caller goes', async () => {
    line = await startLine({ '/voice': dial(), '/after': twiml('') });
    const caller = call({ bridge: [{ others: 1 }, { hangup: true }] });
    await caller.ended;
    const child = await carrier.called(agent);
    expect(await child.ended).toMatchObject({ by: 'dial', status: 'completed' });
  });

  it('drops the called party on the star', async () => {
    line = await startLine({ '/voice': dial('hangupOnStar="true"'), '/after': twiml('') });
    const caller = call({ bridge: [{ others: 1 }, { star: true }] });
    await caller.ended;
    expect(caller.all('unbridged')).toMatchObject([{ by: 'star' }]);
    expect(line.at('/after')[0]?.fields).toMatchObject({ CallStatus: 'in-progress' });
  });
});
