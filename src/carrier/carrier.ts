/**
 * A Twilio that runs on this machine: rings, listens, bridges and streams as the documents it is
 * given say, signs like Twilio, and misbehaves on request. It shares no code with the rest of the
 * project, so that a misreading of the protocol cannot cancel itself out.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tones } from './audio.ts';
import { CallHandle } from './call-handle.ts';
import { type PlaceCallOptions, startInbound } from './calls.ts';
import { answerControl, answerTexts, type Line } from './control.ts';
import type { CarrierEvent, EventListener } from './events.ts';
import type { Faults } from './faults.ts';
import { FrameClock } from './frame-clock.ts';
import type { Leg } from './leg.ts';
import type { Speed } from './pace.ts';
import { answerRest } from './rest.ts';
import type { TakenConsent } from './rest-consents.ts';
import type { SentText } from './rest-messages.ts';
import type { OwnNumber } from './rest-numbers.ts';
import { type CalledParty, willing } from './script.ts';
import { newSid } from './sid.ts';
import { sendText, type TextMessage, type TextSent } from './texts.ts';
import { defaultLimits, type WebhookLimits } from './webhook-limits.ts';
import type { World } from './world.ts';

export { type AudioSource, audioFile, silence, toneFrequency, tones } from './audio.ts';
export type { CallHandle, EventOf } from './call-handle.ts';
export type { PlaceCallOptions } from './calls.ts';
export type { Line } from './control.ts';
export type { CarrierEvent, EventListener, Happening } from './events.ts';
export type { Faults, MediaFaults, Repeat } from './faults.ts';
export type { Speed } from './pace.ts';
export type { SentText } from './rest-messages.ts';
export type { OwnNumber } from './rest-numbers.ts';
export type { Act, BridgeStep, CalledParty, CallerScript, Reaction } from './script.ts';
export { signature, urlAsSigned } from './signature.ts';
export type { TextMessage, TextSent } from './texts.ts';

/** Protocol errors that are remembered; the first ones tell most. */
const protocolErrorsMax = 1000;

export interface CarrierOptions {
  readonly accountSid: string;
  readonly authToken: string;
  /** 0, any free port, unless said. Always on 127.0.0.1. */
  readonly port?: number;
  /** Of every leg whose call does not say otherwise; 1, real time, unless said. */
  readonly speed?: Speed;
  /** Time limits and retries of webhooks whose URL does not say otherwise. */
  readonly limits?: Partial<WebhookLimits>;
  /** Of the legs that we ring. */
  readonly faults?: Faults;
  /** Who answers at a number nobody spoke for: `{ otherwise: { press: '1' } }` unless said. */
  readonly party?: CalledParty;
  /** True unless said: see `dial.ts`. */
  readonly dialActionAfterHangup?: boolean;
  /** Serve POST /simulate/calls and /simulate/texts. */
  readonly control?: boolean;
  readonly line?: Line;
  /** Telephone numbers of the account; none unless said. */
  readonly numbers?: readonly OwnNumber[];
  /** Every event of every leg. */
  readonly onEvent?: EventListener;
}

export interface Carrier {
  /** `http://127.0.0.1:PORT`, the base of the REST API. */
  readonly url: string;
  readonly port: number;
  placeCall(options: PlaceCallOptions): CallHandle;
  /** Somebody writes to one of our numbers. */
  sendText(message: TextMessage): Promise<TextSent>;
  /** The nth leg that we rang at a number, past or to come. */
  called(number: string, nth?: number): Promise<CallHandle>;
  /** Null if there is no such leg. */
  call(callSid: string): CallHandle | null;
  /** Says who answers at a number from now on. */
  answerAs(number: string, party: CalledParty): void;
  /** Says where calls placed through /simulate/calls go. */
  pointLine(line: Line): void;
  /** Every breach of the protocol so far: a strict test finds none. */
  readonly protocolErrors: readonly CarrierEvent[];
  /** What the carrier was told of who wants texts, so far. */
  readonly consents: readonly TakenConsent[];
  /** Text messages that were handed over so far. */
  readonly texts: readonly SentText[];
  /** What was deleted so far, as `/Calls/CA…`. */
  readonly deletions: readonly string[];
  /** Somebody had the carrier itself record a leg. @returns the recording's sid */
  keepRecording(callSid: string): string;
  /** Hangs up whoever is left, waits for them, and stops listening. */
  close(): Promise<void>;
}

