/** Requests of people about their own data: asked of the server that runs, as the API does. */
import { z } from 'zod';
import { rightLaws } from '../../core/rights/deadline.ts';
import { refusalGroundNames, requestSpeakers, rightKinds } from '../../core/rights/request.ts';
import { columns } from './columns.ts';
import { command, exitCodes, type Operand, UsageError } from './command.ts';
import { idOf } from './operands.ts';
import type { CommandParts } from './parts.ts';
import { askPerson as ask, personOf } from './person.ts';
import { hashOf } from './person-choices.ts';
import { correctionOf, correctionOptions } from './person-profile.ts';

const request = z.looseObject({
  id: z.string(),
  kind: z.string(),
  number: z.string().nullable(),
  state: z.string(),
  answerBy: z.string(),
  urgency: z.string().nullable(),
});
const detail = request.extend({
  deadline: z.looseObject({ rule: z.string(), source: z.string() }),
  possible: z.array(z.string()),
  history: z.array(z.looseObject({ act: z.string(), at: z.string(), receiptId: z.string() })),
});
const page = z.looseObject({ data: z.array(request), next: z.string().nullable() });

const idOperand: Operand = { name: 'ID', about: 'As `consentry rights list` shows it.' };
const sample = '0198c2f4-c5aa-4b6f-8d0a-2f0e9d1c4a77';

function print({ terminal }: CommandParts, answer: unknown, json: boolean): number {
  if (answer === null) return exitCodes.failed;
  if (json) {
    terminal.out(JSON.stringify(answer));
    return exitCodes.done;
  }
  const { id, kind, state, answerBy, urgency, deadline, possible, history } = detail.parse(answer);
  terminal.out(`${kind} ${id}: ${state}`);
  const late = urgency === 'late' ? ', which is OVER' : '';
  if (urgency !== null) terminal.out(`answer by ${answerBy}${late} (${deadline.source})`);
  if (possible.length > 0) terminal.out(`possible now: ${possible.join(', ')}`);
  const rows = history.map(({ at, act, receiptId }) => [at, act, receiptId]);
  for (const text of columns([['WHEN', 'WHAT', 'RECEIPT'], ...rows])) terminal.out(text);
  return exitCodes.done;
}

export const rightsList = command({
  summary: 'shows requests about their own data, by what is due first',
  about: 'Those that wait for an answer; with --all those that are closed, too.',
  operands: [],
  options: {
    all: { about: 'Also those that are closed.' },
    due: { value: 'WHEN', about: 'Only what raises an alarm.', allowed: ['soon', 'late'] },
    person: { value: 'PERSON', about: 'A number, or the id of a person.' },
  },
  examples: [
    { args: '', does: 'shows what waits for an answer' },
    { args: '--due late --json', does: 'prints what is late, one JSON object a line' },
  ],
  async run(input, parts) {
    const rows: string[][] = [];
    const [due, person] = [input.value('due'), input.value('person')];
    let cursor: string | null = null;
    do {
      const path: string =
        `/rights-requests?limit=200&open=${!input.has('all')}` +
        `${due === null ? '' : `&due=${due}`}` +
        `${person === null ? '' : `&person=${personOf(person)}`}` +
        `${cursor === null ? '' : `&cursor=${cursor}`}`;
      const answer = await ask(parts, 'rights:read', { method: 'GET', path });
      if (answer === null) return exitCodes.failed;
      const { data, next } = page.parse(answer);
      for (const one of data) {
        if (input.json) parts.terminal.out(JSON.stringify(one));
        const { id, kind, number, state, answerBy, urgency } = one;
        rows.push([id, kind, number ?? 'erased', state, answerBy, urgency ?? '']);
      }
      cursor = next;
    } while (cursor !== null);
    if (input.json) return exitCodes.done;
    const head = ['ID', 'RIGHT', 'NUMBER', 'STATE', 'ANSWER BY', 'URGENCY'];
    if (rows.length === 0) parts.terminal.err('there are no such requests');
    else for (const text of columns([head, ...rows])) parts.terminal.out(text);
    return exitCodes.done;
  },
});

export const rightsShow = command({
  summary: 'shows a request with its deadline and its history',
  about: 'What may be done with it now, and the receipt of everything that was.',
  operands: [idOperand],
  options: {},
  examples: [
    { args: sample, does: 'shows it' },
    { args: `${sample} --json`, does: 'prints it as JSON' },
  ],
  async run(input, parts) {
    const path = `/rights-requests/${idOf(input.operands[0], 'a request', 'rights list')}`;
    return print(parts, await ask(parts, 'rights:read', { method: 'GET', path }), input.json);
  },
});

export const rightsAdd = command({
  summary: 'writes down that somebody asks for a right of theirs',
  about: `KIND is one of ${rightKinds.join(', ')}. The answer says by when it has to be answered.`,
  operands: [
    { name: 'NUMBER', about: 'Whose data it is about, in international form.' },
    { name: 'KIND', about: 'What is asked for.' },
  ],
  options: {
    law: { value: 'LAW', about: 'Without it, what the number says.', allowed: rightLaws },
    speaker: { value: 'WHO', about: 'Who speaks.', allowed: requestSpeakers },
    authority: { value: 'FILE', about: 'What lets an agent or guardian speak; hashed, not kept.' },
    guardian: { value: 'NUMBER', about: 'Of the guardian.' },
    note: { value: 'TEXT', about: 'What is asked for; kept sealed.' },
    received: { value: 'TIME', about: 'When it came, ISO 8601; without it, now.' },
  },
  examples: [
    { args: '+14155550100 access', does: 'writes down that somebody wants a copy' },
    { args: '+14155550100 delete --received 2026-11-02T09:30:00Z --json', does: 'prints JSON' },
  ],
  async run(input, parts) {
    const [number = '', kind = ''] = input.operands;
    const optional = Object.entries({
      law: input.value('law'),
      speaker: input.value('speaker'),
      guardian: input.value('guardian'),
      note: input.value('note'),
      receivedAt: input.value('received'),
    }).filter(([, value]) => value !== null);
    const authority = input.value('authority');
    const body = {
      number,
      kind,
      ...Object.fromEntries(optional),
      ...(authority !== null && { authority: { sha256: await hashOf('authority', authority) } }),
    };
    const what = { method: 'POST', path: '/rights-requests', body } as const;
    return print(parts, await ask(parts, 'rights:write', what), input.json);
  },
});

