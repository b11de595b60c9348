import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServerAsk } from '../../../src/edges/cli/parts.ts';
import { consentry } from './console.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'consentry-form-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

function file(content: object): string {
  const path = join(dir, 'form.json');
  writeFileSync(path, JSON.stringify(content));
  return path;
}
const whole = {
  title: 'Offers by telephone',
  controller: 'Muster GmbH',
  intro: 'You may hear of our offers, if you like.',
  next: 'We text you a code. Once you have entered it we may call you.',
  withdrawal: 'Take it back at any time at /privacy/choices, or text STOP.',
  submit: 'Send',
  purposes: [
    {
      purpose: 'marketing-calls',
      words: 'Muster GmbH calls you with offers of garden furniture.',
      box: 'You may call me with offers.',
    },
  ],
};

describe('form', () => {
  test('[cap 32] check refuses what leaves out what happens next, without a server', async () => {
    expect((await consentry({}, 'form', 'check', file(whole))).code).toBe(0);
    const { code, out } = await consentry({}, 'form', 'check', file({ ...whole, next: '' }));
    expect([code, out.trim()]).toEqual([1, 'next: is missing; allowed: 20 to 1000 characters']);
  });

  test('publish sends it, and says where it is', async () => {
    const asked: (readonly [string, ServerAsk])[] = [];
    const made = { name: 'offers', locale: 'en', version: 2, hash: 'ab', address: 'https://x/f' };
    const askServer = async (scope: string, what: ServerAsk) => {
      asked.push([scope, what]);
      return new Response(JSON.stringify(made));
    };
    const { out } = await consentry({ askServer }, 'form', 'publish', 'offers', file(whole));
    expect(out.trim()).toBe('version 2 is at https://x/f');
    const ask = { method: 'PUT', path: '/forms/offers', body: whole };
    expect(asked).toEqual([['choices:write', ask]]);
  });

  test('what is no form, or no name of one, is said', async () => {
    writeFileSync(join(dir, 'bad.json'), 'nonsense');
    expect((await consentry({}, 'form', 'check', join(dir, 'bad.json'))).err).toContain('not JSON');
    const named = await consentry({}, 'form', 'publish', 'No Name', file(whole));
    expect([named.code, named.err]).toEqual([2, expect.stringContaining('NAME is no name')]);
  });
});