/** Listens when the promise resolves. */
export async function startCarrier(options: CarrierOptions): Promise<Carrier> {
  const protocolErrors: CarrierEvent[] = [];
  const rung = new EventTarget();
  const world = worldOf(options, (event) => {
    if (event.type === 'protocol-error' && protocolErrors.length < protocolErrorsMax) {
      protocolErrors.push(event);
    }
    if (event.type === 'started') rung.dispatchEvent(new Event('rung'));
    options.onEvent?.(event);
  });
  let line = options.line ?? null;
  const placeCall = (call: PlaceCallOptions) =>
    new CallHandle(startInbound(world, call, call.audio ?? tones()));
  const control = { world, line: () => line, placeCall };
  const controls = new Map([
    ['/simulate/calls', answerControl],
    ['/simulate/texts', answerTexts],
  ]);
  const server = createServer((request, response) => {
    const answer = options.control === true ? controls.get(request.url ?? '') : undefined;
    void (answer === undefined
      ? answerRest(world, request, response)
      : answer(control, request, response));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    placeCall,
    sendText: (message) => sendText(world, message),
    protocolErrors,
    texts: world.texts,
    deletions: world.deletions,
    keepRecording(callSid) {
      const sid = newSid('RE');
      world.recordings.set(sid, callSid);
      return sid;
    },
    consents: world.consents,
    called: (number, nth = 1) => calledAt(world, rung, number, nth),
    call: (callSid) => handleOf(world.legs.get(callSid)),
    answerAs: (number, party) => void world.parties.set(number, party),
    pointLine: (given) => {
      line = given;
    },
    async close() {
      await hangUpEverybody(world);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function worldOf(options: CarrierOptions, tell: EventListener): World {
  const parties = new Map<string, CalledParty>();
  const party = options.party ?? willing;
  return {
    accountSid: options.accountSid,
    authToken: options.authToken,
    numbers: options.numbers ?? [],
    limits: { ...defaultLimits, ...options.limits },
    speed: options.speed ?? 1,
    audio: tones(),
    faults: options.faults ?? {},
    dialActionAfterHangup: options.dialActionAfterHangup ?? true,
    legs: new Map(),
    conferences: new Map(),
    frames: new FrameClock(),
    texts: [],
    messages: new Set(),
    recordings: new Map(),
    deletions: [],
    consents: [],
    optedOut: new Set(),
    parties,
    partyAt: (number) => parties.get(number) ?? party,
    tell,
  };
}

function handleOf(leg: Leg | undefined): CallHandle | null {
  return leg === undefined ? null : new CallHandle(leg);
}

function calledAt(
  world: World,
  rung: EventTarget,
  number: string,
  nth: number,
): Promise<CallHandle> {
  const find = () =>
    [...world.legs.values()].filter(
      ({ options }) => options.direction !== 'inbound' && options.to === number,
    )[nth - 1];
  return new Promise((resolve) => {
    const look = () => {
      const handle = handleOf(find());
      if (handle === null) return;
      rung.removeEventListener('rung', look);
      resolve(handle);
    };
    rung.addEventListener('rung', look);
    look();
  });
}

async function hangUpEverybody(world: World): Promise<void> {
  const alive = [...world.legs.values()].filter((leg) => !leg.over);
  const ended = alive.map((leg) => new CallHandle(leg).ended);
  for (const leg of alive) leg.interrupt({ kind: 'hangup', by: 'caller' });
  await Promise.all(ended);
}
