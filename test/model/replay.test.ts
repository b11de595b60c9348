/**
 * The model against the server: every way that keys, silence, `*` and hanging up can lead through a
 * flow is walked in the model, then played as signed webhooks, and both must say the same: the same
 * words in the same order, the same end of each document, the same permissions.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { starReturns } from '../../src/app/call-state.ts';
import {
  type Advance,
  advance,
  type CallSnapshot,
  localeOf,
  statusesOf,
} from '../../src/core/call/advance.ts';
import type { CallEvent } from '../../src/core/call/event.ts';
import type { CompiledFlow } from '../../src/core/flow/compile.ts';
import { isWithin } from '../../src/core/flow/hours.ts';
import { alphabetOf } from '../../src/core/flow/walk.ts';
import type { Role } from '../../src/core/words.ts';
import { carrierPost } from '../sim/carrier-post.ts';
import { type CallView, type TestServer, testServer } from '../support/server.ts';
import { prompts, shipped, shippedFlow } from './flows.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
  server.carrier.answerAs(patientAgent, { otherwise: { manual: true } });
  const line = { flow: 'inbound', locale: 'en', controller, agent: patientAgent };
  const path = `/v1/lines/${encodeURIComponent(lineWithAgent)}`;
  await server.api(path, { method: 'PUT', body: JSON.stringify(line) });
});
afterAll(() => server.close());

/** How the server calls a business that nobody has named. */
const controller = 'the company you called';
/** Somebody who picks up and says nothing: a flow that dials waits for them. */
const patientAgent = '+12025550144';
const lineWithAgent = '+14155550998';
/** Callers at once: they share commits, as callers do. */
const callersMax = 16;
/** Everybody calls once: what somebody answered in an earlier call would lead another way. */
let callers = 0;
const newCaller = (): string => {
  callers += 1;
  return `+1415${2_000_000 + callers}`;
};

type Step = Pick<Advance, 'snapshot' | 'effects'>;

/** Whether a webhook can bring this event to such a party, given what was said last. */
function canCome(event: CallEvent, { effects }: Step, role: Role): boolean {
  const last = effects.findLast(({ type }) =>
    ['ask', 'choose', 'wait', 'bridge', 'hangup'].includes(type),
  );
  if (event.type === 'HANGUP') return last?.type !== 'hangup';
  if (last?.type === 'ask') {
    return (
      event.type === 'HEARD' &&
      last.stretches.some(({ stretch }) => stretch === event.stretch) &&
      // The first of two gathers passes silence on to the second.
      !(event.answer === 'silence' && event.stretch !== last.stretches.at(-1)?.stretch)
    );
  }
  if (last?.type === 'choose' || last?.type === 'wait') return event.type === 'CHOSE';
  return last?.type === 'bridge' && event.type === 'STAR' && starReturns(role);
}

/** The shortest way to every state that webhooks lead to. */
function waysThrough(flow: CompiledFlow, beginning: CallEvent): readonly (readonly CallEvent[])[] {
  const events = alphabetOf(flow);
  const first = advance(flow, null, beginning);
  const open: { step: Step; way: readonly CallEvent[] }[] = [{ step: first, way: [] }];
  const seen = new Set<string>();
  const ways: (readonly CallEvent[])[] = [];
  for (const { step, way } of open) {
    const leaves = events.filter((event) => canCome(event, step, flow.definition.role));
    for (const event of leaves) {
      const next = advance(flow, step.snapshot, event);
      const key = JSON.stringify([next.snapshot, next.effects.map(({ type }) => type), event]);
      if (seen.has(key)) continue;
      seen.add(key);
      ways.push([...way, event]);
      if (event.type !== 'HANGUP') open.push({ step: next, way: [...way, event] });
    }
  }
  // A way that another one goes on from is played with it.
  const begun = new Set(ways.map((way) => JSON.stringify(way.slice(0, -1))));
  const whole = ways.filter((way) => !begun.has(JSON.stringify(way)));
  // Who is hung up on at once has no way to go.
  return whole.length === 0 ? [[]] : whole;
}

