import { createKey, revokeKey } from '../../app/api-keys.ts';
import type { ApiKey } from '../../app/api-ports.ts';
import { scopes } from '../../core/access/scope.ts';
import { command, exitCodes, UsageError } from './command.ts';
import { instantIn } from './list-operand.ts';
import { idOf, namesOf } from './operands.ts';
import { withStores } from './parts.ts';
import { printRows } from './print-rows.ts';

export const keyList = command({
  summary: 'shows the API keys that were not revoked',
  about:
    'Shows names, scopes, last use and when they expire. Nobody can show a key itself: only its hash is kept.',
  operands: [],
  options: {},
  examples: [
    { args: '', does: 'shows the keys, oldest first' },
    { args: '--json', does: 'prints one JSON object a line' },
  ],
  run(input, parts) {
    const { terminal } = parts;
    return withStores(parts, async ({ keys, tenantId }) => {
      const found = await keys.keys.list(tenantId);
      const none = 'there are no API keys';
      printRows(input, terminal, found, { head, cells: rowOf, none, view: viewKey });
      return exitCodes.done;
    });
  },
});

/** What the API takes as a name: something to tell keys apart by. */
const nameForm = /^[^\p{C}]{1,100}$/u;

export const keyCreate = command({
  summary: 'makes an API key and prints it, this once',
  about:
    'The key is sent as a bearer token: `Authorization: Bearer csk_…`. It is printed now and ' +
    'never again. No scope implies another; admin stands for all of them.',
  operands: [],
  options: {
    name: { value: 'NAME', about: 'The service that will use it. Must be given.' },
    scopes: {
      value: 'SCOPES',
      about: `What it may do, with commas between. Must be given. Allowed: ${scopes.join(', ')}.`,
    },
    'per-second': {
      value: 'N',
      about: 'How often it may ask, in requests a second; 0 without limit.',
      default: 'as any key: API_PER_SECOND, which does not count screening',
    },
    expires: { value: 'INSTANT', about: 'From when on it is refused.', default: 'never' },
  },
  examples: [
    {
      args: '--name dialer --scopes screen --per-second 5000',
      does: 'makes a key for a dialer, which may ask that often',
    },
    {
      args: '--name report --scopes calls:read,recordings:read --expires 2027-04-01T00:00Z',
      does: 'makes a key that reads calls and recordings, without their audio, until April',
    },
    { args: '--name automation --scopes admin --json', does: 'prints the key as JSON' },
  ],
  run(input, parts) {
    const name = input.value('name');
    const wanted = input.value('scopes');
    if (name === null || wanted === null) {
      throw new UsageError(`${name === null ? '--name' : '--scopes'} is missing`);
    }
    if (!nameForm.test(name)) {
      throw new UsageError('--name cannot be that; allowed: 1 to 100 characters of one line');
    }
    const perSecond = rateOf(input.value('per-second'));
    const expiresAt = instantIn('expires', input.value('expires'));
    const asked = {
      name,
      scopes: namesOf(wanted, 'scopes', scopes),
      ...(perSecond !== null && { perSecond }),
      ...(expiresAt !== null && { expiresAt }),
    };
    return withStores(parts, async ({ keys, tenantId }) => {
      const { record, key } = await createKey(keys, tenantId, null, asked);
      const { terminal } = parts;
      if (input.json) terminal.out(JSON.stringify({ ...viewKey(record), key }));
      else {
        terminal.out(key);
        terminal.err(`made ${record.id}; the key is not shown again`);
      }
      return exitCodes.done;
    });
  },
});

export const keyRevoke = command({
  summary: 'revokes an API key',
  about: 'Every process refuses the key within five seconds. It cannot be brought back.',
  operands: [{ name: 'ID', about: 'The id of the key, as `consentry key list` shows it.' }],
  options: {},
  examples: [
    { args: '0198c2f4-c5aa-4b6f-8d0a-2f0e9d1c4a77', does: 'revokes the key' },
    { args: '0198c2f4-c5aa-4b6f-8d0a-2f0e9d1c4a77 --json', does: 'prints {id, revoked}' },
  ],
  run(input, parts) {
    const id = idOf(input.operands[0], 'an API key', 'key list');
    return withStores(parts, async ({ keys, tenantId }) => {
      await revokeKey(keys, tenantId, null, id);
      const text = `revoked ${id}; every process refuses it within five seconds`;
      parts.terminal.out(input.json ? JSON.stringify({ id, revoked: true }) : text);
      return exitCodes.done;
    });
  },
});

function rateOf(text: string | null): number | null {
  if (text === null) return null;
  if (!/^\d{1,6}$/.test(text)) {
    throw new UsageError('--per-second cannot be that; allowed: a number from 0 to 999999');
  }
  return Number(text);
}

const iso = (at: number): string => new Date(at).toISOString();

/** As the API shows it. */
function viewKey({ expiresAt, ...rest }: ApiKey) {
  const { id, name, scopes: held, createdAt, lastUsedAt, perSecond } = rest;
  const used = lastUsedAt === null ? null : iso(lastUsedAt);
  return {
    id,
    name,
    scopes: held,
    createdAt: iso(createdAt),
    lastUsedAt: used,
    perSecond: perSecond ?? null,
    expiresAt: expiresAt === undefined ? null : iso(expiresAt),
  };
}

const head = ['ID', 'NAME', 'CREATED', 'LAST USED', 'EXPIRES', 'SCOPES'];

function rowOf({ expiresAt, ...rest }: ApiKey): readonly string[] {
  const { id, name, scopes: held, createdAt, lastUsedAt } = rest;
  const used = lastUsedAt === null ? 'never' : iso(lastUsedAt);
  const ends = expiresAt === undefined ? 'never' : iso(expiresAt);
  return [id, name, iso(createdAt), used, ends, held.join(',')];
}
