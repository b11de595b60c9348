import { describe, expect, test } from 'vitest';
import type { ServerAsk } from '../../../src/edges/cli/parts.ts';
import { consentry } from './console.ts';

/** A server that answers as it is told, and remembers what it was asked. */
function played(status: number, body: object) {
  const asked: (readonly [string, ServerAsk])[] = [];
  const askServer = async (scope: string, what: ServerAsk) => {
    asked.push([scope, what]);
    return new Response(JSON.stringify(body), { status });
  };
  return { asked, askServer };
}

const path = '/persons/%2B14155550100';
const certificate = {
  proved: true,
  receiptId: 'r',
  finishedAt: '2026-03-02T00:00:00.000Z',
  steps: [{ step: 'recordings', found: 'gone', left: 0 }],
  beyond: ['Leaves stay.'],
};

describe('person [cap 47] [cap 51]', () => {
  test('inventory shows categories and rows', async () => {
    const categories = [{ category: 'voice', rows: 2, places: [] }];
    const { asked, askServer } = played(200, { erased: false, categories });
    const { code, out } = await consentry({ askServer }, 'person', 'inventory', '+14155550100');
    expect(code).toBe(0);
    expect(out).toMatch(/voice\s+2/);
    expect(asked).toEqual([['persons:read', { method: 'GET', path }]]);
  });

  test('[cap 50] export prints what the server answers', async () => {
    const { asked, askServer } = played(200, { id: 'p', facts: [] });
    const { out } = await consentry({ askServer }, 'person', 'export', '+14155550100', '--json');
    expect(JSON.parse(out)).toEqual({ id: 'p', facts: [] });
    expect(asked).toEqual([['persons:export', { method: 'GET', path: `${path}/export` }]]);
  });

  test('erase prints the certificate', async () => {
    const { asked, askServer } = played(200, certificate);
    const { code, out } = await consentry(
      { askServer },
      'person',
      'erase',
      '+14155550100',
      '--yes',
    );
    expect(code).toBe(0);
    expect(out).toMatch(/recordings\s+gone\s+0 left/);
    expect(asked).toEqual([['persons:erase', { method: 'DELETE', path }]]);
  });

  test('erase fails where something is left, or the server refuses', async () => {
    const args = ['person', 'erase', '+14155550100', '--yes'];
    const left = await consentry(played(200, { ...certificate, proved: false }), ...args);
    expect([left.code, left.out]).toEqual([1, expect.stringContaining('NOT all')]);
    const refused = await consentry(played(409, { title: 'No.', detail: 'on a call' }), ...args);
    expect([refused.code, refused.err.trim()]).toEqual([1, 'on a call']);
  });

  test.each([
    ['without --yes', ['person', 'erase', '+14155550100']],
    ['of no number', ['person', 'erase', 'abc', '--yes']],
  ])('%s nobody is erased', async (_, args) => {
    const { asked, askServer } = played(200, certificate);
    expect((await consentry({ askServer }, ...args)).code).toBe(2);
    expect(asked).toEqual([]);
  });
});
