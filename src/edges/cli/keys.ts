/** `consentry keys`: changes the key that opens everything, and says where keys lie. */
import { renewRecordingKeys } from '../../app/renew-recording-keys.ts';
import { keysInUse, prepareRotation, rotateKeys } from '../../app/rotate-keys.ts';
import { columns } from './columns.ts';
import { command, exitCodes, UsageError } from './command.ts';

import { withStores } from './parts.ts';
import { showProgress } from './progress.ts';

export const keysRotate = command({
  summary: 'puts a new key-encryption key in force',
  about:
    'What the key wraps is wrapped again: the keys of tenants and recordings and the secrets that ' +
    'servers share, a handful of rows. Recordings and fields stay as they are. Servers go on running ' +
    'meanwhile. If it is cut short, ask again: it goes on. Back the new key up, apart from the ' +
    'database; the earlier one lies beside it, and opens backups from before.',
  operands: [],
  options: {
    prepare: {
      about:
        'Only makes the next key. Copy it beside the key of every other server of this database, ' +
        'then rotate on each.',
    },
    recordings: {
      about:
        'Instead, gives recordings new keys: an identity for each year, and every header made again ' +
        'for it. Sound is not touched. Takes a second for some hundred recordings.',
    },
  },
  examples: [
    { args: '', does: 'makes a new key and puts it in force' },
    { args: '--recordings', does: 'makes the headers of all recordings again, under new keys' },
    { args: '--prepare', does: 'makes the next key, for other servers to have it first' },
  ],
  run: (input, parts) =>
    withStores(parts, async ({ rotation, renewal }) => {
      const { terminal } = parts;
      if (input.has('recordings') && input.has('prepare')) {
        throw new UsageError('--recordings and --prepare do not go together');
      }
      if (input.has('recordings')) {
        const bar = showProgress(terminal, 'headers');
        const renewed = await renewRecordingKeys(renewal, bar.at).finally(() => bar.end());
        const { identities, headers, damaged, destroyed } = renewed;
        const text =
          `${headers} headers were made again, for ${identities} new keys; ${damaged} open with none; ` +
          `${destroyed} keys that nothing needs were destroyed.`;
        terminal.out(input.json ? JSON.stringify(renewed) : text);
        return damaged === 0 ? exitCodes.done : exitCodes.failed;
      }
      const isOnlyPrepared = input.has('prepare');
      const done = await (isOnlyPrepared ? prepareRotation(rotation) : rotateKeys(rotation));
      if (input.json) {
        terminal.out(JSON.stringify(done));
        return 0;
      }
      if (isOnlyPrepared) {
        terminal.out(`The next key ${done.keyId} is there. It is not in force yet.`);
        return 0;
      }
      terminal.out(
        `${done.keyId} is in force; ${done.rewrapped} values were wrapped under it` +
          `${done.wasBegun ? ', in a change that was begun before' : ''}.`,
      );
      if (done.earlier !== null) {
        terminal.out(`The earlier key lies in ${done.earlier}: it opens backups from before now.`);
      }
      return 0;
    }),
});

const head = ['KEY', 'STATE', 'WRAPS', 'WHERE'];

export const keysShow = command({
  summary: 'says which keys lie where, and how much each wraps',
  about:
    'An earlier key that wraps nothing is needed for backups from its time only; without those it can ' +
    'be deleted. A next key belongs to a change that is not finished: ask for `keys rotate` again.',
  operands: [],
  options: {},
  examples: [
    { args: '', does: 'prints one line for each key' },
    { args: '--json', does: 'prints one JSON object a line' },
  ],
  run: (input, parts) =>
    withStores(parts, async ({ rotation }) => {
      const { terminal } = parts;
      const all = await keysInUse(rotation);
      if (input.json) {
        for (const one of all) terminal.out(JSON.stringify(one));
        return 0;
      }
      const rows = all.map((one) => [
        one.keyId,
        'state' in one ? one.state : 'missing',
        String(one.wraps),
        'path' in one ? one.path : '-',
      ]);
      for (const line of columns([head, ...rows])) terminal.out(line);
      return 0;
    }),
});
