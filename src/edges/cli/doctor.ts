import { consultDoctor } from '../../app/doctor.ts';
import type { Finding } from '../../core/doctor/finding.ts';
import { findingStates } from '../../core/doctor/finding.ts';
import { command, exitCodes } from './command.ts';
import { withStores } from './parts.ts';

export const doctor = command({
  summary: 'looks whether everything is well, and says how to mend what is not',
  about:
    'Checks the installation (keys, vault, disk, clocks, backups, carrier) and each of the 78 ' +
    'capabilities as they are now: pass, warn or fail. A capability that this version does not ' +
    'have fails, with what to do meanwhile. Exit code 1 if anything of the installation fails. ' +
    'The same by API: GET /v1/doctor.',
  operands: [],
  options: {
    all: { about: 'Shows what is well, too.' },
  },
  examples: [
    { args: '', does: 'shows what is not well, and how to mend it' },
    { args: '--all', does: 'shows every check' },
    { args: '--json', does: 'prints all of it as JSON' },
  ],
  run(input, parts) {
    const { terminal } = parts;
    return withStores(parts, async ({ doctor: doctorParts }) => {
      const { findings, counts } = await consultDoctor(doctorParts);
      if (input.json) terminal.out(JSON.stringify({ findings, counts }));
      else {
        for (const one of findings) {
          if (input.has('all') || one.state !== 'pass') terminal.out(lineOf(one));
        }
        terminal.out(findingStates.map((state) => `${counts[state]} ${state}`).join(', '));
      }
      const isIll = findings.some(
        ({ state, capability }) => state === 'fail' && capability === null,
      );
      return isIll ? exitCodes.failed : exitCodes.done;
    });
  },
});

const widthOfState = 5;

function lineOf({ state, capability, title, says, mend }: Finding): string {
  const name = capability === null ? title : `${capability} ${title}`;
  const head = `${state.padEnd(widthOfState)}${name}: ${says}`;
  return mend === null ? head : `${head}\n     ${mend}`;
}
