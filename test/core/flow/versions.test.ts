import { describe, expect, test } from 'vitest';
import {
  currentVersion,
  lostVersions,
  readVersions,
  versionBefore,
  versionMistakes,
  withVersion,
} from '../../../src/core/flow/versions.ts';

const hash = 'ab'.repeat(32);
const other = 'cd'.repeat(32);

describe('a lock of versions', () => {
  test('is read line by line, remarks left out', () => {
    expect(readVersions(`# remark\n\ninbound 1 ${hash}\ninbound 2 ${other}\n`)).toEqual({
      versions: [
        { name: 'inbound', version: 1, hash },
        { name: 'inbound', version: 2, hash: other },
      ],
      badLines: [],
    });
  });

  test.each([
    'inbound',
    'inbound 1',
    `inbound 0 ${hash}`,
    `Inbound 1 ${hash}`,
    `inbound 1 ${hash}a`,
  ])('%j is no line of it', (line) => {
    expect(readVersions(`# remark\n${line}`).badLines).toEqual([2]);
  });
});

describe('a published version', () => {
  const published = [{ name: 'inbound', version: 1, hash }];

  test('that is as it was is right, and drafts beside it do not matter', () => {
    const draft = { name: 'inbound', version: 2, hash: other };
    expect(versionMistakes(published, [...published, draft])).toEqual([]);
  });

  test('that was changed is refused', () => {
    expect(versionMistakes(published, [{ name: 'inbound', version: 1, hash: other }])).toEqual([
      'inbound version 1 was published and has changed since; make it version 2',
    ]);
  });

  test('that was taken away is refused', () => {
    expect(versionMistakes(published, [])).toEqual([
      'inbound version 1 was published, and its file is not there',
    ]);
  });

  test('is listed as often as it became current, always with its hash', () => {
    expect(versionMistakes([...published, ...published], published)).toEqual([]);
    const changed = [...published, { name: 'inbound', version: 1, hash: other }];
    expect(versionMistakes(changed, published)).toContain(
      'inbound version 1 is listed twice, with two hashes',
    );
  });

  test('that went away from the lock is noticed beside the lock of before', () => {
    expect(lostVersions(published, [])).toEqual(published);
    expect(lostVersions(published, [...published, ...published])).toEqual([]);
  });
});

describe('the history of a flow', () => {
  /** Versions of `inbound` in the order they became current, among lines of another flow. */
  const history = (...versions: readonly number[]) => [
    { name: 'agent', version: 7, hash },
    ...versions.flatMap((version) => [
      { name: 'inbound', version, hash: String(version).repeat(64) },
      { name: 'agent', version: 7, hash },
    ]),
  ];

  test.each<[readonly number[], number | null, number | null]>([
    [[], null, null],
    [[1], 1, null],
    [[1, 2], 2, 1],
    [[1, 2, 3], 3, 2],
    // Back once, and back again: further back, never to what was left.
    [[1, 2, 3, 2], 2, 1],
    [[1, 2, 3, 2, 1], 1, null],
    // Forth again, and a version published after going back.
    [[1, 2, 1, 2], 2, 1],
    [[1, 2, 1, 3], 3, 1],
  ])('after %j has %j current, and %j before it', (versions, current, before) => {
    expect(currentVersion(history(...versions), 'inbound')?.version ?? null).toBe(current);
    expect(versionBefore(history(...versions), 'inbound')?.version ?? null).toBe(before);
  });

  test('grows by a line, and keeps every byte it has', () => {
    const line = { name: 'inbound', version: 2, hash };
    for (const text of ['', '# a remark', `# a remark\r\n\ninbound 1 ${other}\n`]) {
      const grown = withVersion(text, line);
      expect(grown.startsWith(text)).toBe(true);
      expect(readVersions(grown).versions.at(-1)).toEqual(line);
      expect(readVersions(grown).badLines).toEqual([]);
    }
  });
});
