/** Opt-outs: put, and those that may be stops looked at; asked of the server that runs. */
import { z } from 'zod';
import { reviewStates } from '../../app/review-ports.ts';
import { columns } from './columns.ts';
import { command, exitCodes, type Input, UsageError } from './command.ts';
import { idOf } from './operands.ts';
import type { CommandParts } from './parts.ts';
import { askPerson as ask } from './person.ts';

const listings = z.looseObject({
  number: z.string(),
  listings: z.array(
    z.looseObject({
      channel: z.string(),
      scope: z.string(),
      listed: z.boolean(),
      provisional: z.boolean(),
      reason: z.string(),
      since: z.string(),
    }),
  ),
});
const page = z.looseObject({
  data: z.array(
    z.looseObject({
      id: z.string(),
      number: z.string().nullable(),
      source: z.string(),
      since: z.string(),
      message: z.string().nullable(),
    }),
  ),
  next: z.string().nullable(),
});

/** Null: the server refused, and said why. @returns the exit code */
function print({ terminal }: CommandParts, answer: unknown, json: boolean): number {
  if (answer === null) return exitCodes.failed;
  if (json) {
    terminal.out(JSON.stringify(answer));
    return exitCodes.done;
  }
  const { number, listings: stands } = listings.parse(answer);
  const rows = stands.map(({ channel, scope, listed, provisional, reason, since }) => [
    number,
    channel,
    scope,
    listed ? (provisional ? 'listed, to be looked at' : 'listed') : 'lifted',
    reason,
    since,
  ]);
  const head = ['NUMBER', 'CHANNEL', 'SCOPE', 'STANDS', 'BECAUSE OF', 'SINCE'];
  for (const text of columns([head, ...rows])) terminal.out(text);
  return exitCodes.done;
}

export const optOutAdd = command({
  summary: 'puts somebody who does not want to be called or texted on the own list',
  about:
    'No screening allows the number from then on, permits given before are void, and a call of ' +
    'ours that rings there is cancelled.',
  operands: [{ name: 'NUMBER', about: 'In international form, or a prefix such as +1900*.' }],
  options: {
    channel: { value: 'CHANNEL', about: 'Both unless said.', allowed: ['call', 'text', 'both'] },
    scope: { value: 'SCOPE', about: 'all, campaign:NAME or line:ID; all unless said.' },
  },
  examples: [
    { args: '+14155550100', does: 'stops calls and texts' },
    { args: '+14155550100 --channel text --json', does: 'stops texts and prints JSON' },
  ],
  async run(input, parts) {
    const body = {
      number: input.operands[0] ?? '',
      channel: input.value('channel') ?? 'both',
      scope: input.value('scope') ?? 'all',
    };
    const path = '/opt-outs';
    const answer = await ask(parts, 'lists:write', { method: 'POST', path, body });
    return print(parts, answer, input.json);
  },
});

export const optOutList = command({
  summary: 'shows messages that may be stops, oldest first',
  about:
    'They count as stops, for calls and texts, until somebody has looked at them. Numbers are masked.',
  operands: [],
  options: {
    state: { value: 'STATE', about: 'Those that wait unless said.', allowed: reviewStates },
  },
  examples: [
    { args: '', does: 'shows what waits to be looked at' },
    { args: '--state rejected --json', does: 'prints what was no stop, as JSON' },
  ],
  async run(input, parts) {
    const { terminal } = parts;
    const rows: string[][] = [];
    for (let next: string | null = ''; next !== null; ) {
      const cursor: string = next === '' ? '' : `&cursor=${next}`;
      const path = `/opt-outs?state=${input.value('state') ?? 'provisional'}&limit=200${cursor}`;
      const answer = await ask(parts, 'lists:read', { method: 'GET', path });
      if (answer === null) return exitCodes.failed;
      const { data, next: following } = page.parse(answer);
      for (const one of data) {
        if (input.json) terminal.out(JSON.stringify(one));
        const said = one.message === null ? '' : JSON.stringify(one.message);
        rows.push([one.id, one.number ?? 'erased', one.source, one.since, said]);
      }
      next = following;
    }
    if (input.json) return exitCodes.done;
    if (rows.length === 0) terminal.err('there are none');
    else for (const text of columns([head, ...rows])) terminal.out(text);
    return exitCodes.done;
  },
});

const head = ['ID', 'NUMBER', 'CAME BY', 'SINCE', 'WROTE'];

function decide(verb: 'confirm' | 'reject', summary: string, about: string) {
  return command({
    summary,
    about,
    operands: [{ name: 'ID', about: 'As `consentry opt-out list` shows it.' }],
    options: { reason: { value: 'TEXT', about: 'Why; kept in the ledger.' } },
    examples: [
      {
        args: '0198c2f4-c5aa-4b6f-8d0a-2f0e9d1c4a77 --reason "it is clear"',
        does: 'decides it',
      },
      {
        args: '0198c2f4-c5aa-4b6f-8d0a-2f0e9d1c4a77 --reason "it is clear" --json',
        does: 'decides it and prints what stands as JSON',
      },
    ],
    async run(input, parts) {
      const id = idOf(input.operands[0], 'a message that may be a stop', 'opt-out list');
      const path = `/opt-outs/${id}/${verb}`;
      const body = { reason: reasonIn(input) };
      const answer = await ask(parts, 'lists:write', { method: 'POST', path, body });
      return print(parts, answer, input.json);
    },
  });
}

function reasonIn(input: Input<'reason'>): string {
  const reason = input.value('reason')?.trim() ?? '';
  if (reason.length >= 3 && reason.length <= 500) return reason;
  throw new UsageError('--reason says why, in 3 to 500 characters');
}

export const optOutConfirm = decide(
  'confirm',
  'says that a message was meant as a stop',
  'It stands from now on by this decision.',
);
export const optOutReject = decide(
  'reject',
  'says that a message was not meant as a stop',
  'What only that message brought is lifted; what stands by a clear word stays.',
);
