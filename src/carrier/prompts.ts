import { randomUUID } from 'node:crypto';
import { playedMs } from './audio.ts';
import { exchange } from './http-exchange.ts';
import { unlessAborted } from './interrupt.ts';
import type { Leg } from './leg.ts';
import type { Element } from './twiml-parse.ts';
import { resolveUrl, wholeOf } from './verb.ts';
import { signedRequest } from './webhook.ts';

/** A voice speaks about this fast. */
const charactersPerSecond = 15;
/** Of one key that is played. */
const digitMs = 250;
const playBytesMax = 20_000_000;
/** `loop="0"` means until the party hangs up, and at most so often. */
const loopsMax = 1000;

/** ms that the words take. */
export function spokenMs(text: string): number {
  return Math.round((text.length * 1000) / charactersPerSecond);
}

/** Says, plays or pauses, to its end or until the signal. */
export async function playPrompt(
  leg: Leg,
  element: Element,
  base: string | null,
  signal: AbortSignal,
): Promise<void> {
  if (element.name === 'Pause') {
    const ms = wholeOf(element.attributes['length'], 1) * 1000;
    leg.emit({ type: 'waits', ms });
    return leg.pace.sleep(ms, signal);
  }
  const loop = wholeOf(element.attributes['loop'], 1);
  const times = loop > 0 ? loop : leg.pace.speed === 'instant' ? 1 : loopsMax;
  for (let time = 0; time < times; time += 1) {
    if (element.name === 'Say') await say(leg, element, signal);
    else await play(leg, element, base, signal);
  }
}

async function say(leg: Leg, element: Element, signal: AbortSignal): Promise<void> {
  const language = element.attributes['language'] ?? null;
  leg.emit({ type: 'says', text: element.text, language });
  await leg.pace.sleep(spokenMs(element.text), signal);
}

async function play(
  leg: Leg,
  element: Element,
  base: string | null,
  signal: AbortSignal,
): Promise<void> {
  const digits = element.attributes['digits'];
  if (digits !== undefined) {
    leg.emit({ type: 'plays', url: null, digits });
    return leg.pace.sleep(digits.length * digitMs, signal);
  }
  const url = resolveUrl(leg, base, element.text);
  if (url === null) return;
  const file = await unlessAborted(fetchAudio(leg, url), signal);
  if (file === null) return;
  leg.emit({ type: 'plays', url, digits: null });
  await leg.pace.sleep(playedMs(file), signal);
}

/** Null, and a protocol error, if there is nothing to play; the call goes on without it. */
async function fetchAudio(leg: Leg, url: string): Promise<Buffer | null> {
  const webhook = { kind: 'voice', method: 'GET', url, parameters: {} } as const;
  const { connectMs, readMs, totalMs } = leg.limits;
  try {
    const reply = await exchange(signedRequest(leg, webhook, randomUUID()), {
      connectMs,
      readMs,
      leftMs: totalMs,
      bytesMax: playBytesMax,
    });
    if (reply.status === 200) return reply.body;
    leg.protocolError(11200, `<Play> got HTTP ${reply.status}`);
  } catch (error) {
    leg.protocolError(11200, `<Play> got nothing: ${error instanceof Error ? error.message : ''}`);
  }
  return null;
}
