import { describe, expect, test } from 'vitest';
import { readVersions, versionMistakes } from '../../../src/core/flow/versions.ts';

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

  test('is listed once', () => {
    expect(versionMistakes([...published, ...published], published)).toEqual([
      'inbound version 1 is listed twice',
    ]);
  });
});
