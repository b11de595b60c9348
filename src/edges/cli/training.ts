/** Who read which policy: asked of the server that runs, as the API gives it. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { trainedActs, validDaysMax } from '../../core/access/training.ts';
import { columns } from './columns.ts';
import { command, exitCodes, type Input, UsageError } from './command.ts';
import { instantIn } from './list-operand.ts';
import { countOf, namesOf } from './operands.ts';
import { askPerson as ask } from './person.ts';

const standing = z.looseObject({
  policy: z.string(),
  version: z.number(),
  standing: z.string(),
  read: z.looseObject({ version: z.number(), at: z.string(), expiresAt: z.string() }).nullable(),
});
const roster = z.looseObject({
  data: z.array(
    z.looseObject({
      user: z.string(),
      name: z.string(),
      email: z.string(),
      policies: z.array(standing),
    }),
  ),
});
const policy = z.looseObject({
  id: z.string(),
  title: z.string(),
  version: z.number(),
  sha256: z.string().nullable(),
  validDays: z.number(),
  requiredFor: z.array(z.string()),
});
const policies = z.looseObject({ policies: z.array(policy), version: z.number() });

const policyOperand = { name: 'POLICY', about: 'Short name of a policy, such as recordings.' };

export const trainingList = command({
  summary: 'shows who read which policy, and until when it holds',
  about: 'Everybody whose account is in force, with every policy.',
  operands: [],
  options: {},
  examples: [
    { args: '', does: 'shows the roster' },
    { args: '--json', does: 'prints one JSON object for each person' },
  ],
  async run(input, parts) {
    const answer = await ask(parts, 'registers:read', { method: 'GET', path: '/training' });
    if (answer === null) return exitCodes.failed;
    const { data } = roster.parse(answer);
    const { out, err } = parts.terminal;
    if (input.json) {
      for (const one of data) out(JSON.stringify(one));
      return exitCodes.done;
    }
    const rows = data.flatMap(({ email, policies: all }) =>
      all.map((one) => [
        email,
        one.policy,
        String(one.version),
        one.standing,
        one.read === null ? '' : `version ${one.read.version}, ${one.read.at.slice(0, 10)}`,
        one.read?.expiresAt.slice(0, 10) ?? '',
      ]),
    );
    const head = ['WHO', 'POLICY', 'VERSION', 'STANDING', 'READ', 'UNTIL'];
    if (rows.length === 0) err('there is no policy, or nobody who signs in');
    else for (const text of columns([head, ...rows])) out(text);
    return exitCodes.done;
  },
});

type Option = 'title' | 'days' | 'document' | 'for' | 'remove';

export const trainingPolicy = command({
  summary: 'sets a policy that has to be read',
  about:
    'What is not given stays as it is. A document that differs from the last one makes a new version, ' +
    'which has to be read again. Whoever has not read it is refused what it is --for.',
  operands: [policyOperand],
  options: {
    title: { value: 'TITLE', about: 'What it is called.' },
    days: { value: 'N', about: 'How long a reading holds.', default: '365, for a new policy' },
    document: { value: 'FILE', about: 'What is read: its hash is kept, and decides the version.' },
    for: { value: 'ACTS', about: `By commas: ${trainedActs.join(', ')}; or none.` },
    remove: { about: 'Takes the policy away.' },
  },
  examples: [
    {
      args: "recordings --title 'Listening to recordings' --document policy.pdf --for listen,download",
      does: 'lets only those listen who have read it within a year',
    },
    { args: 'recordings --for none --json', does: 'requires it for nothing, and prints JSON' },
  ],
  async run(input: Input<Option>, parts) {
    const id = input.operands[0] ?? '';
    const path = '/settings/training';
    const acts = input.value('for');
    const requiredFor =
      acts === null ? null : acts === 'none' ? [] : namesOf(acts, 'for', trainedActs);
    const days = input.value('days') === null ? null : countOf(input, 'days', 365, validDaysMax);
    const sha256 = await hashOf(input.value('document'));
    const now = await ask(parts, 'registers:read', { method: 'GET', path });
    if (now === null) return exitCodes.failed;
    const { policies: all, version } = policies.parse(now);
    const before = all.find((one) => one.id === id);
    const title = input.value('title') ?? before?.title;
    if (title === undefined) throw new UsageError('a new policy needs --title');
    const isNewText = sha256 !== null && before !== undefined && before.sha256 !== sha256;
    const after = {
      id,
      title,
      version: before === undefined ? 1 : before.version + (isNewText ? 1 : 0),
      sha256: sha256 ?? before?.sha256 ?? null,
      validDays: days ?? before?.validDays ?? 365,
      requiredFor: requiredFor ?? before?.requiredFor ?? [],
    };
    const others = all.filter((one) => one.id !== id);
    const body = { policies: input.has('remove') ? others : [...others, after], version };
    const answer = await ask(parts, 'registers:write', { method: 'PUT', path, body });
    if (answer === null) return exitCodes.failed;
    if (input.json) parts.terminal.out(JSON.stringify(answer));
    else {
      const rows = policies
        .parse(answer)
        .policies.map((one) => [
          one.id,
          String(one.version),
          `${one.validDays} days`,
          one.requiredFor.join(', '),
          one.title,
        ]);
      const head = ['POLICY', 'VERSION', 'HOLDS', 'REQUIRED FOR', 'TITLE'];
      for (const text of columns([head, ...rows])) parts.terminal.out(text);
    }
    return exitCodes.done;
  },
});

async function hashOf(file: string | null): Promise<string | null> {
  if (file === null) return null;
  const bytes = await readFile(file).catch(() => null);
  if (bytes === null) throw new UsageError('--document names a file that cannot be read');
  return createHash('sha256').update(bytes).digest('hex');
}

export const trainingRecord = command({
  summary: 'vouches for it that somebody read a policy',
  about: 'The version in force, now or at a time before. People say so of themselves by the API.',
  operands: [{ name: 'EMAIL', about: 'Whose account it is.' }, policyOperand],
  options: { at: { value: 'TIME', about: 'When they read it.', default: 'now' } },
  examples: [
    { args: 'bob@example.com recordings', does: 'writes it down as of now' },
    { args: 'bob@example.com recordings --at 2026-03-02T09:00:00Z --json', does: 'as of then' },
  ],
  async run(input: Input<'at'>, parts) {
    const [email = '', id = ''] = input.operands;
    const at = instantIn('at', input.value('at'));
    const list = await ask(parts, 'registers:read', { method: 'GET', path: '/training' });
    if (list === null) return exitCodes.failed;
    const who = roster.parse(list).data.find((one) => one.email === email.toLowerCase());
    const version = who?.policies.find((one) => one.policy === id)?.version;
    if (who === undefined || version === undefined) {
      const what =
        who === undefined ? 'nobody signs in by this address' : 'there is no such policy';
      parts.terminal.err(`${what}; \`consentry training list\` shows them`);
      return exitCodes.failed;
    }
    const when = at === null ? {} : { at: new Date(at).toISOString() };
    const body = { user: who.user, policy: id, version, ...when };
    const path = '/training/readings';
    const answer = await ask(parts, 'registers:write', { method: 'POST', path, body });
    if (answer === null) return exitCodes.failed;
    const { data } = z.looseObject({ data: z.array(standing) }).parse(answer);
    const until = data.find((one) => one.policy === id)?.read?.expiresAt ?? '';
    if (input.json) parts.terminal.out(JSON.stringify(answer));
    else
      parts.terminal.out(
        `${who.email} has read ${id}, version ${version}; it holds until ${until}`,
      );
    return exitCodes.done;
  },
});
