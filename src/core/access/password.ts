/**
 * Which passwords are taken. `nist` follows SP 800-63B-4 (August 2025), 3.1.1: length and a
 * blocklist, no rules of composition, no periodic change. `composition` is for those whose
 * contracts still ask for it; a maximum age can be set with either.
 */
import type { Instant } from '../words.ts';
import { commonPasswords } from './common-passwords.ts';

export const passwordProfiles = ['nist', 'composition'] as const;
export type PasswordProfile = (typeof passwordProfiles)[number];

export interface PasswordPolicy {
  readonly profile: PasswordProfile;
  /** Days after which a password has to be changed, 60 to 90; null: never, as NIST advises. */
  readonly maxAgeDays: number | null;
}

/** What is known of whose password it is: it must not be made of that. */
export interface PasswordOwner {
  readonly email: string;
  readonly name: string;
  /** True: a second factor is asked for too, so a shorter one is enough. */
  readonly secondFactor: boolean;
}

export const maxAgeDaysMin = 60;
export const maxAgeDaysMax = 90;

/** NIST: 15 characters where it is the only factor, 8 where there is a second one. */
const lengthAlone = 15;
const lengthWithSecond = 8;
/** NIST: at least 64 must be permitted. What is longer costs hashing time and nobody types it. */
const lengthMax = 256;
const dayMs = 86_400_000;
const productWords = ['consentry'];
/** Shorter parts of names are in too many words. */
const ownWordMin = 4;

/** The one form in which a password is hashed and compared (NIST SP 800-63B-4: NFC). */
export const normalisedPassword = (password: string): string => password.normalize('NFC');

/**
 * Everything that is wrong with a password, in words for who chose it; none: it is taken. What is
 * counted are characters (code points), as NIST says.
 */
export function passwordFaults(
  password: string,
  { profile }: PasswordPolicy,
  owner: PasswordOwner,
): readonly string[] {
  const plain = normalisedPassword(password);
  const length = [...plain].length;
  const least = owner.secondFactor || profile === 'composition' ? lengthWithSecond : lengthAlone;
  const faults: string[] = [];
  if (length < least) {
    faults.push(`has ${length} characters; at least ${least} are needed`);
  }
  if (length > lengthMax) faults.push(`has ${length} characters; at most ${lengthMax} are allowed`);
  if (profile === 'composition') faults.push(...missingClasses(plain));
  const common = commonFault(plain, owner);
  return common === null ? faults : [...faults, common];
}

function missingClasses(password: string): readonly string[] {
  const classes: readonly [RegExp, string][] = [
    [/\p{Ll}/u, 'a lower-case letter'],
    [/\p{Lu}/u, 'an upper-case letter'],
    [/\p{Nd}/u, 'a digit'],
    [/[\p{P}\p{S}]/u, 'a symbol'],
  ];
  return classes.filter(([pattern]) => !pattern.test(password)).map(([, name]) => `needs ${name}`);
}

/** Known to everybody who guesses: common ones, the owner's own words, the product's, and runs. */
function commonFault(password: string, owner: PasswordOwner): string | null {
  const bare = bareOf(password);
  if (commonPasswords.has(bare)) return 'is one of the passwords that are tried first';
  const local = owner.email.split('@')[0] ?? '';
  const words = [...productWords, ...owner.name.split(/\s+/), ...local.split(/[._+-]/), local]
    .map(bareOf)
    .filter((word) => word.length >= ownWordMin);
  if (words.some((word) => bare.replaceAll(word, '').length < ownWordMin)) {
    return 'is made of your name, your address or the name of this product';
  }
  if (isRun(password.toLowerCase())) return 'is a row of the same or of neighbouring characters';
  return null;
}

/** Without case, spaces and what people put in front and behind, and with letters for look-alikes. */
function bareOf(text: string): string {
  const looks: Readonly<Record<string, string>> = {
    '0': 'o',
    '1': 'i',
    '3': 'e',
    '4': 'a',
    '5': 's',
    '7': 't',
    '@': 'a',
    $: 's',
    '!': 'i',
  };
  const lower = normalisedPassword(text).toLowerCase().replaceAll(/\s/gu, '');
  const trimmed = lower.replace(/^[^\p{L}\p{N}]+/u, '').replace(/[^\p{L}]+$/u, '');
  return [...(trimmed === '' ? lower : trimmed)].map((char) => looks[char] ?? char).join('');
}

/** `aaaaaaaa`, `abcdefgh`, `87654321`: each character the same distance from the one before. */
function isRun(text: string): boolean {
  const codes = [...text].map((char) => char.codePointAt(0) ?? 0);
  const steps = codes.slice(1).map((code, i) => code - (codes[i] ?? 0));
  const [first] = steps;
  return first !== undefined && Math.abs(first) <= 1 && steps.every((step) => step === first);
}

/** Whether a password has to be changed before anything else is done. */
export function isTooOld({ maxAgeDays }: PasswordPolicy, setAt: Instant, at: Instant): boolean {
  return maxAgeDays !== null && at - setAt > maxAgeDays * dayMs;
}
