/** The facts on processing, and who accepted them: asked of the server that runs. */
import { z } from 'zod';
import { columns } from './columns.ts';
import { command, exitCodes, type Input, UsageError } from './command.ts';
import { askPerson as ask } from './person.ts';

const facts = z.looseObject({ hash: z.string(), version: z.number(), text: z.string() });
const acceptance = z.looseObject({
  hash: z.string(),
  version: z.number(),
  name: z.string(),
  capacity: z.string(),
  at: z.string(),
});
const acceptances = z.looseObject({ state: z.string(), data: z.array(acceptance) });
const factsPath = '/notices/processing';

export const agreementShow = command({
  summary: 'prints the facts on processing, made of the registers as they are now',
  about:
    'Purposes, kinds of data, sub-processors, places, retention and measures: the annex of an ' +
    'agreement on processing. The last line is the hash that is accepted.',
  operands: [],
  options: {},
  examples: [
    { args: '', does: 'prints them' },
    { args: '--json', does: 'prints them as JSON, with text, markup and hash' },
  ],
  async run(input, parts) {
    const answer = await ask(parts, 'registers:read', { method: 'GET', path: factsPath });
    if (answer === null) return exitCodes.failed;
    const { hash, version, text } = facts.parse(answer);
    if (input.json) parts.terminal.out(JSON.stringify(answer));
    else parts.terminal.out(`${text.trimEnd()}\n\nVersion ${version}, SHA-256 ${hash}`);
    return exitCodes.done;
  },
});

export const agreementAccept = command({
  summary: 'accepts the facts on processing',
  about: 'Exactly those that were read, by their hash; if they changed since, nothing is accepted.',
  operands: [{ name: 'HASH', about: 'As `agreement show` prints it.' }],
  options: {
    name: { value: 'NAME', about: 'Who binds the business.' },
    capacity: { value: 'WORDS', about: 'As what, such as managing director.' },
  },
  examples: [
    {
      args: "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8 --name 'Ann Muster' --capacity 'managing director'",
      does: 'accepts them',
    },
    {
      args: '5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8 --name Ann --capacity owner --json',
      does: 'prints the acceptance as JSON',
    },
  ],
  async run(input: Input<'name' | 'capacity'>, parts) {
    const hash = input.operands[0] ?? '';
    const [name, capacity] = [input.value('name'), input.value('capacity')];
    if (name === null || capacity === null) throw new UsageError('give --name and --capacity');
    if (!/^[0-9a-f]{64}$/.test(hash)) throw new UsageError('HASH is 64 hexadecimal digits');
    const asked = {
      method: 'POST',
      path: `/agreements/${hash}`,
      body: { name, capacity },
    } as const;
    const answer = await ask(parts, 'registers:write', asked);
    if (answer === null) return exitCodes.failed;
    const { version, at } = acceptance.parse(answer);
    parts.terminal.out(
      input.json ? JSON.stringify(answer) : `version ${version} was accepted at ${at}`,
    );
    return exitCodes.done;
  },
});

export const agreementList = command({
  summary: 'shows who accepted which facts on processing',
  about: 'Newest first, and whether what is done now is what was accepted last.',
  operands: [],
  options: {},
  examples: [
    { args: '', does: 'shows the acceptances' },
    { args: '--json', does: 'prints them as JSON' },
  ],
  async run(input, parts) {
    const answer = await ask(parts, 'registers:read', { method: 'GET', path: '/agreements' });
    if (answer === null) return exitCodes.failed;
    const { state, data } = acceptances.parse(answer);
    const { out, err } = parts.terminal;
    if (input.json) {
      out(JSON.stringify(answer));
      return exitCodes.done;
    }
    if (state === 'missing') err('nobody has accepted the facts yet');
    if (state === 'outdated') err('the facts are others than those that were accepted last');
    const rows = data.map((one) => [one.at, String(one.version), one.name, one.capacity, one.hash]);
    const head = ['WHEN', 'VERSION', 'WHO', 'AS WHAT', 'HASH'];
    if (rows.length > 0) for (const text of columns([head, ...rows])) out(text);
    return exitCodes.done;
  },
});
