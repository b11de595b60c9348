/**
 * Somebody wrote to a number of ours. Whoever takes back what they allowed has it taken back
 * everywhere: the gates in memory shut before anything else is tried, then every call of theirs in
 * which something stands is changed, and they are listed as not to be called or texted. Only then
 * the message is answered. What was written is not kept, but for a message that a person has to
 * understand, and that is sealed for whoever wrote it.
 */
import type { TextWebhook } from '../core/call/webhook.ts';
import { gatedPurposes } from '../core/consent/purpose.ts';
import { type ReadText, readText } from '../core/consent/text.ts';
import { type TextLanguage, textLanguages, textWords } from '../core/consent/text-words.ts';
import { liftingWords } from '../core/suppression/lifting.ts';
import { parseNumber } from '../core/suppression/number.ts';
import type { Channel } from '../core/suppression/own-change.ts';
import type { Instant, Uuid } from '../core/words.ts';

import type { CallParts } from './call-parts.ts';
import type { Person } from './call-ports.ts';
import type { OptOut, Restart } from './opt-out.ts';
import type { PartyOfPerson, TextStore, TextTask } from './text-ports.ts';
import { withdraw } from './withdraw.ts';

/** Waits between attempts at a message that could not be dealt with, ms. */
const waitsMs = [250, 1_000, 2_000, 5_000, 15_000] as const;
const attemptsMax = 1_000;
/** Messages that were dealt with: a repeat of one shuts nothing of a call that began since. */
const dealtMax = 10_000;

export const noteContext = (taskId: string): string => `task/${taskId}/note`;

export interface TextParts extends CallParts {
  readonly texts: TextStore;
  readonly optOut: (wanted: OptOut) => Promise<unknown>;
  /** Lifts a stop of texts that came by text before. */
  readonly restart: (wanted: Restart) => Promise<void>;
  /** What a clear stop by text ends, by the operator's policy. */
  readonly stopReaches: () => Promise<readonly Channel[]>;
  /** Takes back what a person allowed outside calls, or for later ones. May be repeated. */
  readonly withdrawChoices: (personId: Uuid) => Promise<void>;
  /** The document that answers with words; null: that answers without. */
  readonly renderText: (words: string | null) => string;
  /** Resolves after so long, or as soon as the signal aborts. Never rejects. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface TextTaker {
  /** @returns the document to answer with, for the same message always the same */
  take(webhook: TextWebhook): Promise<string>;
  /** Resolves when nothing waits to be dealt with. */
  settled(): Promise<void>;
  stop(): void;
}

export function createTextTaker(parts: TextParts): TextTaker {
  const working = new Set<Promise<void>>();
  const dealt = new Set<string>();
  const stopped = new AbortController();

  /** @param at when it came; what is said while it waits is later than it */
  async function dealWith(webhook: TextWebhook, at: Instant): Promise<string> {
    const { messageSid } = webhook;
    const reply = await deal(parts, webhook, at, dealt.has(messageSid));
    if (dealt.size >= dealtMax) dealt.delete(dealt.values().next().value ?? '');
    dealt.add(messageSid);
    return reply;
  }

  async function insist(webhook: TextWebhook, at: Instant): Promise<void> {
    for (let attempt = 0; attempt < attemptsMax && !stopped.signal.aborted; attempt += 1) {
      await parts.wait(waitsMs[Math.min(attempt, waitsMs.length - 1)] ?? 0, stopped.signal);
      try {
        await dealWith(webhook, at);
        return;
      } catch (error) {
        if (attempt === 0) parts.log.warn({ err: error }, 'a text message waits to be dealt with');
      }
    }
  }

  return {
    async take(webhook) {
      const at = parts.clock.now();
      try {
        return await dealWith(webhook, at);
      } catch (error) {
        const work = insist(webhook, at).finally(() => working.delete(work));
        working.add(work);
        throw error;
      }
    },
    async settled() {
      await Promise.all(working);
    },
    stop: () => stopped.abort(),
  };
}

