import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recoveryCode, recoveryCodeHash } from '../../../src/core/access/recovery-code.ts';
import { acceptedStep, base32, codeOf, stepAt, totpUri } from '../../../src/core/access/totp.ts';

/** RFC 4226, appendix D, and RFC 6238, appendix B (its eight digits, the last six of them). */
const secret = Buffer.from('12345678901234567890');

describe('codes', () => {
  test.each([
    [0, '755224'],
    [1, '287082'],
    [2, '359152'],
    [3, '969429'],
    [4, '338314'],
    [5, '254676'],
    [6, '287922'],
    [7, '162583'],
    [8, '399871'],
    [9, '520489'],
  ])('RFC 4226: counter %i is %s', (step, code) => expect(codeOf(secret, step)).toBe(code));

  test.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('RFC 6238: second %i is %s', (second, code) => {
    expect(codeOf(secret, stepAt(second * 1000))).toBe(code);
  });

  test('are good for their step and one before and after', () => {
    const at = 1_800_000_000_000;
    const step = stepAt(at);
    for (const distance of [-3, -2, -1, 0, 1, 2, 3]) {
      const accepted = acceptedStep(secret, codeOf(secret, step + distance), at, null);
      expect(accepted).toBe(Math.abs(distance) <= 1 ? step + distance : null);
    }
  });

  test('count once, and none before the last one counts any more', () => {
    const at = 1_800_000_000_000;
    const step = stepAt(at);
    const code = (distance: number) => codeOf(secret, step + distance);
    expect(acceptedStep(secret, code(0), at, step)).toBeNull();
    expect(acceptedStep(secret, code(-1), at, step)).toBeNull();
    expect(acceptedStep(secret, code(1), at, step)).toBe(step + 1);
  });

  test.each(['', '12345', '1234567', '12345a', ' 123456', '１２３４５６', '-12345'])(
    'that are no six digits are no code: %j',
    (code) => expect(acceptedStep(secret, code, 0, null)).toBeNull(),
  );
});

test('secrets are written in base32 as RFC 4648 has it', () => {
  const vectors = {
    '': '',
    f: 'MY',
    fo: 'MZXQ',
    foo: 'MZXW6',
    foob: 'MZXW6YQ',
    foobar: 'MZXW6YTBOI',
  };
  for (const [plain, text] of Object.entries(vectors)) {
    expect(base32(Buffer.from(plain))).toBe(text);
  }
  expect(totpUri(secret, 'Consentry', 'ann@example.com')).toBe(
    'otpauth://totp/Consentry:ann%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Consentry',
  );
});

test('a recovery code is the same however it is typed, and no two are', () => {
  const bytes = fc.uint8Array({ minLength: 10, maxLength: 10 });
  fc.assert(
    fc.property(bytes, bytes, (one, other) => {
      const code = recoveryCode(one);
      expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
      const typed = code
        .toLowerCase()
        .replaceAll('-', ' ')
        .replaceAll('0', 'o')
        .replaceAll('1', 'l');
      expect(recoveryCodeHash(typed)).toEqual(recoveryCodeHash(code));
      const same = Buffer.from(one).equals(Buffer.from(other));
      expect(recoveryCode(other) === code).toBe(same);
    }),
  );
});
