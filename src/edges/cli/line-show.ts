import { type Line, listLines, showLine } from '../../app/lines.ts';
import { ConsentryError } from '../../core/error.ts';
import { columns } from './columns.ts';
import { command, exitCodes } from './command.ts';
import { numberOf } from './operands.ts';
import { withStores } from './parts.ts';
import { printRows } from './print-rows.ts';

export const lineList = command({
  summary: 'shows the lines that were set up',
  about: 'Lines are numbers of yours, each with a flow, a locale and whoever answers.',
  operands: [],
  options: {},
  examples: [
    { args: '', does: 'shows every line, in order of their numbers' },
    { args: '--json', does: 'prints one JSON object a line' },
  ],
  run(input, parts) {
    const { terminal } = parts;
    return withStores(parts, async ({ lines, tenantId }) => {
      const found = await listLines(lines, tenantId);
      const none = 'no line is set up; calls run the built-in flow';
      printRows(input, terminal, found, { head, cells: rowOf, none, view: viewLine });
      return exitCodes.done;
    });
  },
});

export const lineShow = command({
  summary: 'shows one line',
  about: 'Says what happens on calls to this number.',
  operands: [{ name: 'NUMBER', about: 'Your number, in international form.' }],
  options: {},
  examples: [
    { args: '+4930123456', does: 'shows the line' },
    { args: '+4930123456 --json', does: 'prints it as JSON' },
  ],
  run(input, parts) {
    const number = numberOf(input.operands[0]);
    return withStores(parts, async ({ lines, tenantId }) => {
      const line = await showLine(lines, tenantId, number);
      if (line === null) {
        const what = 'no line has this number; calls to it get what the default line has';
        throw new ConsentryError('not_found', what);
      }
      parts.terminal.out(input.json ? JSON.stringify(viewLine(line)) : lineText(line));
      return exitCodes.done;
    });
  },
});

/** As the API shows it. */
export function viewLine({ isDefault, updatedAt, ...rest }: Line) {
  const { number, flow, locale, controller, agent, team } = rest;
  const at = new Date(updatedAt).toISOString();
  return { number, flow, locale, controller, agent, team, default: isDefault, updatedAt: at };
}

export function lineText(line: Line): string {
  return columns([
    ['number', line.number],
    ['flow', line.flow],
    ['locale', line.locale],
    ['controller', line.controller],
    ['agent', line.agent ?? 'nobody is dialled'],
    ['team', line.team ?? 'none'],
    ['default', line.isDefault ? 'yes' : 'no'],
  ]).join('\n');
}

const head = ['NUMBER', 'FLOW', 'LOCALE', 'AGENT', 'TEAM', 'DEFAULT', 'CONTROLLER'];

function rowOf({ isDefault, controller, ...rest }: Line): readonly string[] {
  const { number, flow, locale, agent, team } = rest;
  return [number, flow, locale, agent ?? '-', team ?? '-', isDefault ? 'yes' : '-', controller];
}
