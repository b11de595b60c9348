import type { LedgerReader, LedgerStore } from '../../app/ledger-ports.ts';
import { type LedgerReport, verifyLedger } from '../../app/verify-ledger.ts';
import { columns } from './columns.ts';
import { command, exitCodes } from './command.ts';
import { withStores } from './parts.ts';
import { type Progress, showProgress } from './progress.ts';

export const ledgerVerify = command({
  summary: 'derives the whole ledger again and names what does not fit',
  about:
    'Hashes every leaf, compares every tile, every signed checkpoint and the checkpoint kept ' +
    'outside the database, and opens every entry to compare it with its leaf. Reads one moment of ' +
    'the database, also beside a running server, and writes nothing. Exit code 1 if anything ' +
    'does not hold.',
  operands: [],
  options: {},
  examples: [
    { args: '', does: 'prints size, root and counts, and every problem with its place' },
    { args: '--json', does: 'prints the same as one JSON document, for monitoring' },
  ],
  run(input, parts) {
    const { terminal } = parts;
    return withStores(parts, async ({ ledger }) => {
      const progress = showProgress(terminal, 'verifying');
      const store = watched(ledger.store, progress);
      const report = await verifyLedger(store, ledger.keys, ledger.keeper, ledger.open).finally(
        progress.end,
      );
      terminal.out(input.json ? JSON.stringify(report) : reportText(report));
      return report.ok ? exitCodes.done : exitCodes.failed;
    });
  },
});

function reportText(report: LedgerReport): string {
  const { size, root, checkpoints, entries, opened, problems } = report;
  return [
    ...columns([
      ['leaves', String(size)],
      ['root', root],
      ['checkpoints', String(checkpoints)],
      ['entries', `${entries}, of which ${opened} were opened and compared`],
    ]),
    ...(report.ok
      ? ['The ledger holds.']
      : ['The ledger does not hold:', ...problems.map(({ where, why }) => `  ${where}: ${why}`)]),
  ].join('\n');
}

/** The same ledger; whoever reads its leaves moves the bar. */
function watched(store: LedgerStore, progress: Progress): LedgerStore {
  return {
    ...store,
    snapshot: (read) => store.snapshot((reader) => read(watchedReader(reader, progress))),
  };
}

function watchedReader(reader: LedgerReader, progress: Progress): LedgerReader {
  let size = 0;
  return {
    ...reader,
    async head() {
      const head = await reader.head();
      size = head?.size ?? 0;
      return head;
    },
    leaves(from, to) {
      progress.at(from, size);
      return reader.leaves(from, to);
    },
  };
}
