/** Who outside is told: asked of the server that runs, as the API does. */
import { z } from 'zod';
import { eventTypes } from '../../core/webhooks/event.ts';
import { command, exitCodes } from './command.ts';
import { idOf, namesOf } from './operands.ts';
import { askPerson as ask } from './person.ts';
import { printRows } from './print-rows.ts';

const endpoint = z.looseObject({
  id: z.string(),
  url: z.string(),
  events: z.array(z.string()),
  stoppedAt: z.string().nullable(),
});
const endpoints = z.looseObject({ data: z.array(endpoint) });
const made = endpoint.extend({ secret: z.string() });
const deliveries = z.looseObject({
  data: z.array(
    z.looseObject({
      id: z.string(),
      type: z.string(),
      state: z.string(),
      attempts: z.number(),
      status: z.number().nullable(),
      madeAt: z.string(),
    }),
  ),
});

const operand = { name: 'ID', about: 'The endpoint, as `consentry webhook list` shows it.' };
const exampleId = '0198c2f4-c5aa-4b6f-8d0a-2f0e9d1c4a77';
const idIn = (operands: readonly string[]): string =>
  idOf(operands[0], 'an endpoint', 'webhook list');

export const webhookAdd = command({
  summary: 'tells an address of what happens from now on',
  about:
    'Messages hold ids and nobody, are signed as standardwebhooks.com describes, and are sent again ' +
    `for two days until they are taken. Events: ${eventTypes.join(', ')}.`,
  operands: [{ name: 'URL', about: 'https, at a public address.' }],
  options: { events: { value: 'NAMES', about: 'Separated by commas.', default: 'all' } },
  examples: [
    { args: 'https://crm.example.com/consentry', does: 'tells it of everything' },
    {
      args: 'https://crm.example.com/consentry --events consent.withdrawn,opt-out.listed --json',
      does: 'tells it of these two, and prints JSON',
    },
  ],
  async run(input, parts) {
    const events = input.value('events');
    const body = {
      url: input.operands[0] ?? '',
      ...(events !== null && { events: namesOf(events, 'event', eventTypes) }),
    };
    const answer = await ask(parts, 'webhooks:write', { method: 'POST', path: '/webhooks', body });
    if (answer === null) return exitCodes.failed;
    const { id, secret } = made.parse(answer);
    if (input.json) parts.terminal.out(JSON.stringify(answer));
    else {
      parts.terminal.out(`${id} is told. It verifies signatures with this secret, shown only now:`);
      parts.terminal.out(secret);
    }
    return exitCodes.done;
  },
});

export const webhookList = command({
  summary: 'shows who is told of what happens',
  about: 'An endpoint that answered 410 is told nothing more.',
  operands: [],
  options: {},
  examples: [
    { args: '', does: 'shows them' },
    { args: '--json', does: 'prints them as JSON' },
  ],
  async run(input, parts) {
    const answer = await ask(parts, 'webhooks:read', { method: 'GET', path: '/webhooks' });
    if (answer === null) return exitCodes.failed;
    const { data } = endpoints.parse(answer);
    printRows(input, parts.terminal, data, {
      head: ['ID', 'ADDRESS', 'EVENTS', ''],
      none: 'nobody is told',
      cells: ({ id, url, events, stoppedAt }) => [
        ...[id, url, events.join(','), stoppedAt === null ? '' : 'stopped'],
      ],
    });
    return exitCodes.done;
  },
});

export const webhookRemove = command({
  summary: 'tells an address nothing more',
  about: 'What waited to be sent is not sent.',
  operands: [operand],
  options: {},
  examples: [
    { args: exampleId, does: 'removes it' },
    { args: `${exampleId} --json`, does: 'removes it without a word' },
  ],
  async run(input, parts) {
    const path = `/webhooks/${idIn(input.operands)}`;
    const response = await parts.askServer('webhooks:write', { method: 'DELETE', path });
    if (response.ok) return exitCodes.done;
    parts.terminal.err('there is no such endpoint');
    return exitCodes.failed;
  },
});

export const webhookTest = command({
  summary: 'sends an address a message that is about nothing',
  about: '`consentry webhook deliveries` shows what became of it.',
  operands: [operand],
  options: {},
  examples: [
    { args: exampleId, does: 'sends it' },
    { args: `${exampleId} --json`, does: 'sends it and prints its id as JSON' },
  ],
  async run(input, parts) {
    const path = `/webhooks/${idIn(input.operands)}/test`;
    const answer = await ask(parts, 'webhooks:write', { method: 'POST', path });
    if (answer === null) return exitCodes.failed;
    parts.terminal.out(input.json ? JSON.stringify(answer) : 'it is on its way');
    return exitCodes.done;
  },
});

export const webhookDeliveries = command({
  summary: 'shows what an address was told, newest first',
  about: 'With how often it was tried, and the status of the last answer.',
  operands: [operand],
  options: {},
  examples: [
    { args: exampleId, does: 'shows the last fifty' },
    { args: `${exampleId} --json`, does: 'prints them as JSON' },
  ],
  async run(input, parts) {
    const path = `/webhooks/${idIn(input.operands)}/deliveries?limit=50`;
    const answer = await ask(parts, 'webhooks:read', { method: 'GET', path });
    if (answer === null) return exitCodes.failed;
    const { data } = deliveries.parse(answer);
    printRows(input, parts.terminal, data, {
      head: ['ID', 'TYPE', 'STATE', 'TRIED', 'STATUS', 'SINCE'],
      none: 'they were told nothing yet',
      cells: ({ id, type, state, attempts, status, madeAt }) => [
        ...[id, type, state, String(attempts), status === null ? '' : String(status), madeAt],
      ],
    });
    return exitCodes.done;
  },
});

const secretAnswer = z.looseObject({ secret: z.string() });

export const webhookRotate = command({
  summary: 'changes the secret that signs messages',
  about: 'For a day messages carry the signatures of both, so that nothing is missed meanwhile.',
  operands: [operand],
  options: {},
  examples: [
    { args: exampleId, does: 'prints the new secret, this once' },
    { args: `${exampleId} --json`, does: 'prints it as JSON' },
  ],
  async run(input, parts) {
    const path = `/webhooks/${idIn(input.operands)}/secret`;
    const answer = await ask(parts, 'webhooks:write', { method: 'POST', path });
    if (answer === null) return exitCodes.failed;
    parts.terminal.out(input.json ? JSON.stringify(answer) : secretAnswer.parse(answer).secret);
    return exitCodes.done;
  },
});

export const webhookAgain = command({
  summary: 'sends a message again, taken or not',
  about: 'Under the same id, by which whoever is told knows it.',
  operands: [
    operand,
    { name: 'DELIVERY', about: 'As `consentry webhook deliveries ID` shows it.' },
  ],
  options: {},
  examples: [
    { args: `${exampleId} ${exampleId}`, does: 'sends it again' },
    { args: `${exampleId} ${exampleId} --json`, does: 'sends it again without a word' },
  ],
  async run(input, parts) {
    const delivery = idOf(input.operands[1], 'a message', 'webhook deliveries');
    const path = `/webhooks/${idIn(input.operands)}/deliveries/${delivery}/again`;
    const response = await parts.askServer('webhooks:write', { method: 'POST', path });
    if (response.ok) return exitCodes.done;
    parts.terminal.err('there is no such message, or its endpoint is told nothing more');
    return exitCodes.failed;
  },
});
