import { describe, expect, test } from 'vitest';
import type { ServerAsk } from '../../../src/edges/cli/parts.ts';
import { consentry } from './console.ts';

const callId = '0198c2f4-7a10-4c56-8e21-5d0f4b6a9c33';
const partyId = '0198c2f4-c5aa-4b6f-8d0a-2f0e9d1c4a77';

/** A server that answers as it is told, and remembers what it was asked. */
function played(status: number, body: object | null) {
  const asked: (readonly [string, ServerAsk])[] = [];
  const askServer = async (scope: string, what: ServerAsk) => {
    asked.push([scope, what]);
    return new Response(body === null ? null : JSON.stringify(body), { status });
  };
  return { asked, askServer };
}

describe('party add', () => {
  const args = ['party', 'add', callId, '--role', 'joiner', '--to', '+442079460018'];

  test('asks the server to ring somebody, with a key of that scope', async () => {
    const { asked, askServer } = played(201, { id: partyId, role: 'joiner' });
    const { code, out } = await consentry({ askServer }, ...args);
    expect([code, out.trim()]).toEqual([0, `rings the joiner: ${partyId}`]);
    const body = { role: 'joiner', to: '+442079460018' };
    const path = `/calls/${callId}/parties`;
    expect(asked).toEqual([['calls:parties', { method: 'POST', path, body }]]);
  });

  test('prints what the server answers, and what it refuses', async () => {
    const good = played(201, { id: partyId, role: 'joiner' });
    const { out } = await consentry(good, ...args, '--flow', 'mine', '--json');
    expect(JSON.parse(out)).toEqual({ id: partyId, role: 'joiner' });
    expect(good.asked[0]?.[1].body).toMatchObject({ flow: 'mine' });
    const bad = played(409, { title: 'No.', detail: 'the call is over' });
    const refused = await consentry(bad, ...args);
    expect([refused.code, refused.err.trim()]).toEqual([1, 'the call is over']);
  });

  test.each([
    ['no call', ['party', 'add', 'abc', '--role', 'joiner', '--to', '+442079460018']],
    ['no role', ['party', 'add', callId, '--to', '+442079460018']],
    ['another role', ['party', 'add', callId, '--role', 'agent', '--to', '+442079460018']],
    ['nobody', ['party', 'add', callId, '--role', 'joiner']],
  ])('with %s says so, and asks nobody', async (_, wrong) => {
    const { code, err } = await consentry({}, ...wrong);
    expect(code).toBe(2);
    expect(err).not.toContain('442079460018');
  });
});

test.each([
  ['hold', { method: 'POST', body: { state: 'held' } }, 200, {}, 'is held'],
  ['release', { method: 'POST', body: { state: 'active' } }, 200, {}, 'is active'],
  ['drop', { method: 'DELETE' }, 204, null, 'hung up'],
] as const)('party %s', async (verb, what, status, body, said) => {
  const { asked, askServer } = played(status, body);
  const { code, out } = await consentry({ askServer }, 'party', verb, callId, partyId);
  expect([code, out.trim()]).toEqual([0, said]);
  const path = `/calls/${callId}/parties/${partyId}`;
  expect(asked).toEqual([['calls:parties', { path, ...what }]]);
});
