import { finishDeskTask, listDeskTasks } from '../../app/desk-tasks.ts';
import { columns } from './columns.ts';
import { command, exitCodes } from './command.ts';
import { idOf } from './operands.ts';
import { withStores } from './parts.ts';

/** Tasks read at once; the list goes on until there are no more. */
const pageMax = 200;

export const taskList = command({
  summary: 'shows what callers asked people to see to',
  about:
    'Oldest first, and only what nobody has done yet. Numbers are masked; the call shows who it was.',
  operands: [],
  options: {},
  examples: [
    { args: '', does: 'shows the open tasks' },
    { args: '--json', does: 'prints one JSON object a line' },
  ],
  run(input, parts) {
    const { terminal } = parts;
    return withStores(parts, async ({ tasks, tenantId }) => {
      const rows: string[][] = [];
      let cursor: string | undefined;
      do {
        const page = await listDeskTasks(tasks, tenantId, { limit: pageMax, cursor });
        for (const task of page.data) {
          const { id, kind, number, createdAt, callId, message } = task;
          if (input.json) terminal.out(JSON.stringify(task));
          const said = message === null ? '' : JSON.stringify(message);
          rows.push([id, kind, number ?? 'withheld', createdAt, callId, said]);
        }
        cursor = page.next ?? undefined;
      } while (cursor !== undefined);
      if (input.json) return exitCodes.done;
      if (rows.length === 0) terminal.err('there are no open tasks');
      else for (const text of columns([head, ...rows])) terminal.out(text);
      return exitCodes.done;
    });
  },
});

const head = ['ID', 'WANTS', 'NUMBER', 'SINCE', 'CALL', 'WROTE'];

export const taskDone = command({
  summary: 'marks a task as done',
  about: 'It is not listed any more; that it was there, and who did it when, is kept.',
  operands: [{ name: 'ID', about: 'The id of the task, as `consentry task list` shows it.' }],
  options: {},
  examples: [
    { args: '0198c2f4-c5aa-4b6f-8d0a-2f0e9d1c4a77', does: 'marks it as done' },
    { args: '0198c2f4-c5aa-4b6f-8d0a-2f0e9d1c4a77 --json', does: 'prints {id, done}' },
  ],
  run(input, parts) {
    const id = idOf(input.operands[0], 'a task', 'task list');
    return withStores(parts, async ({ tasks, tenantId }) => {
      await finishDeskTask(tasks, tenantId, id, 'operator', tasks.clock.now());
      parts.terminal.out(input.json ? JSON.stringify({ id, done: true }) : `done: ${id}`);
      return exitCodes.done;
    });
  },
});
