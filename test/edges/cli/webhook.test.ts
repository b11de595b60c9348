import { describe, expect, test } from 'vitest';
import type { ServerAsk } from '../../../src/edges/cli/parts.ts';
import { consentry, lines } from './console.ts';

const id = '0198c2f4-c5aa-4b6f-8d0a-2f0e9d1c4a77';
const one = { id, url: 'https://crm.example.com/', events: ['*'], stoppedAt: null };
const delivery = {
  id,
  type: 'consent.granted',
  state: 'waiting',
  attempts: 2,
  status: 500,
  madeAt: '2026-03-02T00:00:00.000Z',
};

function played(body: object | null, status = 200) {
  const asked: (readonly [string, ServerAsk])[] = [];
  const askServer = async (scope: string, what: ServerAsk) => {
    asked.push([scope, what]);
    return new Response(body === null ? null : JSON.stringify(body), { status });
  };
  return { asked, askServer };
}

describe('webhook', () => {
  test('add prints the secret, once', async () => {
    const { asked, askServer } = played({ ...one, secret: 'whsec_abc' }, 201);
    const args = ['https://crm.example.com/', '--events', 'consent.granted,opt-out.listed'];
    const { code, out } = await consentry({ askServer }, 'webhook', 'add', ...args);
    expect([code, lines(out).at(-1)]).toEqual([0, 'whsec_abc']);
    const events = ['consent.granted', 'opt-out.listed'];
    expect(asked).toEqual([
      ['webhooks:write', { method: 'POST', path: '/webhooks', body: { url: args[0], events } }],
    ]);
  });

  test('list and deliveries are tables', async () => {
    const list = await consentry(played({ data: [one] }), 'webhook', 'list');
    expect(list.out).toMatch(/https:\/\/crm\.example\.com\/ +\*/);
    const told = await consentry(played({ data: [delivery] }), 'webhook', 'deliveries', id);
    expect(told.out).toMatch(/consent\.granted +waiting +2 +500 +2026/);
  });

  test.each([
    [['rotate', id], { secret: 'whsec_new' }, 200, `/webhooks/${id}/secret`, 'whsec_new\n'],
    [['test', id], { delivery: id }, 201, `/webhooks/${id}/test`, 'it is on its way\n'],
    [['again', id, id], null, 204, `/webhooks/${id}/deliveries/${id}/again`, ''],
    [['remove', id], null, 204, `/webhooks/${id}`, ''],
  ])('%j asks the server', async (argv, body, status, path, printed) => {
    const { asked, askServer } = played(body, status);
    const { code, out } = await consentry({ askServer }, 'webhook', ...argv);
    expect([code, asked[0]?.[1].path, out]).toEqual([0, path, printed]);
  });

  test.each([
    ['remove', id],
    ['again', id, id],
  ])('%s of what is not there fails', async (...argv) => {
    const { code, err } = await consentry(played({}, 404), 'webhook', ...argv);
    expect([code, err]).toEqual([1, expect.stringContaining('there is no such')]);
  });
});
