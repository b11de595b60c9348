/** Who is on a running call: asked of the server that runs it, as the API does. */
import { z } from 'zod';
import { addedRoles } from '../../app/add-party.ts';
import { allowedText } from '../../core/nearest.ts';
import {
  type Command,
  command,
  exitCodes,
  type Input,
  type Operand,
  UsageError,
} from './command.ts';
import { idOf } from './operands.ts';
import type { CommandParts, ServerAsk } from './parts.ts';

const callForm = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|CA[0-9a-f]{32})$/;
const exampleCall = '0198c2f4-7a10-4c56-8e21-5d0f4b6a9c33';
const exampleParty = '0198c2f4-c5aa-4b6f-8d0a-2f0e9d1c4a77';

const callOperand: Operand = {
  name: 'CALL',
  about: "The call's id, or the CallSid of any of its legs.",
};
const partyOperand: Operand = {
  name: 'PARTY',
  about: 'The id of the party, as the call shows it.',
};

const problem = z.looseObject({ title: z.string(), detail: z.string() });
const rung = z.looseObject({ id: z.string(), role: z.string() });

function callOf(text: string | undefined): string {
  if (callForm.test(text ?? '')) return text ?? '';
  throw new UsageError('CALL is not the id of a call; allowed: its id, or the CallSid of a leg');
}

/** Prints what the server answered; `done` is the sentence where nobody asked for JSON. */
async function ask(
  parts: CommandParts,
  json: boolean,
  what: ServerAsk,
  done: (answer: unknown) => string,
): Promise<number> {
  const response = await parts.askServer('calls:parties', what);
  const answer: unknown = response.status === 204 ? { done: true } : await response.json();
  if (!response.ok) {
    const { title, detail } = problem.parse(answer);
    parts.terminal.err(detail === '' ? title : detail);
    return exitCodes.failed;
  }
  parts.terminal.out(json ? JSON.stringify(answer) : done(answer));
  return exitCodes.done;
}

export const partyAdd = command({
  summary: 'rings somebody and adds them to a running call',
  about:
    'They are asked on their own leg before they are connected. While somebody who has not allowed ' +
    'it is on the call, nobody is recorded.',
  operands: [callOperand],
  options: {
    role: {
      value: 'ROLE',
      about: 'Whether the call is passed to them, or they come in addition.',
      allowed: addedRoles,
    },
    to: { value: 'ADDRESS', about: 'Whom to ring: a number in international form, or sip:…' },
    flow: {
      value: 'NAME',
      about: 'What they are asked by.',
      default: 'the flow named as the role',
    },
  },
  examples: [
    { args: `${exampleCall} --role transferee --to +442079460018`, does: 'passes the call on' },
    { args: `${exampleCall} --role joiner --to +442079460018 --json`, does: 'prints the party' },
  ],
  run(input, parts) {
    const call = callOf(input.operands[0]);
    const role = input.value('role');
    const to = input.value('to');
    if (role === null || to === null) throw new UsageError('say --role and --to');
    if (!addedRoles.some((one) => one === role)) {
      throw new UsageError(`--role has “${role}”${allowedText(role, addedRoles)}`);
    }
    const flow = input.value('flow');
    const body = { role, to, ...(flow !== null && { flow }) };
    const what = { method: 'POST', path: `/calls/${call}/parties`, body } as const;
    return ask(parts, input.json, what, (answer) => {
      const { id } = rung.parse(answer);
      return `rings the ${role}: ${id}`;
    });
  },
});

function moving(spec: Pick<Command, 'summary' | 'about'>, move: 'held' | 'active' | null): Command {
  return command({
    ...spec,
    operands: [callOperand, partyOperand],
    options: {},
    examples: [
      { args: `${exampleCall} ${exampleParty}`, does: 'does it' },
      { args: `${exampleCall} ${exampleParty} --json`, does: 'prints the answer as JSON' },
    ],
    run: (input: Input, parts) => {
      const path = `/calls/${callOf(input.operands[0])}/parties/${idOf(input.operands[1], 'a party', 'party add')}`;
      const what: ServerAsk =
        move === null
          ? { method: 'DELETE', path }
          : { method: 'POST', path, body: { state: move } };
      return ask(parts, input.json, what, () => (move === null ? 'hung up' : `is ${move}`));
    },
  });
}

export const partyHold = moving(
  {
    summary: 'puts a party on hold',
    about: 'They hear music and nobody hears them. Nothing is recorded of anybody meanwhile.',
  },
  'held',
);

export const partyRelease = moving(
  {
    summary: 'takes a party off hold',
    about: 'Recording goes on where it is allowed, once the carrier has let them go.',
  },
  'active',
);

export const partyDrop = moving(
  {
    summary: 'hangs a party up, or stops ringing them',
    about: 'When nobody is left with the caller, the call is over.',
  },
  null,
);
