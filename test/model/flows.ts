/** Flows for the proofs: what is shipped, one with two questions, one with every kind of step. */
import { join } from 'node:path';
import { loadFlows } from '../../src/adapters/flows/files.ts';
import { loadPrompts } from '../../src/adapters/prompts/files.ts';
import { compileFlow } from '../../src/core/flow/compile.ts';
import type { AskStep, FlowDefinition, Step } from '../../src/core/flow/definition.ts';

const root = join(import.meta.dirname, '../..');

export const shipped = await loadFlows(join(root, 'flows'));
export const prompts = await loadPrompts(join(root, 'prompts'));

export function shippedFlow(name: string) {
  const flow = shipped.current(name);
  if (flow === null) throw new Error(`no flow ${name}`);
  return flow;
}

/** Asks for `recording`, then, whatever the answer, for `transcription`. */
export const twoQuestions: FlowDefinition = {
  name: 'two-questions',
  version: 1,
  role: 'caller',
  locales: ['en'],
  speech: false,
  keys: { grant: '1', refuse: '2', person: '0' },
  first: 'greet',
  steps: {
    greet: { say: 'greeting', next: 'recording' },
    recording: {
      ask: 'recording',
      purpose: 'recording-purpose',
      choices: 'recording-choices',
      retry: 'recording-retry',
      attempts: 2,
      granted: 'transcription',
      refused: 'transcription',
    },
    transcription: {
      ask: 'transcription',
      purpose: 'transcription-purpose',
      choices: 'transcription-choices',
      retry: 'transcription-retry',
      attempts: 2,
      granted: 'thanks',
      refused: 'bridge',
    },
    thanks: { say: 'thanks', next: 'bridge' },
  },
  bridge: { withdrawn: 'stopped', unrecorded: 'not-recorded' },
};

export const twoQuestionsFlow = compileFlow(twoQuestions);

/** One of each kind: language, hours, menu, task, end, and two questions with a key for none. */
export const everything: FlowDefinition = {
  ...twoQuestions,
  name: 'everything',
  locales: ['en', 'es'],
  keys: { ...twoQuestions.keys, none: '9' },
  hours: { zone: 'Europe/Berlin', open: { mon: '09:00-17:00' } },
  first: 'tongue',
  bridge: {
    ...twoQuestions.bridge,
    erase: { key: '3', offer: 'erase-offer', done: 'erased' },
  },
  steps: {
    tongue: { language: 'language', choices: { '1': 'en', '2': 'es' }, next: 'times' },
    times: { branch: [{ when: 'closed', next: 'closed-menu' }], otherwise: 'recording' },
    'closed-menu': {
      menu: 'closed',
      choices: { '1': 'leave-word', '8': 'repeat', '0': 'bridge' },
      otherwise: 'goodbye',
      attempts: 2,
    },
    'leave-word': { task: 'call-back', next: 'goodbye' },
    goodbye: { end: 'goodbye' },
    recording: twoQuestions.steps['recording'] as Step,
    transcription: { ...twoQuestions.steps['transcription'], refused: 'know' } as Step,
    thanks: { say: 'thanks', next: 'know' },
    know: {
      branch: [{ when: 'granted', purpose: 'recording', next: 'recorded-menu' }],
      otherwise: 'recorded-menu',
    },
    'recorded-menu': {
      menu: 'after',
      choices: { '1': 'bridge', '2': 'end' },
      otherwise: 'bridge',
      attempts: 3,
    },
  },
};

export const everythingFlow = compileFlow(everything);

/** The same, with words of its own for each purpose that `*` ends. */
export const namedFlow = compileFlow({
  ...everything,
  bridge: {
    ...everything.bridge,
    ended: { recording: 'recording-over', transcription: 'text-over' },
  },
});

