/**
 * `consentry screen replay ID`, or `NUMBER --at TIME`: why a number was, or was not, contacted at a
 * moment of the past.
 */
import { writeAudit } from '../../app/audit.ts';
import { findScreening } from '../../app/find-screening.ts';
import { type Replay, replayScreening } from '../../app/replay-screening.ts';
import { maskNumber } from '../../core/access/mask.ts';
import { instantForm } from '../../core/instant.ts';
import { parseNumber } from '../../core/suppression/number.ts';
import type { Instant, Uuid } from '../../core/words.ts';
import { exitCodes, UsageError } from './command.ts';
import { idOf, numberOf } from './operands.ts';
import { type CommandParts, type CommandStores, withStores } from './parts.ts';

export async function replayCommand(
  operands: readonly string[],
  at: Instant | null,
  json: boolean,
  parts: CommandParts,
): Promise<number> {
  if (operands.length !== 1) {
    throw new UsageError('replay takes the ID of a screening, or NUMBER with --at TIME');
  }
  if (at === null && parseNumber(operands[0] ?? '') !== null) {
    throw new UsageError(`replay of a NUMBER takes --at TIME: ${instantForm}`);
  }
  const id = at === null ? idOf(operands[0], 'a screening', 'call') : null;
  const number = id === null ? numberOf(operands[0]) : '';
  const found = await withStores(parts, async (stores) => {
    const { replay, tenantId } = stores;
    await noteReplay(stores, id, number);
    return replayScreening(replay, tenantId, id ?? (await findScreening(replay, number, at ?? 0)));
  });
  const { terminal } = parts;
  const shown = { ...found, number: maskNumber(found.number) };
  if (json) terminal.out(JSON.stringify(shown));
  else for (const line of linesOf(shown)) terminal.out(line);
  return found.agrees ? exitCodes.done : exitCodes.failed;
}

/** Whether and why somebody was called is of that person: it is written down who asks. */
async function noteReplay(
  { audit, tenantId }: CommandStores,
  id: Uuid | null,
  number: string,
): Promise<void> {
  const named = id === null ? null : await audit.subjects.find(tenantId, 'receipt', id);
  const persons = id === null ? await audit.subjects.ofNumber(number) : (named?.persons ?? []);
  const asker = { by: 'operator', as: 'operator', address: null } as const;
  const subject = id === null ? {} : { receipt: id };
  await writeAudit(audit, asker, {
    act: 'read',
    operation: 'screen replay',
    allowed: true,
    persons,
    subject,
  });
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
