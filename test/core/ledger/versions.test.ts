/** Receipts that were given out stay good, whatever later versions of their kinds say. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { entryKinds, labelsOf } from '../../../src/core/ledger/facts.ts';
import { verifyReceipt } from '../../../src/core/ledger/verify.ts';

/** As they were written by the release of their version. Never written again, only added to. */
const folder = join(import.meta.dirname, '..', '..', 'golden', 'receipts');
const files = readdirSync(folder);
const textOf = (file: string): string => readFileSync(join(folder, file), 'utf8');
/** The key of the samples, spelled out: a receipt is not asked whom to trust. */
const key = 'ledger.test+0241f643+Af0XJDhaoMdbZPt4zWAvodmR/ev3axPFjtcC6sg16fYY';

describe('receipts of every version', () => {
  it('there is one of every version of every kind', () => {
    const wanted = entryKinds.flatMap((kind) =>
      ([1, 2, 3] as const)
        .filter((version) => labelsOf(version, kind).length > 0)
        .map((version) => `v${version}-${kind}.json`),
    );
    expect([...files].sort()).toEqual([...wanted].sort());
  });

  it.each(files)('%s verifies', (file) => {
    const [, version = '', kind = ''] = /^v(\d)-(\w+)\.json$/.exec(file) ?? [];
    expect(verifyReceipt(textOf(file), key)).toMatchObject({
      ok: true,
      statement: { v: Number(version), kind },
      withheld: [],
    });
  });

  it.each(files.filter((file) => file.startsWith('v1')))(
    '%s does not pass as a later one',
    (file) => {
      const changed = textOf(file).replace('"v": 1,\n    "kind"', '"v": 2,\n    "kind"');
      expect(changed).not.toBe(textOf(file));
      expect(verifyReceipt(changed)).toMatchObject({
        ok: false,
        where: expect.stringMatching(/^statement/),
      });
    },
  );

  it('one of a version to come is refused by name of the field, not misread', () => {
    const changed = textOf('v1-grant.json').replace('"v": 1,\n    "kind"', '"v": 7,\n    "kind"');
    expect(verifyReceipt(changed)).toEqual({
      ok: false,
      where: 'statement.v',
      why: 'is none of the versions known here (1, 2, 3); a later release of the program may know it',
    });
  });
});
