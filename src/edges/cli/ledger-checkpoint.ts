import { ConsentryError } from '../../core/error.ts';
import { openCheckpoint } from '../../core/ledger/checkpoint.ts';
import { verifierOf } from '../../core/ledger/note.ts';
import { command, exitCodes } from './command.ts';
import { withStores } from './parts.ts';

export const ledgerCheckpoint = command({
  summary: 'prints the newest signed checkpoint and the key that verifies it',
  about:
    'The checkpoint is a C2SP signed note: origin, number of leaves, root, signature. Kept ' +
    'somewhere else, it proves later that nothing before it was changed. The verifier key is what ' +
    'others give to `consentry receipt verify --key`.',
  operands: [],
  options: {},
  examples: [
    { args: '', does: 'prints the note and, below it, the verifier key' },
    { args: '--json', does: 'prints note, key, origin, size and root as JSON' },
  ],
  run(input, parts) {
    const { terminal } = parts;
    return withStores(parts, async ({ receipts, ledger }) => {
      const note = await receipts.checkpoint();
      if (note === null) throw new ConsentryError('not_found', 'no checkpoint is signed yet');
      const { origin, size, root, vkey } = openCheckpoint(note, ledger.keys.map(verifierOf));
      terminal.out(
        input.json
          ? JSON.stringify({ note, key: vkey, origin, size, root: root.toString('hex') })
          : `${note}\nVerifier key: ${vkey}`,
      );
      return exitCodes.done;
    });
  },
});