/** Rings a number first, then lets callers wait for the agent; whoever was there, a menu comes last. */
export const reaching: FlowDefinition = {
  ...twoQuestions,
  name: 'reaching',
  person: 'wait',
  bridge: everything.bridge,
  steps: {
    greet: { say: 'greeting', next: 'recording' },
    recording: {
      ...twoQuestions.steps['recording'],
      granted: 'ring',
      refused: 'ring',
    } as Step,
    ring: {
      dial: '+442079460000',
      timeout: 20,
      whisper: { granted: 'whisper-granted', refused: 'whisper-refused' },
      unanswered: 'wait',
      afterwards: 'after',
    },
    wait: {
      queue: 'waiting',
      to: 'agent',
      every: 30,
      choices: { '1': 'leave-word', '8': 'repeat' },
      otherwise: 'sorry',
      attempts: 3,
      timeout: 25,
      whisper: { granted: 'whisper', refused: 'whisper' },
      afterwards: 'after',
    },
    'leave-word': { task: 'call-back', next: 'goodbye' },
    sorry: { say: 'sorry', next: 'leave-word' },
    after: { menu: 'after', choices: { '1': 'leave-word' }, otherwise: 'goodbye', attempts: 1 },
    goodbye: { end: 'goodbye' },
  },
};

export const reachingFlow = compileFlow(reaching);

/** Asks to record the conversation; who reaches nobody may leave a message. */
export const messages: FlowDefinition = {
  ...twoQuestions,
  name: 'messages',
  steps: {
    recording: { ...twoQuestions.steps['recording'], granted: 'ring', refused: 'ring' } as Step,
    ring: { dial: 'agent', timeout: 25, unanswered: 'choose' },
    choose: { menu: 'after', choices: { '1': 'mailbox' }, otherwise: 'mailbox', attempts: 1 },
    mailbox: {
      voicemail: 'speak-now',
      question: {
        ask: 'recording',
        purpose: 'message-purpose',
        choices: 'message-choices',
        again: 'listen-first',
        retry: 'message-retry',
        attempts: 2,
      },
      stopped: 'message-stopped',
      limit: 120,
      next: 'noted',
    },
    noted: { say: 'noted', next: 'goodbye' },
    goodbye: { end: 'goodbye' },
  },
  first: 'recording',
};

export const messagesFlow = compileFlow(messages);

/** Asks whether answers may be kept, then two questions, with a menu between them. */
export const survey: FlowDefinition = {
  ...twoQuestions,
  name: 'survey',
  first: 'ask',
  steps: {
    ask: {
      ask: 'survey',
      purpose: 'survey-purpose',
      choices: 'survey-choices',
      retry: 'survey-retry',
      attempts: 2,
      granted: 'service',
      refused: 'after',
    },
    service: { rate: 'rate-service', stopped: 'deleted', highest: 5, attempts: 2, next: 'solved' },
    solved: { rate: 'rate-solved', stopped: 'deleted', highest: 3, attempts: 1, next: 'after' },
    after: { menu: 'after', choices: { '9': 'goodbye' }, otherwise: 'goodbye', attempts: 1 },
    goodbye: { end: 'goodbye' },
  },
};

export const surveyFlow = compileFlow(survey);

/** Sends a text message on the way to the end. */
export const texting: FlowDefinition = {
  ...twoQuestions,
  name: 'texting',
  first: 'choose',
  steps: {
    choose: { menu: 'after', choices: { '1': 'write' }, otherwise: 'goodbye', attempts: 1 },
    write: { text: 'address', next: 'goodbye' },
    goodbye: { end: 'goodbye' },
  },
};

export const textingFlow = compileFlow(texting);

/** Two questions whose answers are remembered. */
export const remembering: FlowDefinition = {
  ...twoQuestions,
  name: 'remembering',
  steps: {
    ...twoQuestions.steps,
    recording: {
      ...(twoQuestions.steps['recording'] as AskStep),
      remember: 'P12M',
      scope: 'line',
      remembered: 'recording-remembered',
    },
    transcription: {
      ...(twoQuestions.steps['transcription'] as AskStep),
      remember: 'P6M',
      scope: 'tenant',
      remembered: 'transcription-remembered',
    },
  },
};

export const rememberingFlow = compileFlow(remembering);
