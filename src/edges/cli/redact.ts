/** Redaction by hand, and legal holds: asked of the server that runs, as the API does. */
import { z } from 'zod';
import { instantForm, parseInstant } from '../../core/instant.ts';
import { columns } from './columns.ts';
import { command, exitCodes, type Input, UsageError } from './command.ts';
import { idOf, numberOf } from './operands.ts';
import { askPerson as ask, personOf } from './person.ts';
import { printRun } from './retention.ts';

const callForm = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|CA[0-9a-f]{32})$/;

function callOf(text: string): string {
  if (callForm.test(text)) return text;
  throw new UsageError(`“${text}” is no call; allowed: a call's id, or the CallSid of a leg`);
}

function reasonIn(input: Input<'reason'>): string {
  const reason = input.value('reason')?.trim() ?? '';
  if (reason.length >= 3 && reason.length <= 500) return reason;
  throw new UsageError('--reason says why, in 3 to 500 characters');
}

const reasonOption = { value: 'TEXT', about: 'Why; kept in the audit and the ledger.' } as const;

export const redact = command({
  summary: 'takes the people out of the record of a call, or a person out of all of them',
  about:
    'That the call took place, when, how long, on which line, for which campaign, and what was ' +
    'allowed stays. Numbers, sound, words and whose they were go, and cannot come back. A call that ' +
    'a legal hold keeps is not redacted.',
  operands: [{ name: 'CALL', about: "A call's id, or the CallSid of any leg.", optional: true }],
  options: {
    person: { value: 'PERSON', about: 'All calls and texts of a number, or the id of a person.' },
    reason: reasonOption,
    yes: { about: 'Says that you mean it. Without it nothing is redacted.' },
  },
  examples: [
    {
      args: '0198c2f4-c5aa-4b6f-8d0a-2f0e9d1c4a77 --reason "asked for by letter" --yes',
      does: 'redacts one call',
    },
    { args: '--person +14155550100 --reason "case 12" --yes', does: 'redacts all their calls' },
    { args: '--person +14155550100 --reason "case 12" --yes --json', does: 'prints JSON' },
  ],
  async run(input, parts) {
    const [call] = input.operands;
    const person = input.value('person');
    if ((call === undefined) === (person === null)) {
      throw new UsageError('say which: CALL, or --person PERSON');
    }
    const path =
      person === null
        ? `/calls/${callOf(call ?? '')}/redact`
        : `/persons/${personOf(person)}/redact`;
    const reason = reasonIn(input);
    if (!input.has('yes')) {
      throw new UsageError('what is redacted cannot come back; --yes says that you mean it');
    }
    const answer = await ask(parts, 'calls:redact', { method: 'POST', path, body: { reason } });
    return answer === null ? exitCodes.failed : printRun(input.json, parts, answer);
  },
});

const hold = z.looseObject({
  id: z.string(),
  kind: z.string(),
  callId: z.string().nullable(),
  personId: z.string().nullable(),
  line: z.string().nullable(),
  period: z.looseObject({ since: z.string(), until: z.string() }).nullable(),
  reason: z.string(),
  at: z.string(),
  lifted: z.looseObject({ at: z.string() }).nullable(),
});
const page = z.looseObject({ data: z.array(hold), next: z.string().nullable() });

