import { describe, expect, test } from 'vitest';
import { consentry, jsonLines, lines } from './console.ts';
import { shelfOf, unfair } from './flow-shelf.ts';

describe('flow publish', () => {
  test('publishes the newest draft, and says what happens now', async () => {
    const { parts, current } = shelfOf();
    const { code, out, err } = await consentry(parts, 'flow', 'publish', 'asks');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(lines(out)[0]).toBe('asks version 2 is current now; version 1 was before.');
    expect(out).toContain('need no restart');
    expect(current()).toBe(2);
  });

  test('refuses what is not proved with the way to see it, and changes nothing', async () => {
    const { parts, current } = shelfOf(unfair);
    const { code, out, err } = await consentry(parts, 'flow', 'publish', 'asks', '2');
    expect(code).toBe(1);
    expect(out).toMatch(/^asks version 2 \(not proved\): \d+ states/);
    expect(out).toMatch(/6 FAILS .*\n +declining .*\n +1\. STARTED\n +script {2}\{"answers"/);
    expect(err).toBe('consentry: asks version 2 is not proved; nothing changed\n');
    expect(current()).toBe(1);
    const json = await consentry(parts, 'flow', 'publish', 'asks', '2', '--json');
    expect(json.code).toBe(1);
    expect(jsonLines(json.out)).toMatchObject([{ done: false, before: 1, flow: { version: 2 } }]);
  });

  test.each([
    [['asks', '1'], 1, 'asks version 1 is current already'],
    [['asks', '7'], 1, 'there is no version 7 of asks to choose; allowed: 1, 2'],
    [['aks'], 1, 'there is no flow “aks”; allowed: asks; did you mean asks?'],
    [['asks', 'two'], 2, 'flow publish: a version cannot be “two”; allowed: a number such as 2'],
  ])('%j is refused', async (args, wanted, sentence) => {
    const { parts, published } = shelfOf();
    const { code, err } = await consentry(parts, 'flow', 'publish', ...args);
    expect(code).toBe(wanted);
    expect(err).toContain(sentence);
    expect(published).toHaveLength(1);
  });
});

describe('flow rollback', () => {
  test('makes the version before the current one again, in one line', async () => {
    const { parts, current } = shelfOf();
    await consentry(parts, 'flow', 'publish', 'asks');
    const { code, out } = await consentry(parts, 'flow', 'rollback', 'asks', '--json');
    expect(code).toBe(0);
    expect(jsonLines(out)).toMatchObject([
      { done: true, before: 2, flow: { name: 'asks', version: 1 } },
    ]);
    expect(current()).toBe(1);
    // Forth again, by its number.
    await consentry(parts, 'flow', 'rollback', 'asks', '2');
    expect(current()).toBe(2);
  });

  test('has nowhere to go from the first version, and never to a draft', async () => {
    const { parts, published } = shelfOf();
    const alone = await consentry(parts, 'flow', 'rollback', 'asks');
    expect(alone.code).toBe(1);
    expect(alone.err).toContain('nothing was current before asks version 1; published are 1');
    const draft = await consentry(parts, 'flow', 'rollback', 'asks', '2');
    expect(draft.err).toContain('there is no version 2 of asks to choose; allowed: 1');
    expect(published).toHaveLength(1);
  });
});
