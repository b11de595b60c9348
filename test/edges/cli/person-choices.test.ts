import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServerAsk } from '../../../src/edges/cli/parts.ts';
import { consentry } from './console.ts';

const stands = {
  ageBand: null,
  purposes: [
    {
      purpose: 'recording',
      status: 'granted',
      since: '2026-03-02T00:00:00.000Z',
      validUntil: '2027-03-02T00:00:00.000Z',
      notBefore: null,
      lines: [],
    },
    {
      purpose: 'training',
      status: 'none',
      since: null,
      validUntil: null,
      notBefore: null,
      lines: ['a', 'b'],
    },
  ],
  history: [],
};

function played(status = 200, body: object = stands) {
  const asked: (readonly [string, ServerAsk])[] = [];
  const askServer = async (scope: string, what: ServerAsk) => {
    asked.push([scope, what]);
    return new Response(JSON.stringify(body), { status });
  };
  return { asked, askServer };
}

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'consentry-'));
  file = join(folder, 'form.pdf');
  await writeFile(file, 'a form');
});
afterAll(() => rm(folder, { recursive: true }));

const number = '+14155550100';
const path = '/persons/%2B14155550100';

describe('person', () => {
  test('choices shows where each purpose stands, and on how many lines', async () => {
    const { asked, askServer } = played();
    const { code, out } = await consentry({ askServer }, 'person', 'choices', number);
    expect(code).toBe(0);
    expect(out).toMatch(/recording\s+granted\s+2026-03-02\s+2027-03-02/);
    expect(out).toMatch(/training\s+on 2 lines/);
    expect(asked).toEqual([['choices:read', { method: 'GET', path: `${path}/choices` }]]);
  });

  test('choices prints what the server answers as JSON', async () => {
    const { askServer } = played();
    const { out } = await consentry({ askServer }, 'person', 'choices', number, '--json');
    expect(JSON.parse(out)).toEqual(stands);
  });

  test.each([
    ['all', []],
    ['training', ['training']],
  ])('withdraw takes back %s', async (purpose, operands) => {
    const { asked, askServer } = played();
    const { code } = await consentry({ askServer }, 'person', 'withdraw', number, ...operands);
    expect(code).toBe(0);
    const ask = { method: 'POST', path: `${path}/withdraw`, body: { purpose } };
    expect(asked).toEqual([['choices:write', ask]]);
  });

  const words = ['person', 'import-choice', number, 'recording', 'granted'];
  const told = ['--channel', 'form', '--at', '2026-03-02T00:00:00Z'];

  test('[cap 29] import-choice sends the hash of the document, and how the box was', async () => {
    const { asked, askServer } = played(201);
    const more = ['--document', file, '--box', 'pre-ticked'];
    const { code } = await consentry({ askServer }, ...words, ...told, ...more);
    expect(code).toBe(0);
    const sha256 = createHash('sha256').update('a form').digest('hex');
    expect(asked).toMatchObject([
      [
        'choices:write',
        {
          method: 'POST',
          path: '/choices',
          body: {
            number,
            purpose: 'recording',
            kind: 'granted',
            channel: 'form',
            at: '2026-03-02T00:00:00Z',
            validUntil: null,
            document: { sha256 },
            box: { before: true, after: true },
            ageBand: null,
            guardian: null,
          },
        },
      ],
    ]);
  });

  test('a refusal of the server is said', async () => {
    const refusal = played(422, { title: 'No.', detail: 'a box that was ticked beforehand' });
    const { code, err } = await consentry(refusal, ...words, ...told, '--box', 'pre-ticked');
    expect([code, err.trim()]).toEqual([1, 'a box that was ticked beforehand']);
  });

  test.each([
    ['no channel', ['--at', '2026-03-02T00:00:00Z'], /--channel/],
    ['no time', ['--channel', 'form'], /--at/],
    ['an unknown box', [...told, '--box', 'maybe'], /pre-ticked/],
    ['an unknown channel', ['--channel', 'clock', '--at', 'x'], /paper/],
    ['a document that is not there', [...told, '--document', '/nowhere/x'], /cannot be read/],
  ])('import-choice with %s is misused, and nothing is asked', async (_, options, said) => {
    const { asked, askServer } = played();
    const { code, err } = await consentry({ askServer }, ...words, ...options);
    expect([code, err, asked]).toEqual([2, expect.stringMatching(said), []]);
  });
});
