import { z } from 'zod';
import {
  compareVersions,
  proveVersion,
  publishVersion,
  rollbackVersion,
  showVersion,
  writeVersion,
} from '../../../app/author-flows.ts';
import type { AuthorParts } from '../../../app/author-ports.ts';
import { type Route, route } from './route.ts';
import {
  flowComparison,
  flowProof,
  flowPublication,
  flowText,
  flowVersion,
  rollbackWanted,
  wantedComparison,
} from './shapes-author.ts';

const flow = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/);
const version = z
  .string()
  .regex(/^[1-9][0-9]{0,6}$/)
  .describe('A whole number from 1.');
const params = z.object({ flow, version });

const named = (at: { flow: string; version: string }) => ({
  name: at.flow,
  version: Number(at.version),
});

/** YAML as it was registered, and as it is often called. */
const yamlTypes = ['application/yaml', 'application/x-yaml', 'text/yaml'];
const heard =
  'New calls hear it within five seconds; running calls keep the version they began with.';

export function authorRoutes(parts: AuthorParts): readonly Route[] {
  return [
    // Before the versions: it is no version's name.
    route({
      method: 'post',
      path: '/flows/{flow}/rollback',
      name: 'rollBackFlow',
      scope: 'flows:publish',
      audit: 'change',
      summary: 'Make a version that was published before the current one again',
      about: `It is proved again: its words may have changed since. ${heard}`,
      params: z.object({ flow }),
      body: rollbackWanted,
      bodyOptional: true,
      once: true,
      answers: [{ status: 200, about: 'It is current again.', shape: flowPublication }],
      errors: ['not_found', 'conflict', 'flow_unproved', 'storage_failed'],
      handle: async ({ params: at, body }) => ({
        status: 200,
        json: await rollbackVersion(parts, at.flow, body.version ?? null),
      }),
    }),
    route({
      method: 'get',
      path: '/flows/{flow}/{version}',
      name: 'getFlowVersion',
      scope: 'flows:read',
      audit: 'none',
      summary: 'One version of a flow, as it was written',
      params,
      answers: [{ status: 200, about: 'The version.', shape: flowVersion }],
      errors: ['not_found'],
      handle: async ({ params: at }) => ({
        status: 200,
        json: await showVersion(parts, named(at)),
      }),
    }),
    route({
      method: 'put',
      path: '/flows/{flow}/{version}',
      name: 'writeFlowVersion',
      scope: 'flows:write',
      audit: 'change',
      summary: 'Write a draft of a flow, or change it',
      about:
        'No call runs a draft. A version that was published never changes: write the next one. Every mistake is named at once, with its line and column.',
      params,
      body: flowText,
      textTypes: yamlTypes,
      answers: [
        { status: 200, about: 'The version as it is now.', shape: flowVersion },
        { status: 201, about: 'The version that is new.', shape: flowVersion },
      ],
      errors: ['flow_invalid', 'conflict', 'storage_failed'],
      handle: async ({ params: at, bodyText }) => {
        const { isNew, detail } = await writeVersion(parts, named(at), bodyText);
        return { status: isNew ? 201 : 200, json: detail };
      },
    }),
    route({
      method: 'post',
      path: '/flows/{flow}/{version}/check',
      name: 'checkFlowVersion',
      scope: 'flows:write',
      audit: 'none',
      summary: 'Prove a version of a flow',
      about:
        'Walks every state a call can reach. Where a theorem does not hold, the shortest call that shows it, as a script. One flow is proved at a time; a few may wait.',
      params,
      body: z.strictObject({}),
      bodyOptional: true,
      once: true,
      answers: [{ status: 200, about: 'The proof, whether it holds or not.', shape: flowProof }],
      errors: ['not_found'],
      handle: async ({ params: at }) => ({
        status: 200,
        json: await proveVersion(parts, named(at)),
      }),
    }),
    route({
      method: 'post',
      path: '/flows/{flow}/{version}/publish',
      name: 'publishFlowVersion',
      scope: 'flows:publish',
      audit: 'change',
      summary: 'Make a version of a flow the current one',
      about: `It is proved first, and refused if it is not. ${heard}`,
      params,
      body: z.strictObject({}),
      bodyOptional: true,
      once: true,
      answers: [{ status: 200, about: 'It is current now.', shape: flowPublication }],
      errors: ['not_found', 'conflict', 'flow_unproved', 'storage_failed'],
      handle: async ({ params: at }) => ({
        status: 200,
        json: await publishVersion(parts, named(at)),
      }),
    }),
    route({
      method: 'get',
      path: '/flows/{flow}/{version}/diff',
      name: 'compareFlowVersion',
      scope: 'flows:read',
      audit: 'none',
      summary: 'What callers hear differently in a version',
      params,
      query: wantedComparison,
      answers: [{ status: 200, about: 'The differences, with sentences.', shape: flowComparison }],
      errors: ['not_found'],
      handle: async ({ params: at, query: { against } }) => ({
        status: 200,
        json: await compareVersions(parts, named(at), against ?? null),
      }),
    }),
  ];
}