function digitsOf(event: CallEvent, { keys }: CompiledFlow): string {
  if (event.type === 'CHOSE') return event.key ?? '';
  if (event.type !== 'HEARD' || event.answer === 'silence') return '';
  if (event.answer === 'grant') return keys.grant;
  if (event.answer === 'unclear') return '7';
  if (event.none === true) return keys.none ?? '';
  return event.person === true ? keys.person : keys.refuse;
}

const entities: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
};
const unescaped = (text: string): string =>
  text.replace(/&(\w+);/g, (_, name: string) => entities[name] ?? '');

/** What a document says and how it ends. */
function heardIn(twiml: string) {
  const said = [...twiml.matchAll(/<Say[^>]*>([^<]*)<\/Say>/g)].map(([, text]) =>
    unescaped(text ?? ''),
  );
  const ends = ['Gather', 'Conference', 'Hangup'].filter((verb) => twiml.includes(`<${verb}`));
  return { said, ends, streams: twiml.includes('<Start><Stream') };
}

function expectedOf({ snapshot, effects }: Step, line: string) {
  const locale = localeOf(snapshot) ?? line;
  const words = (id: string, of: string | null) => prompts.words(of ?? locale, id, controller);
  const said: string[] = [];
  const ends: string[] = [];
  for (const effect of effects) {
    if (effect.type === 'say') said.push(words(effect.promptId, null));
    if (effect.type === 'ask') {
      said.push(...effect.stretches.map(({ promptId }) => words(promptId, null)));
      ends.push('Gather');
    }
    if (effect.type === 'choose') {
      said.push(...effect.prompts.map((prompt) => words(prompt.promptId, prompt.locale)));
      ends.push('Gather');
    }
    if (effect.type === 'wait') {
      said.push(words(effect.promptId, null));
      ends.push('Gather');
    }
    if (effect.type === 'bridge') ends.push('Conference');
    if (effect.type === 'hangup') ends.push('Hangup');
  }
  return { said, ends, streams: effects.some(({ type }) => type === 'start-stream') };
}

/** The address that an event of this kind comes back to, from the document before. */
function addressIn(twiml: string, event: CallEvent): string {
  const stretch = event.type === 'HEARD' ? `/${event.stretch}` : '';
  const match = new RegExp(`(/twilio/voice/[\\w-]{10,}${stretch})[#"]`).exec(twiml);
  if (match?.[1] === undefined) throw new Error(`${event.type} has no address in ${twiml}`);
  return match[1];
}

const dials = ({ definition }: CompiledFlow): boolean =>
  Object.values(definition.steps).some((step) => 'dial' in step);

/** A leg as the carrier speaks of it, and the address it begins at. */
interface Leg {
  readonly fields: Readonly<Record<string, string>>;
  readonly start: string;
}

const newSid = (): string => `CA${randomBytes(16).toString('hex')}`;

function callerOf(flow: CompiledFlow, from: string): Leg {
  const to = dials(flow) ? lineWithAgent : '+14155550999';
  const fields = { CallSid: newSid(), From: from, To: to, Direction: 'inbound' };
  return { fields, start: `/twilio/voice?flow=${flow.name}` };
}

const post = async ({ fields }: Leg, path: string, more: Readonly<Record<string, string>> = {}) =>
  (await carrierPost(server, path, { ...fields, CallStatus: 'in-progress', ...more })).text();

/** Somebody whom we ring to a caller who has allowed recording, and waits on the bridge. */
async function rungOf(flow: CompiledFlow, to: string): Promise<Leg> {
  const caller = callerOf(shippedFlow('inbound'), newCaller());
  const asked = await post(caller, caller.start);
  const yes: CallEvent = { type: 'HEARD', stretch: 'choices', answer: 'grant' };
  const bridged = await post(caller, addressIn(asked, yes), { Digits: '1' });
  expect(heardIn(bridged).ends).toEqual(['Conference']);
  const { id } = await server.callView(caller.fields['CallSid'] ?? '');
  const step = randomBytes(16).toString('base64url');
  await server.database.sql`
    insert into leg_invite (step, call_id, party_id, role, flow)
    values (${step}, ${id}, ${randomUUID()}, ${flow.definition.role}, ${flow.name})`;
  const fields = { CallSid: newSid(), From: '+14155550999', To: to, Direction: 'outbound-api' };
  return { fields, start: `/twilio/voice/${step}` };
}

