/** Capabilities 47 to 57: what people may ask of whoever holds their data. */
import { register } from '../retention/register.ts';
import { type Check, check } from './check.ts';
import { count, fail, pass, unseen, warn } from './finding.ts';

const yearMs = 366 * 86_400_000;

const columns = Object.values(register).reduce(
  (n, table) => n + Object.keys(table.personal).length,
  0,
);

export const rightsChecks: readonly Check[] = [
  check(47, 'What is held', () =>
    pass(
      `\`consentry person inventory\` counts ${count(columns, 'personal column')} of the register`,
    ),
  ),
  check(48, 'Who was told', () =>
    pass('`consentry person disclosures`: every call and text, and what left by whom'),
  ),
  check(49, 'No to sale', () => pass('an export that is marked as a sale is refused')),
  check(50, 'Access', () =>
    pass('`consentry person export`: JSON, a page, or an archive with sound and receipts'),
  ),
  check(51, 'Erasure', () =>
    pass('`consentry person erase`: every store looked at again, with a certificate'),
  ),
  check(52, 'By telephone and by form', ({ lines }) => {
    if (lines === null) return unseen('lines');
    const desks = lines.filter(({ flow }) => flow === 'rights');
    // Cal. Civ. Code 1798.130(a)(1)(A): two ways or more, a toll-free number among them.
    if (lines.some(({ isInUs }) => isInUs) && !desks.some(({ isTollFree }) => isTollFree)) {
      return warn(
        'there are lines in the United States, and no toll-free number takes requests',
        'buy one, then: consentry line set NUMBER --flow rights',
      );
    }
    return pass(`/privacy/request, and ${count(desks.length, 'line')} with the flow \`rights\``);
  }),
  check(53, 'A notice with rights', ({ at, noticeReviewed }) => {
    if (noticeReviewed === null) return unseen('the notice');
    const mend = 'read `consentry notice render`, then: consentry notice review DAY';
    if (noticeReviewed === 'never') {
      return warn('nobody has looked whether the notice is true', mend);
    }
    // Cal. Civ. Code 1798.130(a)(5): at least once every twelve months.
    return at - Date.parse(noticeReviewed) <= yearMs
      ? pass(`/privacy/notice, made of the registers, reviewed on ${noticeReviewed}`)
      : warn(`the notice was last reviewed on ${noticeReviewed}`, mend);
  }),
  check(54, 'By somebody they authorised', () =>
    pass('`consentry rights add`: an agent or a guardian, with their authority by its hash'),
  ),
  check(55, 'In time', ({ counts }) => {
    if (counts === null) return unseen('requests');
    return counts.rightsLate === 0
      ? pass(`${count(counts.rightsOpen, 'request')} open, none of them late`)
      : fail(
          `${count(counts.rightsLate, 'request')} should have been answered by now`,
          'answer them: `consentry rights list`',
        );
  }),
  check(56, 'Correction', () =>
    pass('`consentry person correct`: the old value is overwritten, a keyed hash of it stays'),
  ),
  check(57, 'Everything to a spreadsheet', () =>
    pass('`consentry export make history`, of everybody or of one person; masked'),
  ),
];
