import { playableReport } from '../../app/playable-report.ts';
import {
  type Publication,
  publishFlow,
  rollbackFlow,
  unchangedIn,
} from '../../app/publish-flow.ts';
import { command, exitCodes, type Input } from './command.ts';
import { reportText } from './flow-report.ts';
import { flowNamed, versionOf } from './flow-shelf.ts';
import type { CommandParts, FlowShelf } from './parts.ts';

const heard =
  'Running calls keep the version they began with. Servers on this folder need no restart: new ' +
  'calls hear the change within five seconds.';

export const flowPublish = command({
  summary: 'proves a version of a flow and makes it the current one',
  about:
    `Refuses what is not proved, and prints the way to see the fault. ${heard} A version that was ` +
    'published never changes again: write the next one instead.',
  operands: [
    { name: 'NAME', about: 'The flow.' },
    { name: 'VERSION', about: 'The version; without it, the newest draft.', optional: true },
  ],
  options: {},
  examples: [
    { args: 'inbound', does: 'publishes the newest draft of inbound' },
    { args: 'inbound 2 --json', does: 'publishes version 2; prints what was done, and the proof' },
  ],
  run: (input, parts) => change(input, parts, publishFlow, () => parts.openFlows()),
});

export const flowRollback = command({
  summary: 'makes an earlier published version of a flow the current one again',
  about:
    'Without a version it is the one that was current when the present one was published; going ' +
    `back twice leads further back. Any published version may be named, a later one, too. ${heard}`,
  operands: [
    { name: 'NAME', about: 'The flow.' },
    { name: 'VERSION', about: 'The version; without it, the one before.', optional: true },
  ],
  options: {},
  examples: [
    { args: 'inbound', does: 'goes back to the version before the current one' },
    { args: 'inbound 1', does: 'goes back to version 1' },
  ],
  // Somebody's unfinished draft must not keep anybody from going back.
  run: (input, parts) => change(input, parts, rollbackFlow, () => parts.openFlows('published')),
});

async function change(
  input: Input,
  { terminal }: CommandParts,
  act: typeof publishFlow,
  read: () => Promise<FlowShelf>,
): Promise<number> {
  const [name = '', typed] = input.operands;
  const version = versionOf(typed);
  const shelf = await read();
  const parts = { ...shelf, isUnchanged: unchangedIn(shelf, read) };
  const publication = await act(parts, name, version);
  const { done, before } = publication;
  const { flow } = publication.report;
  const report = playableReport(flowNamed(shelf, name, flow.version), publication.report);
  if (input.json) {
    terminal.out(JSON.stringify({ done, flow, before, report }));
  } else if (done) {
    for (const line of doneLines(publication)) terminal.out(line);
  } else {
    terminal.out(reportText(report, 'not proved'));
    terminal.err(`consentry: ${flow.name} version ${flow.version} is not proved; nothing changed`);
  }
  return done ? exitCodes.done : exitCodes.failed;
}

function doneLines({ before, report }: Publication): readonly string[] {
  const { flow, states, edges } = report;
  const was = before === null ? 'nothing was before' : `version ${before} was before`;
  return [
    `${flow.name} version ${flow.version} is current now; ${was}.`,
    `It is proved: ${states} states, ${edges} edges walked.`,
    heard,
    'Commit flows/versions.lock, so that the next installation has it, too.',
  ];
}
