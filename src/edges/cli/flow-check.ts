import { checkFlow, type FlowReport } from '../../app/check-flow.ts';
import type { CallEvent } from '../../core/call/event.ts';
import { ConsentryError } from '../../core/error.ts';
import { command, exitCodes } from './command.ts';
import { allowedText } from './nearest.ts';
import { showProgress } from './progress.ts';

export const flowCheck = command({
  summary: 'proves flows by walking every state they can reach',
  about:
    'Plays everything that can happen to a call (keys, words, silence, withdrawal, hang-up, ' +
    'joins, machines, errors) in every state, and checks eight theorems: that nothing is recorded ' +
    'unasked comes first. Needs neither server nor database. Where a theorem fails, the shortest ' +
    'way to see it is printed. Exit code 1 if one fails, or if a file is not valid.',
  operands: [
    { name: 'NAME', about: 'A flow; without it, every version of every flow.', optional: true },
  ],
  options: {},
  examples: [
    { args: '', does: 'checks every flow' },
    { args: 'inbound', does: 'checks every version of one flow' },
    { args: '--json', does: 'prints one JSON report a line' },
  ],
  async run(input, { terminal, openFlows }) {
    const shelf = await openFlows();
    const [name] = input.operands;
    const flows = shelf.flows.filter((flow) => name === undefined || flow.name === name);
    if (name !== undefined && flows.length === 0) {
      const names = [...new Set(shelf.flows.map((flow) => flow.name))];
      throw new ConsentryError(
        'not_found',
        `there is no flow “${name}”${allowedText(name, names)}`,
      );
    }
    const progress = showProgress(terminal, 'walking');
    let holds = true;
    for (const [done, flow] of flows.entries()) {
      progress.at(done, flows.length);
      const report = checkFlow(flow, shelf.promptText);
      progress.end();
      holds &&= report.holds;
      const published = shelf.isPublished(flow);
      terminal.out(
        input.json ? JSON.stringify({ ...report, published }) : reportText(report, published),
      );
    }
    return holds ? exitCodes.done : exitCodes.failed;
  },
});

function reportText({ flow, states, edges, theorems }: FlowReport, published: boolean): string {
  const kind = published ? 'published' : 'draft';
  return [
    `${flow.name} version ${flow.version} (${kind}): ${states} states, ${edges} edges walked`,
    ...theorems.flatMap(({ number, sentence, holds, counterExamples }) => [
      `  ${number} ${holds ? 'holds' : 'FAILS'}  ${sentence}`,
      ...counterExamples.flatMap(({ reason, path }) => [
        `           ${reason}`,
        ...path.map((event, i) => `           ${i + 1}. ${eventText(event)}`),
      ]),
    ]),
  ].join('\n');
}

/** `HEARD stretch=purpose answer=grant` */
function eventText({ type, ...details }: CallEvent): string {
  const values = Object.entries(details).map(([key, value]) => `${key}=${String(value)}`);
  return [type, ...values].join(' ');
}
