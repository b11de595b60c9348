/** Turns what a leg's machine wants spoken into one document, with words and addresses filled in. */
import type { Document, Spoken, Verb } from '../core/call/document.ts';
import type { Effect } from '../core/call/effect.ts';
import { assert } from '../core/error.ts';
import type { PromptAudio } from '../core/flow/prompt-audio.ts';
import { tone } from '../core/media/tone.ts';
import type { Role, Uuid } from '../core/words.ts';
import { type Awaited, conferenceName, starReturns } from './call-state.ts';

/** The addresses we give to the carrier, all below the configured public URL. */
export interface Urls {
  step(step: string, stretch?: string): string;
  readonly status: string;
  readonly conference: string;
  /** Where people change what they have allowed: the same for everybody. */
  readonly choices: string;
  /** Where recorded prompts lie. */
  readonly prompts: string;
  /** Where the carrier is told what to say to somebody on a bridge. */
  readonly said: string;
  /** `wss:` (or `ws:` where the public URL is plain HTTP on loopback). */
  readonly media: string;
}

export function urlsBelow(publicUrl: string): Urls {
  return {
    step: (step, stretch) =>
      `${publicUrl}/twilio/voice/${step}${stretch === undefined ? '' : `/${stretch}`}`,
    status: `${publicUrl}/twilio/status`,
    conference: `${publicUrl}/twilio/conference`,
    choices: `${publicUrl}/privacy/choices`,
    prompts: `${publicUrl}/prompts`,
    said: `${publicUrl}/twilio/said`,
    media: `${publicUrl.replace(/^http/, 'ws')}/twilio/media`,
  };
}

export interface DocumentContext {
  readonly callId: Uuid;
  readonly role: Role;
  readonly locale: string;
  readonly urls: Urls;
  /** The step that the document leads to. */
  readonly nextStep: string;
  /** The words of a prompt, filled in. */
  readonly wordsOf: (promptId: string, locale: string) => string;
  /** The recording of a prompt, if there is one. */
  readonly audioOf: (promptId: string, locale: string) => PromptAudio | null;
  /** Given when the stream is to be started by this document. */
  readonly stream: { readonly name: string; readonly token: string } | null;
  /** The stream to stop, if one runs. */
  readonly runningStream: string | null;
}

export interface Composed {
  readonly document: Document;
  readonly awaits: Awaited;
}

/** @param locale null: the leg's */
function spoken(context: DocumentContext, promptId: string, locale: string | null): Spoken {
  const spokenIn = locale ?? context.locale;
  const text = context.wordsOf(promptId, spokenIn);
  const recording = context.audioOf(promptId, spokenIn);
  const address = recording && `${context.urls.prompts}/${recording.sha256}.wav`;
  return { text, locale: spokenIn, ...(address !== null && { audio: address }) };
}

function gathers(effect: Effect & { type: 'ask' }, context: DocumentContext): Verb[] {
  return effect.stretches.map(({ stretch, promptId, timeoutS }, index) => ({
    verb: 'gather',
    action: context.urls.step(context.nextStep, stretch),
    ...spoken(context, promptId, null),
    timeoutS,
    speech: effect.speech,
    postEmpty: index === effect.stretches.length - 1,
  }));
}

type WaitEffect = Extract<Effect, { type: 'wait' }>;

/** One gather for a menu: its answer is a key and nothing else. */
function menu(effect: Effect & { type: 'choose' }, context: DocumentContext): Verb {
  const [first, ...more] = effect.prompts.map(({ promptId, locale }) =>
    spoken(context, promptId, locale),
  );
  assert(first !== undefined, 'a menu speaks');
  const { timeoutS } = effect;
  const action = context.urls.step(context.nextStep);
  const audio = `${context.urls.prompts}/${tone.sha256}.wav`;
  if (effect.tone === true) more.push({ text: '', locale: context.locale, audio });
  return { verb: 'gather', action, ...first, more, timeoutS, speech: false, postEmpty: true };
}

/** The same for somebody who waits: music, then silence, until it is spoken again. */
function wait({ promptId, everyS, music }: WaitEffect, context: DocumentContext): Verb {
  const recording = music === null ? null : context.audioOf(music, context.locale);
  const played = recording === null || music === null ? [] : [music];
  const prompts = [promptId, ...played].map((id) => ({ promptId: id, locale: null }));
  const playedS = Math.floor((recording?.ms ?? 0) / 1_000);
  const timeoutS = Math.max(1, everyS - playedS);
  return menu({ type: 'choose', prompts, timeoutS }, context);
}

function bridge(context: DocumentContext): Verb {
  return {
    verb: 'bridge',
    conference: conferenceName(context.callId),
    action: context.urls.step(context.nextStep),
    statusCallback: context.urls.conference,
    // The caller's return by `*` must not end the agent's stay, nor the other way round.
    endOnExit: false,
    starReturns: starReturns(context.role),
  };
}

/**
 * @returns the document and what it waits for; one that says nothing final hangs up, because a
 * document that just ends would do so anyway
 */
export function composeDocument(effects: readonly Effect[], context: DocumentContext): Composed {
  const verbs: Verb[] = [];
  let awaits: Awaited = 'nothing';
  for (const effect of effects) {
    assert(awaits === 'nothing' || !isSpoken(effect), 'nothing is spoken after a final verb');
    switch (effect.type) {
      case 'start-stream': {
        assert(context.stream !== null, 'a stream that starts has a token');
        const { name, token } = context.stream;
        verbs.unshift({
          verb: 'start-stream',
          name,
          url: context.urls.media,
          parameters: { token },
        });
        break;
      }
      case 'stop-stream':
        if (context.runningStream !== null) {
          verbs.unshift({ verb: 'stop-stream', name: context.runningStream });
        }
        break;
      case 'say':
        verbs.push({ verb: 'say', ...spoken(context, effect.promptId, null) });
        break;
      case 'ask':
        verbs.push(...gathers(effect, context));
        awaits = 'answer';
        break;
      case 'choose':
        verbs.push(menu(effect, context));
        awaits = 'choice';
        break;
      case 'wait':
        verbs.push(wait(effect, context));
        awaits = 'choice';
        break;
      case 'next':
        verbs.push({ verb: 'redirect', url: context.urls.step(context.nextStep) });
        awaits = 'spoken';
        break;
      case 'bridge':
        verbs.push(bridge(context));
        awaits = 'bridge';
        break;
      case 'hangup':
        verbs.push({ verb: 'hangup' });
        break;
      default: // gates and tasks are not spoken
    }
  }
  if (awaits === 'nothing' && verbs.at(-1)?.verb !== 'hangup') verbs.push({ verb: 'hangup' });
  return { document: verbs, awaits };
}

function isSpoken(effect: Effect): boolean {
  return ['say', 'ask', 'choose', 'wait', 'next', 'bridge', 'hangup'].includes(effect.type);
}
