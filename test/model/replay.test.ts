/**
 * The model against the server: every way that keys, silence, `*` and hanging up can lead through a
 * flow is walked in the model, then played as signed webhooks, and both must say the same: the same
 * words in the same order, the same end of each document, the same permissions.
 */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
import { carrierPost } from '../sim/carrier-post.ts';
import { type TestServer, testServer } from '../support/server.ts';
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

/** Whether a webhook can bring this event, given what was said last. */
function canCome(event: CallEvent, { effects }: Step): boolean {
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
  return last?.type === 'bridge' && event.type === 'STAR';
}

/** The shortest way to every state that webhooks lead to. */
function waysThrough(flow: CompiledFlow, beginning: CallEvent): readonly (readonly CallEvent[])[] {
  const events = alphabetOf(flow);
  const first = advance(flow, null, beginning);
  const open: { step: Step; way: readonly CallEvent[] }[] = [{ step: first, way: [] }];
  const seen = new Set<string>();
  const ways: (readonly CallEvent[])[] = [];
  for (const { step, way } of open) {
    const leaves = events.filter((event) => canCome(event, step));
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
  return ways.filter((way) => !begun.has(JSON.stringify(way)));
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

async function play(flow: CompiledFlow, beginning: CallEvent, way: readonly CallEvent[]) {
  const callSid = `CA${randomBytes(16).toString('hex')}`;
  const fields = {
    CallSid: callSid,
    From: newCaller(),
    To: dials(flow) ? lineWithAgent : '+14155550999',
    Direction: 'inbound',
  };
  const post = async (path: string, more: Record<string, string>) =>
    (await carrierPost(server, path, { ...fields, CallStatus: 'in-progress', ...more })).text();
  let step: Step = advance(flow, null, beginning);
  let twiml = await post(`/twilio/voice?flow=${flow.name}`, {});
  expect(heardIn(twiml)).toEqual(expectedOf(step, 'en'));
  for (const event of way) {
    const snapshot: CallSnapshot = JSON.parse(JSON.stringify(step.snapshot));
    step = advance(flow, snapshot, event);
    if (event.type === 'HANGUP') {
      await post('/twilio/status', { CallStatus: 'completed' });
      break;
    }
    const more = event.type === 'STAR' ? { DialCallStatus: 'answered' } : {};
    const digits = event.type === 'STAR' ? {} : { Digits: digitsOf(event, flow) };
    twiml = await post(addressIn(twiml, event), { ...digits, ...more });
    expect([way, heardIn(twiml)]).toEqual([way, expectedOf(step, 'en')]);
  }
  const view = await server.callView(callSid);
  expect(view.parties[0].statuses).toMatchObject(statusesOf(step.snapshot));
}

describe('[cap 26] what the model says, callers hear', () => {
  const names = [...new Set(shipped.all().map(({ name }) => name))].filter(
    (name) => shippedFlow(name).role === 'caller',
  );

  test.each(names)('%s', { timeout: 120_000 }, async (name) => {
    const flow = shippedFlow(name);
    const { hours } = flow.definition;
    const closed = hours !== undefined && !isWithin(hours, Date.now());
    const beginning: CallEvent = { type: 'STARTED', ...(closed && { closed }) };
    const ways = [...waysThrough(flow, beginning)];
    expect(ways.length).toBeGreaterThan(3);
    await Promise.all(
      Array.from({ length: callersMax }, async () => {
        for (let way = ways.pop(); way !== undefined; way = ways.pop()) {
          await play(flow, beginning, way);
        }
      }),
    );
  });
});
