import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Act, Asker } from '../../src/app/audit.ts';
import { writeTogether } from '../../src/app/audit-searches.ts';

const key: Asker = { by: 'dialer', as: 'key', address: '192.0.2.1' };
const search = (person: string, more: Partial<Act> = {}): Act => ({
  act: 'search',
  operation: 'screenNumber',
  allowed: true,
  persons: person === '' ? [] : [person],
  subject: {},
  ...more,
});

/** Entries as they are written; each is committed when it is let go. */
function world() {
  const written: { asker: Asker; act: Act; done: (error?: Error) => void }[] = [];
  const write = writeTogether(
    (asker, act) =>
      new Promise((resolve, reject) => {
        const done = (error?: Error) => (error ? reject(error) : resolve(randomUUID()));
        written.push({ asker, act, done });
      }),
  );
  return { written, write };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('what a program asks at one moment', () => {
  test('is one entry, which says how many questions and whose data it was', async () => {
    const { written, write } = world();
    const ids = ['a', 'b', 'a', ''].map((person) => write(key, search(person)));
    await turn();
    expect(written.map(({ act }) => act)).toEqual([
      search('', { persons: ['a', 'b'], subject: { requests: '4' } }),
    ]);
    written[0]!.done();
    expect(new Set(await Promise.all(ids)).size).toBe(1);
  });

  test('alone is an entry as ever', async () => {
    const { written, write } = world();
    void write(key, search('a'));
    await turn();
    expect(written.map(({ act }) => act)).toEqual([search('a')]);
  });

  test('is answered only when its own entry is committed', async () => {
    const { written, write } = world();
    const answered: string[] = [];
    const ask = (name: string) => write(key, search(name)).then(() => answered.push(name));
    void ask('first');
    await turn();
    void ask('second');
    await turn();
    void ask('third');
    await turn();
    // One is under way; whoever comes meanwhile goes with the next.
    expect(written.map(({ act }) => act.persons)).toEqual([['first']]);
    written[0]!.done();
    await turn();
    await turn();
    expect(answered).toEqual(['first']);
    expect(written[1]!.act.persons).toEqual(['second', 'third']);
    written[1]!.done();
    await turn();
    expect(answered).toEqual(['first', 'second', 'third']);
  });

  test('waits for no entry that is held up, and of two for one', async () => {
    const { written, write } = world();
    const answered: string[] = [];
    const ask = (name: string) => write(key, search(name)).then(() => answered.push(name));
    const moment = () => new Promise((resolve) => setTimeout(resolve, 40));
    void ask('first');
    await turn();
    void ask('second');
    await moment();
    void ask('third');
    void ask('fourth');
    await moment();
    expect(written.map(({ act }) => act.persons)).toEqual([['first'], ['second']]);
    written[1]!.done();
    await moment();
    expect(answered).toEqual(['second']);
    expect(written[2]!.act.persons).toEqual(['third', 'fourth']);
    written[0]!.done();
    written[2]!.done();
    await turn();
    expect(answered.sort()).toEqual(['first', 'fourth', 'second', 'third']);
  });

  test('fails with its entry, and the next does not', async () => {
    const { written, write } = world();
    const lost = [write(key, search('a')), write(key, search('b'))];
    await turn();
    written[0]!.done(new Error('the disk is full'));
    for (const one of lost) await expect(one).rejects.toThrow('the disk is full');
    const kept = write(key, search('c'));
    await turn();
    written[1]!.done();
    await expect(kept).resolves.toEqual(expect.any(String));
  });

  test('makes no entry of more than 256 questions', async () => {
    const { written, write } = world();
    const all = Array.from({ length: 600 }, (_, i) => write(key, search(`p${i}`)));
    for (let next = 0; next < 3; next += 1) {
      await turn();
      await turn();
      written[next]!.done();
    }
    await Promise.all(all);
    expect(written.map(({ act }) => act.persons.length)).toEqual([256, 256, 88]);
  });

  test.each<[string, Asker, Act]>([
    ['another key', { ...key, by: 'other' }, search('b')],
    ['another address', { ...key, address: '192.0.2.2' }, search('b')],
    ['another operation', key, search('b', { operation: 'listCalls' })],
    ['another subject', key, search('b', { subject: { list: 'own' } })],
    ['a person who is signed in', { ...key, as: 'user' }, search('b')],
    ['a refusal', key, search('b', { allowed: false })],
    ['a reading', key, search('b', { act: 'read' })],
    ['a change', key, search('b', { act: 'change' })],
    ['a reason', key, search('b', { reason: 'a complaint' })],
    ['spans that were heard', key, search('b', { spans: [[0, 1]] })],
  ])('does not stand in one entry with that of %s', async (_, asker, act) => {
    const { written, write } = world();
    void write(key, search('a'));
    void write(asker, act);
    await turn();
    expect(written).toHaveLength(2);
    expect(written.map((one) => one.act.subject)).not.toContainEqual({ requests: '2' });
  });
});
