/** What is still identifiable: asked of the server that runs, as the API gives it. */
import { z } from 'zod';
import { columns } from './columns.ts';
import { command, exitCodes } from './command.ts';
import { askPerson as ask } from './person.ts';

const report = z.looseObject({
  kinds: z.array(
    z.looseObject({
      kind: z.string(),
      raw: z.number(),
      redacted: z.number(),
      redactedPercent: z.number().nullable(),
      oldest: z.string().nullable(),
      oldestDays: z.number().nullable(),
    }),
  ),
  release: z
    .looseObject({
      month: z.string(),
      k: z.number(),
      epsilon: z.number().nullable(),
      smallest: z.number().nullable(),
      hidden: z.number(),
    })
    .nullable(),
});

export const retentionReport = command({
  summary: 'shows what is still identifiable',
  about:
    'By kind: how many records still say whose they are, the oldest of them, and the share that was ' +
    'redacted; and how strong the last release is. Look at it regularly: what hides people today may ' +
    'not do so in some years.',
  operands: [],
  options: {},
  examples: [
    { args: '', does: 'shows it as a table' },
    { args: '--json', does: 'prints it as JSON' },
  ],
  async run(input, parts) {
    const what = { method: 'GET', path: '/retention/report' } as const;
    const answer = await ask(parts, 'retention:read', what);
    if (answer === null) return exitCodes.failed;
    const { out } = parts.terminal;
    if (input.json) {
      out(JSON.stringify(answer));
      return exitCodes.done;
    }
    const { kinds, release } = report.parse(answer);
    const rows = kinds.map((one) => [
      one.kind,
      String(one.raw),
      one.oldest ?? '',
      one.oldestDays === null ? '' : `${one.oldestDays} days`,
      String(one.redacted),
      one.redactedPercent === null ? '' : `${one.redactedPercent} %`,
    ]);
    const head = ['KIND', 'IDENTIFIABLE', 'OLDEST', 'AGE', 'REDACTED', 'SHARE'];
    for (const text of columns([head, ...rows])) out(text);
    if (release === null) out('nothing was released');
    else {
      const { month, k, smallest, hidden, epsilon } = release;
      const noise = epsilon === null ? 'without noise' : `with noise of epsilon ${epsilon}`;
      out(
        `the last release, ${month}: at least ${k} callers (k), ${noise}; its smallest number is ${smallest ?? 'none'}, and ${hidden} cells are hidden`,
      );
    }
    return exitCodes.done;
  },
});
