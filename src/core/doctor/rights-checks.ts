/** Capabilities 47 to 57: what people may ask of whoever holds their data. */
import { register } from '../retention/register.ts';
import { type Check, check } from './check.ts';
import { absent, count, fail, pass, unseen } from './finding.ts';

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
    pass('`consentry person export`: records, audio and receipts of one person'),
  ),
  check(51, 'Erasure', () =>
    pass('`consentry person erase`: every store looked at again, with a certificate'),
  ),
  check(52, 'By telephone and by form', () =>
    absent('form of requests', 'people can call the line of the flow `rights`'),
  ),
  check(53, 'A notice with rights', () =>
    absent('notice made from the registers', 'write it from `consentry person inventory --help`'),
  ),
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
    absent('correction of contact data', 'numbers are the only contact data that is kept'),
  ),
  check(57, 'Everything to a spreadsheet', () =>
    pass('`consentry export make history`, of everybody or of one person; masked'),
  ),
];