async function deal(
  parts: TextParts,
  webhook: TextWebhook,
  at: Instant,
  isRepeat: boolean,
): Promise<string> {
  const { messageSid } = webhook;
  const number = parseNumber(webhook.from ?? '')?.e164 ?? null;
  const read = readingOf(webhook);
  const stops = read.meaning === 'stop' || read.meaning === 'doubtful';
  if (stops && number !== null && !isRepeat) shutKnown(parts, number);
  const before = await parts.texts.answered(messageSid);
  if (before !== null) return before;
  const person = number === null ? null : await parts.people.seen(number);
  const own = stops && person !== null ? await partiesOf(parts, person) : [];
  if (stops) await takeBack(parts, webhook, own);
  if (stops && number !== null)
    await list(parts, webhook, number, { at, provisional: read.meaning === 'doubtful' });
  if (stops && person !== null) await parts.withdrawChoices(person.id);
  if (number !== null && lifts(webhook)) {
    const heardOn = webhook.optOutType === null ? null : webhook.to;
    await parts.restart({ number, at, heardOn, evidence: { messageSid } });
  }
  // Whom we never met is told nothing, and whom the carrier has answered is told nothing twice.
  const speaks = own.length > 0 && webhook.optOutType === null;
  const { stopped } = textWords[languageOf(read, own)];
  return parts.texts.answer({
    messageSid,
    tenantId: parts.tenant.id,
    sender: number === null ? null : parts.tenant.cipher.token(number),
    meaning: read.meaning,
    at,
    words: speaks ? parts.renderText(stopped) : null,
    silence: parts.renderText(null),
    task: read.meaning === 'doubtful' ? taskOf(parts, webhook, person, own) : null,
  });
}

/** The carrier's word is as good as the person's; its other words leave everything as it is. */
function readingOf({ optOutType, body }: TextWebhook): ReadText {
  if (optOutType === null) return readText(body);
  const meanings = { STOP: 'stop', START: 'start', HELP: 'help' } as const;
  return { meaning: meanings[optOutType], language: null };
}

/** What memory knows, before anything is asked that may not answer. */
function shutKnown(parts: TextParts, number: string): void {
  const person = parts.people.known(number);
  if (person === null) return;
  for (const { state } of parts.cache.ofPerson(person.id)) {
    for (const { callSid, personId } of state.legs) {
      if (personId !== person.id) continue;
      for (const purpose of gatedPurposes) parts.gates.shut(callSid, purpose, 'withdrawal');
    }
  }
}

const partiesOf = (parts: TextParts, { id }: Person): Promise<readonly PartyOfPerson[]> =>
  parts.texts.partiesOf(parts.tenant.id, id);

/** Calls first, the newest before the others; doing it again changes nothing. */
async function takeBack(
  parts: TextParts,
  webhook: TextWebhook,
  own: readonly PartyOfPerson[],
): Promise<void> {
  const { messageSid } = webhook;
  const evidence = { messageSid, provisional: readingOf(webhook).meaning === 'doubtful' };
  for (const { callId, partyId, stands } of own) {
    if (!stands) continue;
    const asked = { call: callId, purpose: 'standing', party: partyId } as const;
    await withdraw(parts, { ...asked, channel: 'text', evidence });
  }
}

/** One that is only probable is taken at its widest until somebody has looked at it. */
async function list(
  parts: TextParts,
  { optOutType, body, to }: TextWebhook,
  number: string,
  { at: saidAt, provisional }: { readonly at: Instant; readonly provisional: boolean },
): Promise<void> {
  const about = {
    number,
    scope: 'all',
    reason: 'request',
    by: 'caller',
    provisional,
    saidAt,
  } as const;
  await parts.optOut({
    ...about,
    channels: provisional ? ['call', 'text'] : await parts.stopReaches(),
    source: optOutType === null ? 'text' : 'carrier',
    heardOn: optOutType === null ? null : to,
    ...(provisional && { note: body }),
  });
}

/** The carrier says so, or the one word that it would have understood stands alone. */
function lifts({ optOutType, body }: TextWebhook): boolean {
  if (optOutType !== null) return optOutType === 'START';
  return liftingWords.has(body.toLowerCase().replaceAll(/[^\p{L}]/gu, ''));
}

/** The language they were spoken to last, or the one they wrote in. */
function languageOf({ language }: ReadText, [newest]: readonly PartyOfPerson[]): TextLanguage {
  const [spoken] = newest?.locale.split('-') ?? [];
  return textLanguages.find((one) => one === spoken) ?? language ?? 'en';
}

/** Whoever looks at it has to read what was written. */
function taskOf(
  parts: TextParts,
  { body }: TextWebhook,
  person: Person | null,
  [newest]: readonly PartyOfPerson[],
): TextTask | null {
  if (person === null || newest === undefined) return null;
  const id = parts.random.uuid();
  const { callId, partyId } = newest;
  const noteSealed = parts.tenant.cipher.seal(person.key, noteContext(id), Buffer.from(body));
  return { id, callId, partyId, personId: person.id, noteSealed };
}
