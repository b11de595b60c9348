/** Permissions that are asked for by e-mail: asked of the server that runs, as the API does. */
import { z } from 'zod';
import { purposes } from '../../core/words.ts';
import { columns } from './columns.ts';
import { type CommandGroup, command, exitCodes, type Operand, UsageError } from './command.ts';
import { idOf, numberOf } from './operands.ts';
import type { CommandParts } from './parts.ts';
import { askPerson as ask } from './person.ts';
import { readText } from './read-input.ts';

const replyBytesMax = 60_000;
const meanings = ['granted', 'refused', 'nothing'];
const sample = '0198c2f4-c5aa-4b6f-8d0a-2f0e9d1c4a77';
const idOperand: Operand = { name: 'ID', about: 'As `consentry email list` shows it.' };

const question = z.looseObject({
  id: z.string(),
  purpose: z.string(),
  at: z.string(),
  until: z.string(),
  answer: z.string().nullable(),
});
const page = z.looseObject({ data: z.array(question), next: z.string().nullable() });
const detail = question.extend({
  message: z.looseObject({ subject: z.string(), text: z.string() }).nullable(),
  replies: z.array(
    z.looseObject({
      id: z.string(),
      receivedAt: z.string(),
      meaning: z.string().nullable(),
      text: z.string().nullable(),
    }),
  ),
});

const questionOf = (id: string | undefined): string =>
  `/email-requests/${idOf(id, 'a question', 'email list')}`;

function print({ terminal }: CommandParts, answer: unknown, json: boolean): number {
  if (answer === null) return exitCodes.failed;
  if (json) {
    terminal.out(JSON.stringify(answer));
    return exitCodes.done;
  }
  const { id, purpose, until, answer: said, message, replies } = detail.parse(answer);
  terminal.out(`${purpose} ${id}: ${said ?? `no answer yet; open until ${until}`}`);
  if (message !== null) terminal.out(`\n${message.subject}\n\n${message.text.trimEnd()}`);
  for (const one of replies) {
    terminal.out(`\nreply ${one.id} of ${one.receivedAt}: ${one.meaning ?? 'not looked at yet'}`);
    if (one.text !== null) terminal.out(one.text.trimEnd());
  }
  return exitCodes.done;
}

const emailAsk = command({
  summary: 'asks somebody for a permission by e-mail',
  about:
    'Sends it where a mail server is set up; elsewhere prints the message to send. It has words of ' +
    'ours, and a link to a page with yes and no, for one answer and 30 days. The link is shown once.',
  operands: [
    { name: 'NUMBER', about: 'Whom, in international form.' },
    { name: 'PURPOSE', about: 'What for, such as recording.' },
  ],
  options: {},
  examples: [
    {
      args: '+14155550100 marketing-calls',
      does: 'writes the question down and prints the message',
    },
    { args: '+14155550100 survey --json', does: 'prints it as JSON' },
  ],
  async run(input, parts) {
    const number = numberOf(input.operands[0]);
    const purpose = input.operands[1] ?? '';
    if (!(purposes as readonly string[]).includes(purpose)) {
      throw new UsageError(`PURPOSE is one of ${purposes.join(', ')}`);
    }
    const body = { number, purpose };
    const wanted = { method: 'POST', path: '/email-requests', body } as const;
    return print(parts, await ask(parts, 'choices:write', wanted), input.json);
  },
});

