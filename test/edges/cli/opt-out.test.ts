import { describe, expect, test } from 'vitest';
import type { ServerAsk } from '../../../src/edges/cli/parts.ts';
import { consentry, lines } from './console.ts';

const id = '0198c2f4-c5aa-4b6f-8d0a-2f0e9d1c4a77';
const since = '2026-03-02T00:00:00.000Z';
const listings = {
  number: '+1 415 ••••• 100',
  listings: [
    { channel: 'call', scope: 'all', listed: true, provisional: true, reason: 'request', since },
    { channel: 'text', scope: 'all', listed: false, provisional: false, reason: 'request', since },
  ],
};
const page = (next: string | null) => ({
  data: [{ id, number: '+1 415 ••••• 100', source: 'text', since, message: 'no more' }],
  next,
});

function played(...bodies: readonly object[]) {
  const asked: (readonly [string, ServerAsk])[] = [];
  const left = [...bodies];
  const askServer = async (scope: string, what: ServerAsk) => {
    asked.push([scope, what]);
    return new Response(JSON.stringify(left.shift() ?? {}), { status: 200 });
  };
  return { asked, askServer };
}

describe('opt-out', () => {
  test('add asks the server, and shows what stands', async () => {
    const { asked, askServer } = played(listings);
    const { code, out } = await consentry({ askServer }, 'opt-out', 'add', '+14155550100');
    expect(code).toBe(0);
    expect(asked).toEqual([
      [
        'lists:write',
        {
          method: 'POST',
          path: '/opt-outs',
          body: { number: '+14155550100', channel: 'both', scope: 'all' },
        },
      ],
    ]);
    expect(out).toMatch(/call +all +listed, to be looked at/);
    expect(out).toMatch(/text +all +lifted/);
  });

  test('list reads every page', async () => {
    const { asked, askServer } = played(page('abc'), page(null));
    const { code, out } = await consentry({ askServer }, 'opt-out', 'list');
    expect([code, lines(out).length]).toEqual([0, 3]);
    expect(asked.map(([, { path }]) => path)).toEqual([
      '/opt-outs?state=provisional&limit=200',
      '/opt-outs?state=provisional&limit=200&cursor=abc',
    ]);
    expect(out).toContain('"no more"');
  });

  test.each(['confirm', 'reject'])('%s says why', async (verb) => {
    const { asked, askServer } = played(listings);
    expect((await consentry({ askServer }, 'opt-out', verb, id)).code).toBe(2);
    const { code } = await consentry({ askServer }, 'opt-out', verb, id, '--reason', 'it is clear');
    expect([code, asked]).toEqual([
      0,
      [
        [
          'lists:write',
          { method: 'POST', path: `/opt-outs/${id}/${verb}`, body: { reason: 'it is clear' } },
        ],
      ],
    ]);
  });

  test('what is no id is a command line that cannot be meant', async () => {
    const reason = ['--reason', 'it is clear'];
    expect((await consentry({}, 'opt-out', 'reject', 'all', ...reason)).code).toBe(2);
  });
});
