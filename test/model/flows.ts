/** Flows for the proofs: what is shipped, and one that asks for two purposes. */
import { join } from 'node:path';
import { loadFlows } from '../../src/adapters/flows/files.ts';
import { loadPrompts } from '../../src/adapters/prompts/files.ts';
import { compileFlow } from '../../src/core/flow/compile.ts';
import type { FlowDefinition } from '../../src/core/flow/definition.ts';

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
