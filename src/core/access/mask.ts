import { parsePhoneNumberFromString } from 'libphonenumber-js/min';

/** Always five, so that the mask does not tell how many digits it covers. */
const covered = '•••••';
/** Digits of the national number that are covered at least; the rest may show. */
const coveredMin = 4;
const shownMax = 3;

/** Ten digits behind a country code of one: as every number there is written, and read in no time. */
const northAmerican = /^\+1[2-9]\d{2}[2-9]\d{6}$/;

/**
 * What people see of a number: country calling code, up to three digits in front and behind, as
 * in `+49 151 ••••• 678`. Everything that is no E.164 number is covered whole.
 */
export function maskNumber(e164: string): string {
  if (northAmerican.test(e164)) return `+1 ${e164.slice(2, 5)} ${covered} ${e164.slice(-3)}`;
  const number = parsePhoneNumberFromString(e164, { extract: false });
  if (number === undefined) return covered;
  const national = number.nationalNumber;
  const back = Math.min(shownMax, Math.max(0, national.length - coveredMin));
  const front = Math.min(shownMax, Math.max(0, national.length - coveredMin - back));
  return [
    `+${number.countryCallingCode}`,
    national.slice(0, front),
    covered,
    back === 0 ? '' : national.slice(-back),
  ]
    .filter((part) => part !== '')
    .join(' ');
}

/** What people see of an address calls are put through to: a number, or a `sip:` address. */
export function maskAddress(address: string): string {
  const scheme = /^(sips?):/i.exec(address);
  return scheme === null ? maskNumber(address) : `${scheme[1]}:${covered}`;
}
