/**
 * When the rules on calling were looked up, until when they are relied on, and what several of them
 * rest on. No statute was read, only what others write about them: they want confirmation by a
 * qualified person.
 */

/** Goes up with every change of any row. */
export const version = '2026-11-26';

export const checkedOn = '2026-11-22';

/** Half a year. A choice of ours: no statute says how long a look-up lasts. */
export const reviewBy = '2027-05-22';

export const sources = {
  clickpoint: 'blog.clickpointsoftware.com, telemarketing calling hours by state, July 2025',
  dropcowboy: 'dropcowboy.com/state-compliance, 2025-11-01',
  vicidial: 'vicidial.org forum 41540',
  dnc: 'dnc.com, restricted call dates 2018 to 2025',
  compliancepoint: 'compliancepoint.com, state lists',
  scrubGuide: 'DNCScrub, guide to output',
} as const;