const legOf = async (flow: CompiledFlow, number: string): Promise<Leg> =>
  flow.definition.role === 'caller' ? callerOf(flow, number) : rungOf(flow, number);

type Started = Extract<CallEvent, { type: 'STARTED' }>;

/** One leg from its beginning along a way, with the model beside it. */
async function walk(
  flow: CompiledFlow,
  beginning: Started,
  way: readonly CallEvent[],
  number: string,
): Promise<void> {
  const leg = await legOf(flow, number);
  let step: Step = advance(flow, null, beginning);
  const detected = beginning.machine === true ? { AnsweredBy: 'machine_start' } : {};
  let twiml = await post(leg, leg.start, detected);
  expect(heardIn(twiml)).toEqual(expectedOf(step, 'en'));
  for (const event of way) {
    const snapshot: CallSnapshot = JSON.parse(JSON.stringify(step.snapshot));
    step = advance(flow, snapshot, event);
    if (event.type === 'HANGUP') {
      await post(leg, '/twilio/status', { CallStatus: 'completed' });
      break;
    }
    const more = event.type === 'STAR' ? { DialCallStatus: 'answered' } : {};
    const digits = event.type === 'STAR' ? {} : { Digits: digitsOf(event, flow) };
    twiml = await post(leg, addressIn(twiml, event), { ...digits, ...more });
    expect([way, heardIn(twiml)]).toEqual([way, expectedOf(step, 'en')]);
  }
  const view = await server.callView(leg.fields['CallSid'] ?? '');
  const { role } = flow.definition;
  const party = view.parties.find((one: CallView) => one.role === role);
  expect(party.statuses).toMatchObject(statusesOf(step.snapshot));
}

/** What somebody did in a call before, who is known to have allowed it, or refused it, since. */
const before = {
  granted: [{ type: 'HEARD', stretch: 'choices', answer: 'grant' }, { type: 'HANGUP' }],
  refused: [{ type: 'HEARD', stretch: 'choices', answer: 'deny' }, { type: 'HANGUP' }],
} as const satisfies Readonly<Record<string, readonly CallEvent[]>>;

/** Everybody is new, but for who begins with an answer of an earlier call. */
async function play(flow: CompiledFlow, beginning: Started, way: readonly CallEvent[]) {
  const number = newCaller();
  const was = beginning.earlier?.recording;
  if (was === 'granted' || was === 'refused') {
    await walk(flow, { type: 'STARTED' }, before[was], number);
  }
  await walk(flow, beginning, way, number);
}

/** How legs of a flow begin: closed, picked up by a machine, known from an earlier call. */
function beginningsOf({ definition }: CompiledFlow): readonly Started[] {
  const { hours, role, steps, first } = definition;
  const closed = hours !== undefined && !isWithin(hours, Date.now());
  const begins = steps[first];
  // Only where the first question is the remembered one: the call before is as short as that.
  const remembers = begins !== undefined && 'ask' in begins && begins.remember !== undefined;
  return [
    { type: 'STARTED', ...(closed && { closed }) },
    ...(role === 'caller' ? [] : [{ type: 'STARTED', machine: true } as const]),
    ...(remembers
      ? (['granted', 'refused'] as const).map(
          (recording) => ({ type: 'STARTED', earlier: { recording } }) as const,
        )
      : []),
  ];
}

describe('[cap 26] what the model says, callers hear', () => {
  const names = [...new Set(shipped.all().map(({ name }) => name))];

  test.each(names)('%s', { timeout: 120_000 }, async (name) => {
    const flow = shippedFlow(name);
    const ways = beginningsOf(flow).flatMap((beginning) =>
      waysThrough(flow, beginning).map((way) => [beginning, way] as const),
    );
    expect(ways.length).toBeGreaterThan(3);
    await Promise.all(
      Array.from({ length: callersMax }, async () => {
        for (let one = ways.pop(); one !== undefined; one = ways.pop()) await play(flow, ...one);
      }),
    );
  });
});
