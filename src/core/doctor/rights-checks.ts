/** Capabilities 47 to 57: what people may ask of whoever holds their data. */
import { register } from '../retention/register.ts';
import { type Check, check } from './check.ts';
import { absent, count, pass } from './finding.ts';

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
    absent('log of disclosures', 'the audit trail says what left by export and download'),
  ),
  check(49, 'No to sale', () => pass('nothing is sold; no export is for sale')),
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
    absent('requests of representatives', 'look at their authority, then act for the person'),
  ),
  check(55, 'In time', () =>
    absent('clock of requests', 'work off `consentry task list` within ten business days'),
  ),
  check(56, 'Correction', () =>
    absent('correction of contact data', 'numbers are the only contact data that is kept'),
  ),
  check(57, 'Everything to a spreadsheet', () =>
    absent('workbook', '`consentry person export` writes JSON'),
  ),
];