interface ActText {
  readonly act: string;
  readonly summary: string;
  readonly about: string;
}

const simpleAct = ({ act, summary, about }: ActText) =>
  command({
    summary,
    about,
    operands: [idOperand],
    options: {},
    examples: [
      { args: sample, does: 'does it, and shows the request' },
      { args: `${sample} --json`, does: 'prints the request as JSON' },
    ],
    async run(input, parts) {
      const id = idOf(input.operands[0], 'a request', 'rights list');
      const what = { method: 'POST', path: `/rights-requests/${id}/${act}`, body: {} } as const;
      return print(parts, await ask(parts, 'rights:write', what), input.json);
    },
  });

export const rightsConfirm = simpleAct({
  act: 'confirm',
  summary: 'notes that they were told that it has come',
  about: 'California wants that within ten business days.',
});
export const rightsExtend = simpleAct({
  act: 'extend',
  summary: 'notes that it takes longer, and that they were told why',
  about: 'Only before the first time is over, and only where the law gives more.',
});
export const rightsFulfil = command({
  summary: 'does what is asked for, and closes the request',
  about:
    'Deletes, takes permissions back, stops sale; for copies it notes that the answer was given. ' +
    'A correction needs what is right. A deletion cannot be undone.',
  operands: [idOperand],
  options: correctionOptions,
  examples: [
    { args: sample, does: 'does it, and shows the request' },
    { args: `${sample} --name "Ada Lovelace" --json`, does: 'corrects a name' },
  ],
  async run(input, parts) {
    const id = idOf(input.operands[0], 'a request', 'rights list');
    const correction = correctionOf(input);
    const body = Object.keys(correction).length === 0 ? {} : { correction };
    const what = { method: 'POST', path: `/rights-requests/${id}/fulfil`, body } as const;
    return print(parts, await ask(parts, 'rights:write', what), input.json);
  },
});
export const rightsLift = simpleAct({
  act: 'lift',
  summary: 'ends a restriction, of which its person was told before',
  about: 'What there is may be used again. They stay on the own list.',
});
export const rightsWithdraw = simpleAct({
  act: 'withdraw',
  summary: 'closes a request that its person does not want any more',
  about: 'What was done so far stays in its history.',
});

export const rightsCheck = command({
  summary: 'sends a code to the number a request is about',
  about: "By text, or spoken in a call. A guardian's request sends it to the guardian.",
  operands: [idOperand],
  options: { call: { about: 'Spoken in a call, not as a text.' } },
  examples: [
    { args: sample, does: 'texts a code' },
    { args: `${sample} --call --json`, does: 'has one spoken, and prints the request' },
  ],
  async run(input, parts) {
    const path = `/rights-requests/${idOf(input.operands[0], 'a request', 'rights list')}/check`;
    const body = { by: input.has('call') ? 'call' : 'text' };
    const answer = await ask(parts, 'rights:write', { method: 'POST', path, body });
    return print(parts, answer, input.json);
  },
});

export const rightsVerify = command({
  summary: 'takes the code, or a document that shows who asks',
  about: 'A code is good for ten minutes and five tries. A document is hashed, never kept.',
  operands: [idOperand],
  options: {
    code: { value: 'CODE', about: 'Six digits.' },
    document: { value: 'FILE', about: 'What was looked at.' },
  },
  examples: [
    { args: `${sample} --code 123456`, does: 'takes the code' },
    { args: `${sample} --document passport.pdf --json`, does: 'takes a document' },
  ],
  async run(input, parts) {
    const path = `/rights-requests/${idOf(input.operands[0], 'a request', 'rights list')}/verify`;
    const [code, file] = [input.value('code'), input.value('document')];
    if ((code === null) === (file === null)) throw new UsageError('say --code or --document');
    const body =
      file === null ? { code } : { document: { sha256: await hashOf('document', file) } };
    const answer = await ask(parts, 'rights:write', { method: 'POST', path, body });
    return print(parts, answer, input.json);
  },
});

export const rightsRefuse = command({
  summary: 'refuses a request, on one of the grounds the law has',
  about: `GROUND is one of ${refusalGroundNames.join(', ')}.`,
  operands: [idOperand, { name: 'GROUND', about: 'Why.' }],
  options: {},
  examples: [
    { args: `${sample} identity-not-shown`, does: 'refuses it' },
    { args: `${sample} legal-claims --json`, does: 'refuses it, and prints JSON' },
  ],
  async run(input, parts) {
    const path = `/rights-requests/${idOf(input.operands[0], 'a request', 'rights list')}/refuse`;
    const body = { ground: input.operands[1] };
    const answer = await ask(parts, 'rights:write', { method: 'POST', path, body });
    return print(parts, answer, input.json);
  },
});
