import type { AudioSource } from './audio.ts';
import { runDocuments } from './documents.ts';
import type { EventListener } from './events.ts';
import type { Faults } from './faults.ts';
import { type DocumentRequest, Leg, type StatusCallback } from './leg.ts';
import { endLeg, reportProgress, ring } from './lifecycle.ts';
import type { Speed } from './pace.ts';
import { enrichmentOf } from './parameters.ts';
import type { CallerScript } from './script.ts';
import { newSid } from './sid.ts';
import { deliver, type HttpMethod } from './webhook.ts';
import type { World } from './world.ts';

/** Ended legs that the REST API still knows. */
const endedLegsMax = 1000;

/** Time the carrier listens before it says who answered. */
const machineDetectionMs = 3000;

/** A person calls one of our lines. */
export interface PlaceCallOptions {
  /** The line. E.164, like `from`, which may also be any text a carrier shows instead. */
  readonly to: string;
  readonly from: string;
  readonly voiceUrl: string;
  readonly voiceMethod?: HttpMethod;
  /** Asked instead when a document cannot be had. */
  readonly fallbackUrl?: string;
  /** Told when the call has ended. */
  readonly statusUrl?: string;
  readonly caller?: CallerScript;
  /** Known tones unless said (`tones()`). */
  readonly audio?: AudioSource;
  readonly speed?: Speed;
  readonly faults?: Faults;
  /** Sent as CallerName. */
  readonly callerName?: string;
  /** False: the carrier looks nothing up about the numbers. */
  readonly enrichment?: boolean;
  readonly onEvent?: EventListener;
}

export interface MachineDetection {
  /** The verdict waits for the end of the machine's greeting. */
  readonly wholeMessage: boolean;
  /** The document is played at once; the verdict goes to the callback. */
  readonly later: boolean;
  readonly callback: { readonly url: string; readonly method: HttpMethod } | null;
}

/** We ring a party by REST. */
export interface OutboundRequest {
  readonly to: string;
  readonly from: string;
  readonly request: DocumentRequest;
  readonly fallback: { readonly url: string; readonly method: HttpMethod } | undefined;
  readonly statusCallback: StatusCallback | undefined;
  readonly timeoutMs: number;
  readonly machineDetection: MachineDetection | null;
}

/**
 * Begins at the next turn, so that whoever places the call can listen first. Throws if a URL is
 * not absolute.
 */
export function startInbound(world: World, options: PlaceCallOptions, audio: AudioSource): Leg {
  const { from, to, voiceUrl, fallbackUrl, statusUrl } = options;
  for (const url of [voiceUrl, fallbackUrl, statusUrl]) if (url !== undefined) new URL(url);
  const known = options.enrichment !== false;
  const leg = addLeg(
    world,
    new Leg(world, newSid('CA'), {
      direction: 'inbound',
      from,
      to,
      script: options.caller ?? {},
      speed: options.speed ?? world.speed,
      audio,
      faults: options.faults ?? {},
      enrichment: known ? enrichmentOf(from, to, options.callerName ?? null) : {},
      fallback: fallbackUrl === undefined ? undefined : { url: fallbackUrl, method: 'POST' },
      statusCallback:
        statusUrl === undefined
          ? undefined
          : { url: statusUrl, method: 'POST', events: ['completed'] },
      listener: options.onEvent,
    }),
  );
  const method = options.voiceMethod ?? 'POST';
  setImmediate(() => void runInbound(leg, { url: voiceUrl, method, parameters: {} }));
  return leg;
}

async function runInbound(leg: Leg, request: DocumentRequest): Promise<void> {
  const { from, to } = leg.options;
  leg.status = 'ringing';
  leg.emit({ type: 'started', direction: 'inbound', from, to });
  const end = await runDocuments(leg, request);
  await endLeg(leg, end === 'finished' ? 'document' : end);
}

export function startOutbound(world: World, options: OutboundRequest): Leg {
  const { from, to } = options;
  const leg = addLeg(
    world,
    new Leg(world, newSid('CA'), {
      direction: 'outbound-api',
      from,
      to,
      script: world.partyAt(to),
      speed: world.speed,
      audio: world.audio,
      faults: world.faults,
      enrichment: enrichmentOf(from, to, null),
      fallback: options.fallback,
      statusCallback: options.statusCallback,
    }),
  );
  setImmediate(() => void runOutbound(leg, options));
  return leg;
}

async function runOutbound(leg: Leg, options: OutboundRequest): Promise<void> {
  if (!(await ring(leg, options.timeoutMs))) {
    return endLeg(leg, leg.status === 'canceled' ? 'api' : 'nobody-answered');
  }
  const detection = options.machineDetection;
  if (detection !== null && !detection.later) {
    leg.answeredBy ??= verdictOn(leg, detection);
    await leg.pace.sleep(machineDetectionMs, new AbortController().signal);
  }
  leg.answer();
  reportProgress(leg, 'answered');
  if (detection?.later === true) void detectLater(leg, detection);
  const end = await runDocuments(leg, options.request);
  await endLeg(leg, end === 'finished' ? 'document' : end);
}

function verdictOn(leg: Leg, detection: MachineDetection): string {
  const machine = leg.world.partyAt(leg.options.to).pickup === 'machine';
  if (!machine) return 'human';
  return detection.wholeMessage ? 'machine_end_beep' : 'machine_start';
}

async function detectLater(leg: Leg, detection: MachineDetection): Promise<void> {
  await leg.pace.sleep(machineDetectionMs, new AbortController().signal);
  if (leg.over || detection.callback === null) return;
  await deliver(leg, {
    kind: 'machine',
    ...detection.callback,
    parameters: {
      AccountSid: leg.world.accountSid,
      CallSid: leg.sid,
      AnsweredBy: verdictOn(leg, detection),
      MachineDetectionDuration: String(machineDetectionMs),
    },
  });
}

/** Remembers a leg; the oldest that ended is forgotten when there are too many. */
export function addLeg(world: World, leg: Leg): Leg {
  world.legs.set(leg.sid, leg);
  if (world.legs.size > endedLegsMax) {
    for (const [sid, old] of world.legs) {
      if (!old.over) continue;
      world.legs.delete(sid);
      break;
    }
  }
  return leg;
}
