import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { audited } from '../../../src/edges/cli/command-audit.ts';
import type { CommandParts, CommandStores } from '../../../src/edges/cli/parts.ts';
import { seedCall } from '../../support/seed-call.ts';
import { type ApiServer, startApi } from '../http/api/support.ts';
import { consentry, jsonLines, lines, type World } from './console.ts';

let server: ApiServer;
let world: World;
let key: string;
const number = '+4915112345678';

beforeAll(async () => {
  server = await startApi();
  const { parts, tenant } = server;
  const { clock, random } = parts;
  const { accounts, sessions, hasher, breaches, policy, keys } = parts;
  world = {
    stores: {
      tenantId: tenant.id,
      audit: parts,
      users: { accounts, sessions, hasher, breaches, policy, clock, random },
      keys: { keys, clock, random },
    },
  };
  key = await server.key(['calls:read']);
  const call = await seedCall(server.database.sql, tenant, { parties: [{ number }] });
  await server.get(`/v1/calls/${call.id}`, key);
  server.time.now += 1;
  await server.get('/v1/recordings', key);
});
afterAll(() => server.close());

const list = (...args: readonly string[]) => {
  server.time.now += 1;
  return consentry(world, 'audit', 'list', ...args);
};

describe('audit list [cap 71]', () => {
  test('shows who did what, newest first, and that it was asked', async () => {
    const { code, out } = await list('--json');
    expect(code).toBe(0);
    const rows = jsonLines(out).map(({ operation, allowed }) => [operation, allowed]);
    expect(rows.slice(-2)).toEqual([
      ['listRecordings', false],
      ['getCall', true],
    ]);
    const again = jsonLines((await list('--json')).out);
    expect(again[0]).toMatchObject({ operation: 'audit list', by: { as: 'operator' } });
  });

  test('takes a person by their number, a kind, and what was refused', async () => {
    const asked = async (...args: readonly string[]) =>
      jsonLines((await list('--json', ...args)).out).map(({ operation }) => operation);
    expect(await asked('--person', number, '--kind', 'read')).toEqual(['getCall']);
    expect(await asked('--refused')).toEqual(['listRecordings']);
    expect(await asked('--user', 'nobody')).toEqual([]);
    expect(await asked('--limit', '1')).toHaveLength(1);
  });

  test('is a table for people, without a number in it', async () => {
    const { out } = await list('--kind', 'read');
    expect(lines(out)[0]).toMatch(/^WHEN +WHO +AS +DID +BY +PERSONS/);
    expect(lines(out)[1]).toMatch(/test +key +read +getCall +1$/);
    expect(out).not.toContain(number.slice(1));
  });

  test.each([
    [['--kind', 'stare'], 2],
    [['--since', 'yesterday'], 2],
    [['--person', 'Ann'], 2],
    [['--person', randomUUID()], 1],
    [['--user', 'nobody@example.com'], 1],
  ])('%j is refused', async (args, code) => {
    expect((await list(...args)).code).toBe(code);
  });

  test('shows nothing if it cannot be written down', async () => {
    const broken = { ...server.parts, audit: { ...server.parts.audit, add: fail } };
    const stores = { ...world.stores, audit: broken };
    const { code, out } = await consentry({ stores }, 'audit', 'list');
    expect([code, out]).toEqual([1, '']);
  });
});

describe('a command that shows or changes something [cap 70]', () => {
  const tasks = () => ({ ...world.stores, tasks: server.parts });

  test('is written down before it does', async () => {
    expect((await consentry({ stores: tasks() }, 'task', 'list')).code).toBe(0);
    const rows = jsonLines((await list('--kind', 'search', '--json')).out);
    expect(rows.find(({ operation }) => operation === 'task list')).toMatchObject({
      by: { id: 'operator', as: 'operator', name: null },
      allowed: true,
    });
  });

  test('says whose data it names', async () => {
    const { sql } = server.database;
    const parties = [{ number: '+4915112345679', recording: {} }];
    const call = await seedCall(sql, server.tenant, { parties });
    const recording = String(call.parties[0]?.recordingId);
    const stores = world.stores as CommandStores;
    const parts = { openStores: async () => stores } as unknown as CommandParts;
    await audited('recording export', [recording], parts).openStores();
    const [row] = jsonLines(
      (await list('--person', '+4915112345679', '--kind', 'download', '--json')).out,
    );
    expect(row).toMatchObject({
      kind: 'download',
      operation: 'recording export',
      subject: { recording },
    });
  });

  test('that was refused after it was let in has a second row, which names the first', async () => {
    const { code } = await consentry({ stores: tasks() }, 'task', 'done', randomUUID());
    expect(code).toBe(1);
    const rows = jsonLines((await list('--kind', 'change', '--json')).out);
    const ours = rows.filter(({ operation }) => operation === 'task done');
    const [first, second] = ours.toSorted((a, b) => Number(b['allowed']) - Number(a['allowed']));
    expect([ours.length, first?.['allowed'], second?.['allowed']]).toEqual([2, true, false]);
    expect(second?.['subject']).toMatchObject({ entry: first?.['id'] });
  });

  test('does nothing if it cannot be written down', async () => {
    const audit = { ...server.parts, audit: { ...server.parts.audit, add: fail } };
    const { code, out, err } = await consentry({ stores: { ...tasks(), audit } }, 'task', 'list');
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('cannot be written down');
  });
});

const fail = () => Promise.reject(new Error('the disk is full'));
