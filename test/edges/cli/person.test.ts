import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

  test('[cap 56] correct sends what is right, and nothing else', async () => {
    const answer = { name: 'Ada', email: null, notes: null, place: 'DE', linked: [] };
    const { asked, askServer } = played(200, answer);
    const args = [
      '--name',
      ' Ada ',
      '--forget',
      'notes',
      '--place',
      'DE',
      '--link',
      '+14155550101',
    ];
    const { code, out } = await consentry(
      { askServer },
      'person',
      'correct',
      '+14155550100',
      ...args,
    );
    expect([code, out]).toEqual([0, expect.stringMatching(/name\s+Ada[\s\S]*place\s+DE/)]);
    const body = { notes: null, name: 'Ada', place: 'DE', linkedTo: '+14155550101' };
    expect(asked).toEqual([['persons:write', { method: 'PATCH', path, body }]]);
  });

  test('export writes a page or an archive whole, and never over a file by mistake', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'consentry-copy-'));
    const to = join(folder, 'copy.zip');
    const { asked, askServer } = played(200, { id: 'p' });
    const args = ['person', 'export', '+14155550100', '--zip', to];
    expect((await consentry({ askServer }, ...args)).code).toBe(0);
    expect(readFileSync(to, 'utf8')).toBe('{"id":"p"}');
    expect(asked).toEqual([['persons:export', { method: 'GET', path: `${path}/export?as=zip` }]]);
    expect((await consentry({ askServer }, ...args)).code).toBe(2);
    rmSync(folder, { recursive: true });
  });

  test('export that broke off leaves no file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'consentry-copy-'));
    const askServer = async () => {
      const body = new ReadableStream({
        pull(controller) {
          controller.enqueue(Buffer.from('half of it'));
          controller.error(new Error('the server was stopped'));
        },
      });
      return new Response(body, { status: 200 });
    };
    const to = join(folder, 'copy.zip');
    const args = ['person', 'export', '+14155550100', '--zip', to];
    await expect(consentry({ askServer }, ...args)).rejects.toThrow('the server was stopped');
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
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