const emailList = command({
  summary: 'shows what was asked by e-mail, and answered',
  about: 'Newest first.',
  operands: [],
  options: {},
  examples: [
    { args: '', does: 'shows every question' },
    { args: '--json', does: 'prints one JSON object a line' },
  ],
  async run(input, parts) {
    const rows: string[][] = [];
    let cursor: string | null = null;
    do {
      const path: string = `/email-requests?limit=200${cursor === null ? '' : `&cursor=${cursor}`}`;
      const answer = await ask(parts, 'choices:read', { method: 'GET', path });
      if (answer === null) return exitCodes.failed;
      const { data, next } = page.parse(answer);
      for (const one of data) {
        if (input.json) parts.terminal.out(JSON.stringify(one));
        rows.push([one.id, one.purpose, one.at, one.answer ?? '-']);
      }
      cursor = next;
    } while (cursor !== null);
    if (input.json) return exitCodes.done;
    if (rows.length === 0) parts.terminal.err('nobody was asked by e-mail');
    else {
      const head = ['ID', 'PURPOSE', 'ASKED', 'ANSWER'];
      for (const text of columns([head, ...rows])) parts.terminal.out(text);
    }
    return exitCodes.done;
  },
});

const emailShow = command({
  summary: 'shows a question, what was sent, and what was written back',
  about: 'Without the link: whoever looks must not be able to answer.',
  operands: [idOperand],
  options: {},
  examples: [
    { args: sample, does: 'shows it' },
    { args: `${sample} --json`, does: 'prints it as JSON' },
  ],
  async run(input, parts) {
    const path = questionOf(input.operands[0]);
    return print(parts, await ask(parts, 'choices:read', { method: 'GET', path }), input.json);
  },
});

const emailAgain = command({
  summary: 'sends the same message again',
  about: 'To somebody who has lost it; until it is answered.',
  operands: [idOperand],
  options: {},
  examples: [
    { args: sample, does: 'sends it again' },
    { args: `${sample} --json`, does: 'prints the question as JSON' },
  ],
  async run(input, parts) {
    const path = `${questionOf(input.operands[0])}/send`;
    const wanted = { method: 'POST', path, body: {} } as const;
    return print(parts, await ask(parts, 'choices:write', wanted), input.json);
  },
});

const emailReply = command({
  summary: 'keeps what somebody wrote back',
  about: 'Sealed, and nothing follows from it until a person has said what it means.',
  operands: [idOperand, { name: 'FILE', about: 'The reply, or - for standard input.' }],
  options: {},
  examples: [
    { args: `${sample} reply.txt`, does: 'keeps a reply' },
    { args: `${sample} - --json`, does: 'takes it from another program' },
  ],
  async run(input, parts) {
    const [id, file = ''] = input.operands;
    const path = `${questionOf(id)}/replies`;
    const body = { text: await readText(parts.terminal, file, replyBytesMax) };
    const wanted = { method: 'POST', path, body } as const;
    return print(parts, await ask(parts, 'choices:write', wanted), input.json);
  },
});

const emailDecide = command({
  summary: 'says what somebody meant who wrote back',
  about:
    'A no counts at once; a yes only for a question that nothing else answered. Either counts from ' +
    'when the reply came.',
  operands: [
    idOperand,
    { name: 'REPLY', about: 'As `consentry email show` shows it.' },
    { name: 'MEANING', about: `One of ${meanings.join(', ')}.` },
  ],
  options: {},
  examples: [
    { args: `${sample} ${sample} refused`, does: 'takes it for a no' },
    { args: `${sample} ${sample} nothing --json`, does: 'takes it for neither' },
  ],
  async run(input, parts) {
    const [id, reply, meaning = ''] = input.operands;
    if (!meanings.includes(meaning))
      throw new UsageError(`MEANING is one of ${meanings.join(', ')}`);
    const path = `${questionOf(id)}/replies/${idOf(reply, 'a reply', 'email show')}`;
    const wanted = { method: 'PUT', path, body: { meaning } } as const;
    return print(parts, await ask(parts, 'choices:write', wanted), input.json);
  },
});

export const email: CommandGroup = {
  summary: 'asks for permissions by e-mail, and takes what is answered',
  about: 'A message has a link to a page with yes and no; no answer is no permission.',
  commands: {
    ask: emailAsk,
    list: emailList,
    show: emailShow,
    again: emailAgain,
    reply: emailReply,
    decide: emailDecide,
  },
};
