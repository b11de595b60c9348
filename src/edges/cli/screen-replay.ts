/** `consentry screen replay ID`: why a number was, or was not, contacted at a moment of the past. */
import { type Replay, replayScreening } from '../../app/replay-screening.ts';
import { maskNumber } from '../../core/access/mask.ts';
import { exitCodes, UsageError } from './command.ts';
import { idOf } from './operands.ts';
import { type CommandParts, withStores } from './parts.ts';

export async function replayCommand(
  operands: readonly string[],
  json: boolean,
  parts: CommandParts,
): Promise<number> {
  if (operands.length !== 1) throw new UsageError('replay takes one ID: that of a screening');
  const id = idOf(operands[0], 'a screening', 'call');
  const found = await withStores(parts, ({ replay, tenantId }) =>
    replayScreening(replay, tenantId, id),
  );
  const { terminal } = parts;
  const shown = { ...found, number: maskNumber(found.number) };
  if (json) terminal.out(JSON.stringify(shown));
  else for (const line of linesOf(shown)) terminal.out(line);
  return found.agrees ? exitCodes.done : exitCodes.failed;
}

function linesOf({ number, at, said, replayed, agrees, gaps }: Replay): readonly string[] {
  const text = ({ decision, reasons }: Replay['said']) =>
    `${decision}${reasons.length === 0 ? '' : `: ${reasons.join(', ')}`}`;
  return [
    `${number}, for ${at}`,
    `said then      ${text(said)}`,
    `decided again  ${text(replayed)}`,
    agrees
      ? 'The lists, rules and settings of then lead to the same answer.'
      : 'They lead to another answer.',
    ...gaps.map((gap) => `  ${gap}`),
  ];
}
