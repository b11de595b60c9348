/** How long records are kept: asked of the server that runs, as the API does. */
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { daysMax, daysMin, recordKinds } from '../../core/retention/plan.ts';
import { columns } from './columns.ts';
import { command, exitCodes, type Input, UsageError } from './command.ts';
import { namesOf, numberOf } from './operands.ts';
import type { CommandParts } from './parts.ts';
import { askPerson as ask } from './person.ts';
import { showProgress } from './progress.ts';

const rule = z.looseObject({
  kind: z.string(),
  purpose: z.string().nullable(),
  line: z.string().nullable(),
  campaign: z.string().nullable(),
  days: z.number().nullable(),
});
type Rule = z.infer<typeof rule>;

interface Selection {
  readonly kind: string;
  readonly purpose: string | null;
  readonly line: string | null;
  readonly campaign: string | null;
}
const schedule = z.looseObject({
  rules: z.array(rule),
  version: z.number(),
  by: z.string().nullable(),
  at: z.string().nullable(),
});
const days = z.union([z.number(), z.literal('none')]).nullable();
const history = z.looseObject({
  data: z.array(
    schedule.extend({
      differences: z.array(rule.omit({ days: true }).extend({ before: days, after: days })),
    }),
  ),
});
const planned = z.looseObject({
  due: z.number(),
  held: z.number(),
  open: z.number(),
  oldest: z.string().nullable(),
});
const plan = z.looseObject({ version: z.number(), kinds: z.record(z.string(), planned) });
const counted = z.looseObject({
  redacted: z.number(),
  held: z.number(),
  open: z.number(),
  failed: z.number(),
});
export const run = z.looseObject({
  id: z.string(),
  finishedAt: z.string().nullable(),
  expected: z.record(z.string(), planned).nullable(),
  counts: z.record(z.string(), counted),
  proved: z.boolean(),
  receiptId: z.string().nullable(),
});
export type Run = z.infer<typeof run>;

const pollMs = 200;
const daysText = (count: z.infer<typeof days>): string =>
  count === null ? 'for ever' : count === 'none' ? 'no rule' : `${count} days`;
const selection = ({ kind, purpose, line, campaign }: Selection): readonly string[] => [
  kind,
  purpose ?? '',
  line ?? '',
  campaign ?? '',
];
const head = ['KIND', 'PURPOSE', 'LINE', 'CAMPAIGN'];

export const retentionShow = command({
  summary: 'shows how long records are kept',
  about: 'The rule that names most decides; of such the shortest. Without a rule records stay.',
  operands: [],
  options: { versions: { about: 'Shows every version there was, with what changed.' } },
  examples: [
    { args: '', does: 'shows the rules in force' },
    { args: '--versions', does: 'shows what changed, when, and by whom' },
    { args: '--json', does: 'prints the schedule as JSON' },
  ],
  async run(input, parts) {
    const path = input.has('versions') ? '/retention/versions' : '/retention';
    const answer = await ask(parts, 'retention:read', { method: 'GET', path });
    if (answer === null) return exitCodes.failed;
    const { out, err } = parts.terminal;
    if (input.json) out(JSON.stringify(answer));
    else if (input.has('versions')) {
      const rows = history
        .parse(answer)
        .data.flatMap(({ version, by, at, differences }) =>
          differences.map((one) => [
            String(version),
            at ?? '',
            by ?? '',
            ...selection(one),
            daysText(one.before),
            daysText(one.after),
          ]),
        );
      if (rows.length === 0) err('nothing was ever set: records stay');
      else {
        const titles = ['VERSION', 'WHEN', 'BY', ...head, 'BEFORE', 'AFTER'];
        for (const text of columns([titles, ...rows])) out(text);
      }
    } else printRules(schedule.parse(answer).rules, parts);
    return exitCodes.done;
  },
});

function printRules(rules: readonly Rule[], { terminal }: CommandParts): void {
  if (rules.length === 0) terminal.err('there are no rules: records stay');
  else {
    const rows = rules.map((one) => [...selection(one), daysText(one.days)]);
    for (const text of columns([[...head, 'KEPT'], ...rows])) terminal.out(text);
  }
}

export const retentionSet = command({
  summary: 'sets how long records of a kind are kept',
  about:
    'Days count from the end of a call, or from the text or the answer. A rule that names a line, a ' +
    'campaign or a purpose decides about those records only. `retention plan` counts before anything goes.',
  operands: [
    { name: 'KIND', about: `One of ${recordKinds.join(', ')}.` },
    {
      name: 'DAYS',
      about: `${daysMin} to ${daysMax}; \`forever\`, or \`none\` to take the rule away.`,
    },
  ],
  options: {
    line: { value: 'NUMBER', about: 'Only calls to or from this number of yours.' },
    campaign: { value: 'NAME', about: 'Only calls of this campaign.' },
    purpose: { value: 'PURPOSE', about: 'Only calls placed for it, or in which it was granted.' },
  },
  examples: [
    { args: 'calls 90', does: 'redacts calls after 90 days' },
    { args: 'recordings 30 --line +18885550100', does: 'keeps recordings of a line for 30 days' },
    { args: 'recordings none --json', does: 'takes the rule away and prints the schedule' },
  ],
  async run(input, parts) {
    const [kind] = namesOf(input.operands[0] ?? '', 'KIND', recordKinds);
    const kept = daysOf(input.operands[1] ?? '');
    const line = input.value('line');
    const wanted = {
      kind: kind ?? 'calls',
      purpose: input.value('purpose'),
      line: line === null ? null : numberOf(line),
      campaign: input.value('campaign'),
    };
    const path = '/retention';
    const now = await ask(parts, 'retention:read', { method: 'GET', path });
    if (now === null) return exitCodes.failed;
    const { rules, version } = schedule.parse(now);
    const others = rules.filter(
      (one) => selection(one).join('\n') !== selection(wanted).join('\n'),
    );
    const added = kept === 'none' ? [] : [{ ...wanted, days: kept }];
    const body = { rules: [...others, ...added], version };
    const answer = await ask(parts, 'retention:write', { method: 'PUT', path, body });
    if (answer === null) return exitCodes.failed;
    if (input.json) parts.terminal.out(JSON.stringify(answer));
    else printRules(schedule.parse(answer).rules, parts);
    return exitCodes.done;
  },
});

