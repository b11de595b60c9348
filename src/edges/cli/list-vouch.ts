import { writeAudit } from '../../app/audit.ts';
import { dropImport, findImport, vouchFor } from '../../app/list-jobs.ts';
import { signIn } from '../../app/sign-in.ts';
import { viewJob } from '../../app/view-lists.ts';
import { scopesOf } from '../../core/access/role.ts';
import { allows } from '../../core/access/scope.ts';
import { ConsentryError } from '../../core/error.ts';
import { command, exitCodes, type Input, UsageError } from './command.ts';
import { listIn } from './list-operand.ts';
import { printJob, runWaiting } from './list-run.ts';
import { countOf, idOf } from './operands.ts';
import { type CommandStores, withStores } from './parts.ts';
import { printRows } from './print-rows.ts';
import { readText } from './read-input.ts';

const idOperand = { name: 'ID', about: 'The import, as `consentry list imports` shows it.' };
const exampleId = '0198c2f4-c5aa-4b6f-8d0a-2f0e9d1c4a77';
const head = ['ID', 'LIST', 'KIND', 'STATE', 'NUMBERS', 'BEGAN', 'STANDS AGAINST IT'];

export const listImports = command({
  summary: 'shows imports of lists, how far they are, and what stands against them',
  about: 'Newest first, with what was undone and retired.',
  operands: [],
  options: {
    list: { value: 'LIST', about: 'Only of this list.' },
    limit: { value: 'N', about: 'Shows this many at most.', default: '50' },
  },
  examples: [
    { args: '', does: 'shows the last fifty' },
    { args: '--list national-US --json', does: 'prints one JSON object a line' },
  ],
  run(input, parts) {
    const { terminal } = parts;
    const name = input.value('list');
    const list = name === null ? null : listIn([name]);
    const limit = countOf(input, 'limit', 50, 200);
    return withStores(parts, async ({ lists }) => {
      const { rows } = await lists.jobs.list(list, { limit, after: null });
      printRows(input, terminal, rows.map(viewJob), {
        head,
        none: 'no list was imported yet',
        cells: (one) => [
          one.id,
          one.list,
          one.dryRun ? `${one.kind}, dry run` : one.kind,
          one.state,
          one.total === null ? '' : String(one.total),
          one.madeAt,
          one.faultDetail ?? one.fault ?? one.doubts.map(({ text }) => text).join('; '),
        ],
      });
      return exitCodes.done;
    });
  },
});

export const listVouch = command({
  summary: 'lets an import that is held come into force, once two different people have vouched',
  about:
    'Who vouches signs in, and needs a role with `lists:vouch`; the same person twice is one. The ' +
    'password is read from a file, or from standard input.',
  operands: [idOperand],
  options: {
    user: { value: 'EMAIL', about: 'The address you sign in with. Must be given.' },
    reason: { value: 'TEXT', about: 'Why it is right all the same; kept in the audit.' },
    'password-file': { value: 'FILE', about: 'Holds the password.', default: 'standard input' },
    code: { value: 'CODE', about: 'Of the authenticator app, where you have one.' },
  },
  examples: [
    {
      args: `${exampleId} --user ann@example.com --reason "counted by hand" --password-file ann.txt`,
      does: 'vouches as Ann',
    },
    {
      args: `${exampleId} --user bob@example.com --reason "counted by hand" --json`,
      does: 'vouches as Bob, whose password comes from standard input, and prints JSON',
    },
  ],
  async run(input, parts) {
    const id = idOf(input.operands[0], 'an import', 'list imports');
    const email = input.value('user');
    const reason = input.value('reason')?.trim() ?? '';
    if (email === null) throw new UsageError('--user is missing');
    if (reason.length < 3 || reason.length > 500) {
      throw new UsageError('--reason says why, in 3 to 500 characters');
    }
    const { terminal } = parts;
    const password = await readText(terminal, input.value('password-file') ?? '-', 4_096);
    return withStores(parts, async (stores) => {
      const { lists } = stores;
      const by = await voucher(stores, input, email, password.replace(/\r?\n$/, ''));
      const act = { act: 'change', operation: 'list vouch', persons: [], reason } as const;
      const asker = { by: by.id, as: 'user', address: null } as const;
      const about = { ...act, allowed: by.mayVouch, subject: { import: id } };
      await writeAudit(stores.audit, asker, about);
      if (!by.mayVouch) {
        throw new ConsentryError('forbidden', 'this needs a role with the scope lists:vouch');
      }
      await findImport(lists, id);
      const vouched = await vouchFor(lists, id, by.id);
      const job = vouched.state === 'waiting' ? await runWaiting(lists, terminal, id) : vouched;
      const code = printJob(terminal, job, input.json);
      return job.state === 'held' ? exitCodes.done : code;
    });
  },
});

/** The session is for nothing else, and ends at once. */
async function voucher(
  { users }: CommandStores,
  input: Input<'code'>,
  email: string,
  password: string,
) {
  const code = input.value('code') ?? undefined;
  const signedIn = await signIn(users, { email, password, code, address: 'command line' });
  const { user, sessionId, restricted } = signedIn;
  await users.sessions.end(user.id, sessionId, users.clock.now());
  const mayVouch = !restricted && allows(scopesOf[user.role], 'lists:vouch');
  return { id: user.id, mayVouch };
}

export const listDrop = command({
  summary: 'drops an import that is not over',
  about: 'What is held never comes into force then. What is over is undone instead.',
  operands: [idOperand],
  options: {},
  examples: [
    { args: exampleId, does: 'drops it' },
    { args: `${exampleId} --json`, does: 'prints {id, dropped}' },
  ],
  run(input, parts) {
    const id = idOf(input.operands[0], 'an import', 'list imports');
    return withStores(parts, async ({ lists }) => {
      await dropImport(lists, id);
      parts.terminal.out(input.json ? JSON.stringify({ id, dropped: true }) : `dropped: ${id}`);
      return exitCodes.done;
    });
  },
});