export const holdPlace = command({
  summary: 'puts a legal hold on a call, a person, a line or a period',
  about:
    'What it is on is neither redacted nor erased, by schedule or by hand, until it is lifted.',
  operands: [],
  options: {
    call: { value: 'CALL', about: "A call's id, or the CallSid of any leg." },
    person: { value: 'PERSON', about: 'A number, or the id of a person.' },
    line: { value: 'NUMBER', about: 'A number of yours.' },
    since: { value: 'TIME', about: 'Of a period: its beginning; ISO 8601 with a zone.' },
    until: { value: 'TIME', about: 'Of a period: its end, which is not in it any more.' },
    reason: reasonOption,
  },
  examples: [
    { args: '--person +14155550100 --reason "court case 7 C 12/26"', does: 'holds a person' },
    {
      args: '--since 2026-03-01T00:00Z --until 2026-04-01T00:00Z --reason "inquiry"',
      does: 'holds a month',
    },
    { args: '--line +18885550100 --reason "inquiry" --json', does: 'prints the hold as JSON' },
  ],
  async run(input, parts) {
    const [call, person, line] = [input.value('call'), input.value('person'), input.value('line')];
    const period = periodIn(input);
    const given = [call, person, line, period].filter((one) => one !== null);
    if (given.length !== 1) {
      throw new UsageError('say what is held: --call, --person, --line, or --since and --until');
    }
    const body = {
      ...(call !== null && { call: callOf(call) }),
      ...(person !== null && { person: decodeURIComponent(personOf(person)) }),
      ...(line !== null && { line: numberOf(line) }),
      ...(period !== null && { period }),
      reason: reasonIn(input),
    };
    const answer = await ask(parts, 'holds:write', { method: 'POST', path: '/holds', body });
    if (answer === null) return exitCodes.failed;
    parts.terminal.out(input.json ? JSON.stringify(answer) : `held: ${hold.parse(answer).id}`);
    return exitCodes.done;
  },
});

function periodIn(input: Input<'since' | 'until'>) {
  const [since, until] = [input.value('since'), input.value('until')];
  if (since === null && until === null) return null;
  const [from, to] = [parseInstant(since ?? ''), parseInstant(until ?? '')];
  if (from === null || to === null || from >= to) {
    throw new UsageError(`--since and --until have to be ${instantForm}, in their order`);
  }
  return { since: new Date(from).toISOString(), until: new Date(to).toISOString() };
}

export const holdList = command({
  summary: 'shows legal holds, newest first',
  about: 'Those in force; with --all also those that were lifted.',
  operands: [],
  options: { all: { about: 'Also those that were lifted.' } },
  examples: [
    { args: '', does: 'shows what is held' },
    { args: '--all --json', does: 'prints every hold there was, one JSON object a line' },
  ],
  async run(input, parts) {
    const rows: string[][] = [];
    let cursor: string | null = null;
    do {
      const path: string = `/holds?limit=200&open=${!input.has('all')}${cursor === null ? '' : `&cursor=${cursor}`}`;
      const answer = await ask(parts, 'retention:read', { method: 'GET', path });
      if (answer === null) return exitCodes.failed;
      const { data, next } = page.parse(answer);
      for (const one of data) {
        if (input.json) parts.terminal.out(JSON.stringify(one));
        const { id, kind, callId, personId, line, period, at, reason, lifted } = one;
        const on = callId ?? personId ?? line ?? `${period?.since} – ${period?.until}`;
        rows.push([id, kind, on, at, lifted?.at ?? '', reason]);
      }
      cursor = next;
    } while (cursor !== null);
    if (input.json) return exitCodes.done;
    const titles = ['ID', 'KIND', 'ON', 'SINCE', 'LIFTED', 'WHY'];
    if (rows.length === 0) parts.terminal.err('nothing is held');
    else for (const text of columns([titles, ...rows])) parts.terminal.out(text);
    return exitCodes.done;
  },
});

export const holdLift = command({
  summary: 'lifts a legal hold',
  about: 'What it kept goes with the next run, if its time is over.',
  operands: [{ name: 'ID', about: 'The id of the hold, as `consentry hold list` shows it.' }],
  options: { reason: reasonOption },
  examples: [
    { args: '0198c2f4-c5aa-4b6f-8d0a-2f0e9d1c4a77 --reason "settled"', does: 'lifts it' },
    { args: '0198c2f4-c5aa-4b6f-8d0a-2f0e9d1c4a77 --reason "settled" --json', does: 'prints JSON' },
  ],
  async run(input, parts) {
    const id = idOf(input.operands[0], 'a hold', 'hold list');
    const body = { reason: reasonIn(input) };
    const path = `/holds/${id}/lift`;
    const answer = await ask(parts, 'holds:write', { method: 'POST', path, body });
    if (answer === null) return exitCodes.failed;
    parts.terminal.out(input.json ? JSON.stringify(answer) : `lifted: ${id}`);
    return exitCodes.done;
  },
});
