import { z } from 'zod';
import { type DeskTaskParts, finishDeskTask, listDeskTasks } from '../../../app/desk-tasks.ts';
import type { Clock } from '../../../app/ports.ts';
import { type Route, route } from './route.ts';
import { deskTaskPage, pageQuery, uuid } from './shapes.ts';

export type TaskRouteParts = DeskTaskParts & { readonly clock: Clock };

export function taskRoutes(parts: TaskRouteParts): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/tasks',
      name: 'listTasks',
      scope: 'tasks:read',
      audit: 'search',
      summary: 'What callers asked people to see to, oldest first',
      about: 'Only what nobody has done yet. The number of each caller is masked.',
      query: z.strictObject(pageQuery),
      answers: [{ status: 200, about: 'One page of open tasks.', shape: deskTaskPage }],
      handle: async ({ key, query }) => {
        const page = await listDeskTasks(parts, key.tenantId, {
          ...query,
          limits: key.session?.user.limits,
        });
        return { status: 200, json: page, parties: page.data.map(({ party }) => party) };
      },
    }),
    route({
      method: 'delete',
      path: '/tasks/{task}',
      name: 'finishTask',
      scope: 'tasks:write',
      audit: 'change',
      summary: 'Take a task off the list: it is done',
      about: 'That it was there, and which key took it off when, is kept.',
      params: z.object({ task: uuid }),
      answers: [{ status: 204, about: 'It is not listed any more.' }],
      errors: ['not_found'],
      handle: async ({ key, params }) => {
        await finishDeskTask(parts, key.tenantId, params.task, key.id, parts.clock.now());
        return { status: 204 };
      },
    }),
  ];
}
