import { type EraseReport, eraseRecording, type Found } from '../../app/erase-recording.ts';
import { command, exitCodes, UsageError } from './command.ts';
import { idOf } from './operands.ts';
import { withStores } from './parts.ts';

export const recordingErase = command({
  summary: 'erases a recording so that no copy of it can be opened',
  about:
    'Deletes the header that holds the key, and with it the use of every copy; then the bytes in ' +
    'the vault and in the spool. Looks again and says what it found. The fact that there was a ' +
    'recording, and that it was erased, stays in the ledger. This cannot be undone. Erasing again ' +
    'finishes what was left over.',
  operands: [{ name: 'ID', about: 'The recording, as `consentry recording list` shows it.' }],
  options: { yes: { about: 'Says that you mean it. Without it nothing is erased.' } },
  examples: [
    { args: '0198c2f4-7a10-4c56-8e21-5d0f4b6a9c33 --yes', does: 'erases the recording' },
    {
      args: '0198c2f4-7a10-4c56-8e21-5d0f4b6a9c33 --yes --json',
      does: 'prints what the second look found as JSON',
    },
  ],
  run(input, parts) {
    const id = idOf(input.operands[0], 'a recording', 'recording list');
    if (!input.has('yes')) {
      throw new UsageError('erasing cannot be undone; --yes says that you mean it');
    }
    return withStores(parts, async ({ recordings }) => {
      const report = await eraseRecording(recordings, id);
      const { terminal } = parts;
      terminal.out(input.json ? JSON.stringify(report) : sentence(report));
      const isGone = [report.header, report.payload, report.spool].every((one) => one === 'gone');
      return isGone ? exitCodes.done : exitCodes.failed;
    });
  },
});

const findings: Readonly<Record<Found, string>> = {
  gone: 'gone',
  remains: 'still there',
  unknown: 'cannot be looked at',
};

function sentence({ id, header, payload, spool }: EraseReport): string {
  const opens = header === 'gone' ? 'cannot be opened any more' : 'may still be opened';
  const places = `key ${findings[header]}, payload ${findings[payload]}, spool ${findings[spool]}`;
  return `${id} ${opens}: ${places}`;
}
