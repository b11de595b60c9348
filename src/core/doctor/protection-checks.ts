/** Capabilities 14 to 24: what is sealed, hidden, or never taken. */
import { maskNumber } from '../access/mask.ts';
import { unlistedText } from '../recipients/outgoing.ts';
import { register } from '../retention/register.ts';
import { gapReasons } from '../words.ts';
import { type Check, check } from './check.ts';
import { count, fail, pass, unseen, warn } from './finding.ts';

const sample = '+4915112345678';

export const protectionChecks: readonly Check[] = [
  check(14, 'Encrypted on every way', ({ publicUrl, database, redis }) => {
    const ways = { PUBLIC_URL: publicUrl, DATABASE_URL: database, REDIS_URL: redis };
    const open = Object.entries(ways).flatMap(([name, way]) =>
      way === null || way.isEncrypted || way.isLoopback ? [] : [name],
    );
    return open.length === 0
      ? pass('nothing leaves this machine unencrypted')
      : fail(
          `${open.join(' and ')} ${open.length === 1 ? 'is' : 'are'} not encrypted`,
          'use https://, `sslmode=require` and rediss:// for what is not on this machine',
        );
  }),
  check(15, 'Recordings sealed at rest', ({ parts, counts }) => {
    if (parts.keys !== null) return fail(`keys: ${parts.keys}`, 'put the key back from its backup');
    if (counts === null) return unseen('recordings');
    return counts.recordingsQuarantined === 0
      ? pass(`${count(counts.recordings, 'recording')}, each under a key of its own`)
      : warn(
          `${count(counts.recordingsQuarantined, 'recording')} could not be written to the vault`,
          'make room in the vault and restart; what is in the spool is sealed then',
        );
  }),
  check(16, 'Call data sealed too', ({ parts }) =>
    parts.keys === null
      ? pass('numbers, names, words and notes are sealed before they reach the database')
      : fail(`keys: ${parts.keys}`, 'put the key back from its backup'),
  ),
  check(17, 'Tokens in place of numbers', ({ parts }) =>
    parts.keys === null
      ? pass('numbers are joined by tokens under a key of the tenant')
      : fail(`keys: ${parts.keys}`, 'put the key back from its backup'),
  ),
  check(18, 'Numbers are masked', () => {
    const shown = maskNumber(sample);
    return shown.includes('•') && !shown.replace(/\s/g, '').includes(sample.slice(3))
      ? pass(
          `a number is shown as ${maskNumber('+14155550123')}; the rest needs leave and a reason`,
        )
      : fail('a number is shown whole', 'this program was changed; reinstall it');
  }),
  check(19, 'A span can be left out while recording', () =>
    gapReasons.includes('pause')
      ? pass('pause and resume by API; the gap and its reason are in the entry')
      : fail('no gap for a pause', 'this program was changed; reinstall it'),
  ),
  check(20, 'What a breach reached', ({ custody }) => {
    if (custody === null) return unseen('the custody of keys');
    const { copies, exposed } = custody;
    if (exposed > 0) {
      return fail(
        `${count(exposed, 'time')} somebody saw a key who should not have`,
        'put another in force with `consentry keys rotate`, and see what it opened with `consentry breach scope`',
      );
    }
    return copies === 0
      ? warn(
          'no copy of the key is on record: whoever loses this machine loses everything',
          'keep one apart, and note it with `consentry custody note copied`',
        )
      : pass(
          `counted by \`consentry breach scope\`; ${count(copies, 'copy', 'copies')} of keys on record`,
        );
  }),
  check(21, 'Nobody looks up who calls', ({ carrier }) => {
    if (carrier === null) return unseen("the carrier's numbers");
    if (carrier.isSimulated) return pass('the practice carrier looks nobody up');
    return carrier.withCallerName === 0
      ? pass(`off for ${count(carrier.numbers, 'number')}; what arrives is dropped`)
      : fail(
          `the carrier looks up the caller's name for ${count(carrier.withCallerName, 'number')}`,
          'switch Caller Name Lookup off for each number in the Twilio Console',
        );
  }),
  check(22, 'Only what is needed is kept', () =>
    pass(
      `${count(Object.keys(register).length, 'table')} in the register, every column with its end`,
    ),
  ),
  check(23, 'Tracking can be refused', ({ trackedLines }) => {
    if (trackedLines === null) return unseen('which lines tell where calls come from');
    return trackedLines === 0
      ? pass('no line tells where calls come from; `call-tracking` is off until it is granted')
      : pass(
          `${count(trackedLines, 'line')} with a campaign, kept after a yes to \`call-tracking\`; a no takes it away`,
        );
  }),
  check(24, 'Recipients are on record', ({ recipients }) => {
    if (recipients === null) return unseen('the register of recipients');
    const { companies, unlisted } = recipients;
    return unlisted.length === 0
      ? pass(
          `${count(companies.length, 'recipient')}: ${companies.join('; ')}; nothing else is reached`,
        )
      : fail(unlistedText(unlisted), 'write down who that is with `consentry recipient set`');
  }),
];
