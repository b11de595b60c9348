/** Telephone numbers: what is written in a hundred ways becomes E.164, or is no number at all. */
import {
  type CountryCode,
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/min';

export interface PhoneNumber {
  /** `+`, country calling code and national number: at most 15 digits (ITU-T E.164). */
  readonly e164: string;
}

/** E.164 has 15 digits; the rest is room for the punctuation people put between them. */
const textCharsMax = 32;
const written = /^\+?[0-9 ().\-/]+$/;

/**
 * What carriers send as a number when the caller withheld theirs: the letters of `anonymous`,
 * `restricted`, `blocked`, `unavailable` and `unknown` typed on a keypad, behind a plus sign.
 */
const withheld = new Set(['+266696687', '+7378742833', '+2562533', '+86282452253', '+8656696']);

/**
 * What carriers send of nearly every caller in North America, in E.164 already. Area codes and
 * exchanges begin with 2 to 9 (NANP), and any ten such digits are as long as they must be, which is
 * all that the library below would ask; it takes 15 µs.
 */
const northAmerican = /^\+1[2-9]\d{2}[2-9]\d{6}$/;

/**
 * The same for countries with lists of millions, whose numbers stand there as they are dialled: a zero,
 * and as many digits as the library takes for a possible number.
 */
const dialledIn: Readonly<Record<string, { readonly form: RegExp; readonly code: string }>> = {
  FR: { form: /^0[1-9]\d{8}$/, code: '+33' },
  GB: { form: /^0[1-9]\d{9}$/, code: '+44' },
};

/**
 * Reads a number in international form, or in national form when `defaultCountry` (ISO 3166-1
 * alpha-2) is given. Null for everything that stands for no subscriber: words such as `anonymous`,
 * `client:` and `sip:` addresses, numbers too short or too long for their country, extensions.
 */
export function parseNumber(text: string, defaultCountry?: string): PhoneNumber | null {
  if (northAmerican.test(text)) return { e164: text };
  const trimmed = text.trim();
  if (trimmed.length > textCharsMax || !written.test(trimmed)) return null;
  if (withheld.has(trimmed.replace(/[^+0-9]/g, ''))) return null;
  const dialled = defaultCountry === undefined ? undefined : dialledIn[defaultCountry];
  if (dialled?.form.test(trimmed) === true) return { e164: dialled.code + trimmed.slice(1) };
  const country = defaultCountry === undefined ? undefined : countryOf(defaultCountry);
  const number = parsePhoneNumberFromString(trimmed, {
    extract: false,
    ...(country !== undefined && { defaultCountry: country }),
  });
  if (number === undefined || !number.isPossible()) return null;
  return { e164: number.number };
}

/** Whether a country (ISO 3166-1 alpha-2) has numbers of the North American plan. */
export function isNorthAmerican(country: string): boolean {
  const code = countryOf(country);
  return code !== undefined && getCountryCallingCode(code) === '1';
}

function countryOf(text: string): CountryCode | undefined {
  const upper = text.toUpperCase();
  return isSupportedCountry(upper) ? upper : undefined;
}
