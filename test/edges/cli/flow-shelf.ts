/** A shelf with two versions of one flow, the first of them published, and a lock in memory. */
import { compileFlow } from '../../../src/core/flow/compile.ts';
import type { FlowDefinition } from '../../../src/core/flow/definition.ts';
import { currentVersion, type PublishedVersion } from '../../../src/core/flow/versions.ts';
import type { FlowShelf } from '../../../src/edges/cli/parts.ts';

const first: FlowDefinition = {
  name: 'asks',
  version: 1,
  role: 'caller',
  locales: ['en', 'en-GB'],
  speech: false,
  keys: { grant: '1', refuse: '2', person: '0' },
  first: 'ask',
  steps: {
    ask: {
      ask: 'recording',
      purpose: 'why',
      choices: 'how',
      again: 'listen',
      retry: 'how',
      attempts: 2,
      granted: 'thanks',
      refused: 'bridge',
    },
    thanks: { say: 'thanks', next: 'bridge' },
  },
  bridge: { withdrawn: 'stopped', unrecorded: 'not-recorded' },
};

const texts: Readonly<Record<string, string>> = {
  why: 'With your permission, {controller} records this call to check its quality.',
  how: 'To allow recording, press 1. To refuse recording, press 2. To ask a person, press 0. Press star at any time to stop it.',
  listen: 'Before you choose, please hear what it is for.',
  thanks: 'Thank you. This call is recorded.',
  gratitude: 'Many thanks. This call is recorded.',
  stopped: 'Recording has stopped.',
  'not-recorded': 'This call is not recorded.',
};

/** Whoever refuses is hung up on: no proof holds of it. */
export const unfair: Partial<FlowDefinition> = {
  steps: { ...first.steps, thanks: { say: 'thanks', next: 'end' } },
};

export function shelfOf(change: Partial<FlowDefinition> = {}) {
  const steps = { ...first.steps, thanks: { say: 'gratitude', next: 'bridge' } };
  const flows = [compileFlow(first), compileFlow({ ...first, steps, ...change, version: 2 })];
  const published: PublishedVersion[] = flows.slice(0, 1).map(({ name, version, hash }) => {
    return { name, version, hash };
  });
  const shelf: FlowShelf = {
    flows,
    published,
    isPublished: ({ hash }) => published.some((line) => line.hash === hash),
    promptText: (_, id) => texts[id] ?? null,
    promptAudio: () => null,
    promptNames: [],
    lock: {
      async append(choose) {
        const line = await choose(published);
        published.push(line);
        return line;
      },
      alone: (act) => act(published),
    },
  };
  return {
    parts: { openFlows: async () => shelf },
    current: () => currentVersion(published, 'asks')?.version ?? null,
    published,
  };
}
