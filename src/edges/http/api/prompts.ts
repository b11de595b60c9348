import { z } from 'zod';
import type { AuthorParts } from '../../../app/author-ports.ts';
import { listPrompts, showPrompt, writePrompt } from '../../../app/author-prompts.ts';
import { type Route, route } from './route.ts';
import { promptDetail, promptPage, promptWords } from './shapes-author.ts';

const params = z.object({
  locale: z
    .string()
    .regex(/^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$/)
    .describe('A language, perhaps with a region: `en`, `pt-BR`.'),
  prompt: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
});

export function promptRoutes(parts: AuthorParts): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/prompts',
      name: 'listPrompts',
      scope: 'flows:read',
      audit: 'none',
      summary: 'Prompts, and the languages each is there in',
      answers: [{ status: 200, about: 'All prompts, by name.', shape: promptPage }],
      handle: async () => ({ status: 200, json: { data: await listPrompts(parts), next: null } }),
    }),
    route({
      method: 'get',
      path: '/prompts/{locale}/{prompt}',
      name: 'getPrompt',
      scope: 'flows:read',
      audit: 'none',
      summary: 'The words of a prompt in one language',
      params,
      answers: [{ status: 200, about: 'The prompt.', shape: promptDetail }],
      errors: ['not_found'],
      handle: async ({ params: { locale, prompt: id } }) => ({
        status: 200,
        json: await showPrompt(parts, { locale, id }),
      }),
    }),
    route({
      method: 'put',
      path: '/prompts/{locale}/{prompt}',
      name: 'writePrompt',
      scope: 'flows:write',
      audit: 'change',
      summary: 'Give a prompt its words in one language',
      about:
        'Refused for what `prompts check` would say against it. What a published flow speaks keeps its words; new words need a new name.',
      params,
      body: promptWords,
      answers: [
        { status: 200, about: 'The prompt as it is now.', shape: promptDetail },
        { status: 201, about: 'The prompt, which is new in this language.', shape: promptDetail },
      ],
      errors: ['prompt_invalid', 'conflict', 'storage_failed'],
      handle: async ({ params: { locale, prompt: id }, body }) => {
        const { isNew, detail } = await writePrompt(parts, { locale, id }, body.text);
        return { status: isNew ? 201 : 200, json: detail };
      },
    }),
  ];
}
