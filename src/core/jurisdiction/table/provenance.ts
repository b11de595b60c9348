/**
 * When the rules were looked up, until when they are relied on, and where. No statute was read,
 * only what others write about them: no row is more than `medium`, and all of them want
 * confirmation by a qualified person.
 */

/** Goes up with every change of any row. */
export const version = '2026-11-22';

export const checkedOn = '2026-11-22';

/** Half a year. A choice of ours: no statute says how long a look-up lasts. */
export const reviewBy = '2027-05-22';

/** A quarter of a year, for what is before the courts. */
export const reviewByCourts = '2027-02-22';

/** What several rows rest on. */
export const sources = {
  survey: 'recordphonecall.com/resources/one-party-vs-all-party',
  abroad: 'recordphonecall.com/legal/international',
  textbook: 'OUP learninglink, bender12e',
  metaverse: 'metaverse.law, 2022-10-11',
  experts: 'expert-opinion.com/one-and-two-party-state-info',
  cipa: 'pii.ai on CIPA 632.7',
  wikipedia: 'Wikipedia, “Telephone call recording laws”',
  congress: 'CRS report 98-326 of 2001-08-01, docslib.org/doc/3384279',
} as const;
