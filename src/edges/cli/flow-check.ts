import { checkFlow } from '../../app/check-flow.ts';
import { playableReport } from '../../app/playable-report.ts';
import type { ScriptOfPath } from '../../core/flow/script-of-path.ts';
import { command, exitCodes } from './command.ts';
import { firstPlayable, reportText } from './flow-report.ts';
import { flowsNamed } from './flow-shelf.ts';
import { showProgress } from './progress.ts';
import { refuseTaken, writeWhole } from './write-file.ts';

export const flowCheck = command({
  summary: 'proves flows by walking every state they can reach',
  about:
    'Plays everything that can happen to a call (keys, words, silence, withdrawal, hang-up, ' +
    'joins, machines, errors) in every state, and checks eight theorems: that nothing is recorded ' +
    'unasked comes first. Needs neither server nor database. Where a theorem fails, the shortest ' +
    'way to see it is printed, and the caller’s part of it as a script that `consentry call ' +
    '--script` plays. Exit code 1 if one fails, or if a file is not valid.',
  operands: [
    { name: 'NAME', about: 'A flow; without it, every version of every flow.', optional: true },
  ],
  options: {
    'script-out': {
      value: 'FILE',
      about: 'Writes the script of the first failure; no file if everything holds.',
    },
    force: { about: 'Replaces the file of --script-out if it is there.' },
  },
  examples: [
    { args: '', does: 'checks every flow' },
    { args: 'inbound --json', does: 'checks every version of one flow; prints one report a line' },
    {
      args: 'inbound --script-out fault.json',
      does: 'if it fails, writes what `consentry call --script fault.json` plays',
    },
  ],
  async run(input, { terminal, openFlows }) {
    const scriptOut = input.value('script-out');
    const force = input.has('force');
    if (scriptOut !== null) await refuseTaken(scriptOut, force);
    const shelf = await openFlows();
    const [name] = input.operands;
    const flows = name === undefined ? shelf.flows : flowsNamed(shelf, name);
    const progress = showProgress(terminal, 'walking');
    let holds = true;
    let fault: ScriptOfPath | null = null;
    for (const [done, flow] of flows.entries()) {
      progress.at(done, flows.length);
      const report = playableReport(flow, checkFlow(flow, shelf.promptText));
      progress.end();
      holds &&= report.holds;
      fault ??= firstPlayable(report);
      const published = shelf.isPublished(flow);
      terminal.out(
        input.json
          ? JSON.stringify({ ...report, published })
          : reportText(report, published ? 'published' : 'draft'),
      );
    }
    if (scriptOut !== null && fault !== null) {
      const text = `${JSON.stringify(fault.script, null, 2)}\n`;
      await writeWhole(scriptOut, [Buffer.from(text)], { force });
      if (!input.json) terminal.out(`wrote ${scriptOut}`);
    }
    return holds ? exitCodes.done : exitCodes.failed;
  },
});
