import type { User } from '../../app/account-ports.ts';
import { addUser, changeUser, resetUser } from '../../app/users.ts';
import { isUserRole, userRoles } from '../../core/access/role.ts';
import { ConsentryError } from '../../core/error.ts';
import { command, exitCodes, UsageError } from './command.ts';
import { type CommandParts, withStores } from './parts.ts';
import { printRows } from './print-rows.ts';

const nameForm = /^[^\p{C}]{1,100}$/u;
/** What mail systems take, roughly: the first sign-in shows whether it was right. */
const emailForm = /^[^\s@]+@[^\s@]+$/;
const who = { name: 'EMAIL', about: "The person's address, as they sign in with it." };

const head = ['EMAIL', 'NAME', 'ROLE', 'SECOND FACTOR', 'STATE'];

export const userList = command({
  summary: 'shows who can sign in',
  about: 'Everybody with an account, oldest first, also those whose account is out of force.',
  operands: [],
  options: {},
  examples: [
    { args: '', does: 'shows the accounts' },
    { args: '--json', does: 'prints one JSON object a line' },
  ],
  run(input, parts) {
    const { terminal } = parts;
    return withStores(parts, async ({ users }) => {
      const found = await users.accounts.list();
      printRows(input, terminal, found, {
        head,
        cells: rowOf,
        none: 'nobody has an account',
        view,
      });
      return exitCodes.done;
    });
  },
});

export const userAdd = command({
  summary: 'makes an account for a person',
  about:
    'Prints a first password, this once; it has to be changed at the first sign-in. One person, ' +
    'one account: an address can have one only.',
  operands: [who],
  options: {
    name: { value: 'NAME', about: 'What the person is called. Must be given.' },
    role: {
      value: 'ROLE',
      about: 'What the person may do.',
      allowed: userRoles,
      default: 'agent',
    },
  },
  examples: [
    {
      args: 'ann@example.com --name "Ann Meyer" --role administrator',
      does: 'makes the first administrator',
    },
    { args: 'bob@example.com --name Bob --role supervisor --json', does: 'prints JSON' },
  ],
  run(input, parts) {
    const email = emailOf(input.operands[0]);
    const name = input.value('name');
    if (name === null) throw new UsageError('--name is missing');
    if (!nameForm.test(name)) {
      throw new UsageError('--name cannot be that; allowed: 1 to 100 characters of one line');
    }
    const role = roleOf(input.value('role') ?? 'agent');
    return withStores(parts, async ({ users, tenantId }) => {
      const { user, password } = await addUser(users, tenantId, null, { email, name, role });
      return printPassword(parts, input.json, user, password);
    });
  },
});

export const userSet = command({
  summary: 'gives a person another role, or takes their account out of force',
  about: 'All their sessions end. The last administrator stays one.',
  operands: [who],
  options: {
    role: { value: 'ROLE', about: 'The new role.', allowed: userRoles },
    disable: { about: 'Takes the account out of force.' },
    enable: { about: 'Puts it back in force.' },
  },
  examples: [
    { args: 'bob@example.com --role manager', does: 'makes Bob a manager' },
    { args: 'bob@example.com --disable', does: 'lets Bob sign in no more' },
  ],
  run(input, parts) {
    const email = emailOf(input.operands[0]);
    if (input.has('disable') && input.has('enable')) {
      throw new UsageError('--disable and --enable exclude each other');
    }
    const role = input.value('role');
    const disabled = input.has('disable') ? true : input.has('enable') ? false : undefined;
    if (role === null && disabled === undefined) {
      throw new UsageError('nothing to change; give --role, --disable or --enable');
    }
    const change = { disabled, ...(role !== null && { role: roleOf(role) }) };
    return withStores(parts, async ({ users }) => {
      const user = await changeUser(users, null, (await findByEmail(users, email)).id, change);
      parts.terminal.out(input.json ? JSON.stringify(view(user)) : rowOf(user).join('  '));
      return exitCodes.done;
    });
  },
});

export const userReset = command({
  summary: 'for who lost their password or second factor',
  about: 'Prints a first password again. The second factor and all sessions are gone.',
  operands: [who],
  options: {},
  examples: [
    { args: 'ann@example.com', does: 'lets Ann begin anew' },
    { args: 'ann@example.com --json', does: 'prints JSON' },
  ],
  run(input, parts) {
    const email = emailOf(input.operands[0]);
    return withStores(parts, async ({ users }) => {
      const { id } = await findByEmail(users, email);
      const { user, password } = await resetUser(users, null, id);
      return printPassword(parts, input.json, user, password);
    });
  },
});

async function findByEmail(
  { accounts }: { accounts: { list(): Promise<readonly User[]> } },
  email: string,
): Promise<User> {
  const same = email.toLowerCase();
  const user = (await accounts.list()).find((one) => one.email.toLowerCase() === same);
  if (user === undefined) {
    throw new ConsentryError('not_found', 'nobody has an account of that address; see `user list`');
  }
  return user;
}

function printPassword(
  { terminal }: CommandParts,
  json: boolean,
  user: User,
  password: string,
): number {
  if (json) terminal.out(JSON.stringify({ ...view(user), password }));
  else {
    terminal.out(password);
    terminal.err(`first password of ${user.email} (${user.role}); it is not shown again`);
  }
  return exitCodes.done;
}

function emailOf(text: string | undefined): string {
  const email = text?.trim() ?? '';
  if (!emailForm.test(email)) throw new UsageError('EMAIL has to be an address such as a@b.com');
  return email;
}

function roleOf(text: string) {
  if (!isUserRole(text)) throw new UsageError(`--role; allowed: ${userRoles.join(', ')}`);
  return text;
}

function view({ id, email, name, role, hasSecondFactor, createdAt, disabledAt }: User) {
  const iso = (at: number) => new Date(at).toISOString();
  const disabled = disabledAt === null ? null : iso(disabledAt);
  return {
    id,
    email,
    name,
    role,
    hasSecondFactor,
    createdAt: iso(createdAt),
    disabledAt: disabled,
  };
}

function rowOf({ email, name, role, hasSecondFactor, disabledAt }: User): readonly string[] {
  const state = disabledAt === null ? 'in force' : 'out of force';
  return [email, name, role, hasSecondFactor ? 'yes' : 'no', state];
}