function daysOf(text: string): number | null | 'none' {
  if (text === 'forever') return null;
  if (text === 'none') return 'none';
  const count = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0;
  if (count >= daysMin && count <= daysMax) return count;
  const allowed = `${daysMin} to ${daysMax}, forever or none`;
  throw new UsageError(`DAYS cannot be “${text}”; allowed: ${allowed}`);
}

export const retentionPlan = command({
  summary: 'counts what a run would redact now',
  about:
    'By kind, with the oldest of it. HELD is kept by a legal hold; OPEN waits until what was asked ' +
    'for in a call is seen to. Nothing is changed.',
  operands: [],
  options: {},
  examples: [
    { args: '', does: 'shows the counts' },
    { args: '--json', does: 'prints them as JSON' },
  ],
  async run(input, parts) {
    const what = { method: 'GET', path: '/retention/plan' } as const;
    const answer = await ask(parts, 'retention:read', what);
    if (answer === null) return exitCodes.failed;
    if (input.json) parts.terminal.out(JSON.stringify(answer));
    else {
      const rows = Object.entries(plan.parse(answer).kinds).map(([kind, one]) => [
        kind,
        String(one.due),
        String(one.held),
        String(one.open),
        one.oldest ?? '',
      ]);
      const titles = ['KIND', 'DUE', 'HELD', 'OPEN', 'OLDEST'];
      for (const text of columns([titles, ...rows])) parts.terminal.out(text);
    }
    return exitCodes.done;
  },
});

export const retentionRun = command({
  summary: 'redacts now what the schedule says',
  about:
    'The server does it, in small steps beside the calls; it goes on if this command is stopped. It ' +
    'does the same by itself once a day. The result is an entry of the ledger.',
  operands: [],
  options: { yes: { about: 'Says that you mean it. Without it nothing is redacted.' } },
  examples: [
    { args: '--yes', does: 'redacts, with a bar of progress' },
    { args: '--yes --json', does: 'prints the result as JSON' },
  ],
  async run(input: Input<'yes'>, parts) {
    if (!input.has('yes')) {
      throw new UsageError(
        'what is redacted cannot come back; `retention plan` counts it, --yes says that you mean it',
      );
    }
    const path = '/retention/runs';
    const begun = await ask(parts, 'retention:write', { method: 'POST', path, body: {} });
    if (begun === null) return exitCodes.failed;
    let answer: unknown = begun;
    const progress = showProgress(parts.terminal, 'redacting');
    try {
      while (run.parse(answer).finishedAt === null) {
        const { id, counts, expected } = run.parse(answer);
        progress.at(doneIn(counts), dueIn(expected));
        await setTimeout(pollMs);
        answer = await ask(parts, 'retention:read', { method: 'GET', path: `${path}/${id}` });
        if (answer === null) return exitCodes.failed;
      }
    } finally {
      progress.end();
    }
    return printRun(input.json, parts, answer);
  },
});

const kindsIn = new Set<string>(recordKinds);
const doneIn = (counts: Run['counts']): number =>
  Object.entries(counts).reduce((sum, [kind, { redacted }]) => {
    return kindsIn.has(kind) ? sum + redacted : sum;
  }, 0);
const dueIn = (expected: Run['expected']): number =>
  Object.values(expected ?? {}).reduce((sum, { due }) => sum + due, 0);

export function printRun(json: boolean, { terminal }: CommandParts, answer: unknown): number {
  const { counts, proved, receiptId } = run.parse(answer);
  if (json) terminal.out(JSON.stringify(answer));
  else {
    const rows = Object.entries(counts).map(([kind, one]) => [
      kind,
      ...[one.redacted, one.held, one.open, one.failed].map(String),
    ]);
    const titles = ['KIND', 'REDACTED', 'HELD', 'OPEN', 'FAILED'];
    if (rows.length === 0) terminal.out('there was nothing to redact');
    else for (const text of columns([titles, ...rows])) terminal.out(text);
    terminal.out(proved ? 'everything was read again' : 'NOT everything could be shown to be gone');
    if (receiptId !== null) terminal.out(`receipt ${receiptId}`);
  }
  return proved ? exitCodes.done : exitCodes.failed;
}
