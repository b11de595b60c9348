/** Capabilities 70 to 78: who looks at whom, and how it can be shown. */
import { staleRules } from '../jurisdiction/record.ts';
import type { CallFact } from '../reports/facts.ts';
import { internalK, reportOf } from '../reports/report.ts';
import { shippedCallingRules } from '../suppression/calling-rules-shipped.ts';
import { type Check, check } from './check.ts';
import { count, fail, pass, unseen, warn } from './finding.ts';

/** A call that nobody made. */
const sample: CallFact = {
  caller: '',
  line: 'a',
  campaign: 'none',
  region: 'unknown',
  direction: 'inbound',
  language: 'en',
  outcome: 'granted',
  day: '2026-03-02',
  durationMs: 1_000,
  answered: true,
};

export const oversightChecks: readonly Check[] = [
  check(70, 'Every access is written down', ({ counts }) => {
    if (counts === null) return unseen('the audit trail');
    return counts.ledgerWaitingMs < 10_000
      ? pass(`${count(counts.auditRows, 'row')}, each an entry of the ledger`)
      : fail(
          'entries have waited for the ledger for more than ten seconds',
          'start the server, and see /readyz: without the ledger nothing is proved',
        );
  }),
  check(71, 'It can be looked up', () => pass('GET /v1/audit and `consentry audit list`')),
  check(72, 'Settings keep their history', () =>
    pass('every change is a version, with who and when'),
  ),
  check(73, 'The request is written down too', () =>
    pass('an erasure has an entry when it begins and a certificate when it ends'),
  ),
  check(74, 'A checklist', () => pass('this one; the same by GET /v1/doctor')),
  check(75, 'Law follows the person', ({ day }) => {
    const recording = staleRules(day).length;
    const calling = shippedCallingRules.rules.filter(({ reviewBy }) => day > reviewBy).length;
    return recording + calling === 0
      ? pass('every rule on recording and calling is within its review date')
      : warn(
          `${count(recording, 'rule')} on recording and ${calling} on calling are past their review date; the strictest holds`,
          'install a newer version, or have counsel review the rules',
        );
  }),
  check(76, 'Training of staff', ({ training }) => {
    if (training === null) return unseen('the roster of trainings');
    const { policies, required, lacking } = training;
    if (policies === 0) {
      const mend = 'set one with `consentry training policy`, and require it for listening';
      return warn('nobody has to have read any policy', mend);
    }
    if (lacking > 0) {
      const what = `${count(lacking, 'person', 'people')} did not read every policy, or too long ago`;
      return warn(what, '`consentry training list` shows who');
    }
    return pass(
      `${count(policies, 'policy', 'policies')}, read by everybody; ${required.join(', ') || 'nothing'} is refused without`,
    );
  }),
  check(77, 'Processing agreement', ({ agreement }) => {
    if (agreement === null) return unseen('the facts on processing');
    if (agreement === 'accepted') return pass('the facts on processing are accepted as they are');
    const mend = 'read `consentry agreement show`, and accept it with `consentry agreement accept`';
    return agreement === 'missing'
      ? warn('nobody has accepted the facts on processing', mend)
      : warn('the facts on processing are others than those that were accepted', mend);
  }),
  check(78, 'Reports without people', () => {
    const few = Array.from({ length: internalK - 1 }, (_, i) => ({ ...sample, caller: String(i) }));
    const report = reportOf(few, { rows: 'line', columns: null });
    return report?.rows.length === 0
      ? pass('`consentry report calls`: nothing is said of fewer than five callers')
      : fail('a report tells of few callers', 'this program was changed; reinstall it');
  }),
];

export const installationChecks: readonly Check[] = [
  check('keys', 'The key opens what it closed', ({ parts }) =>
    parts.keys === null
      ? pass('a canary was wrapped and unwrapped')
      : fail(parts.keys, 'put the key back from its backup'),
  ),
  check('vault', 'The vault can be written', ({ parts }) =>
    parts.vault === null
      ? pass('written and read')
      : fail(parts.vault, 'mount it, or make it writable'),
  ),
  check('spool', 'The spool can be written', ({ parts }) =>
    parts.spool === null ? pass('written and read') : fail(parts.spool, 'make DATA_DIR writable'),
  ),
  check('disk', 'Room on the disk', ({ machine }) => {
    if (machine === null) return unseen('the disk');
    const gigabytes = (machine.diskFreeBytes / 1e9).toFixed(1);
    const says = `${gigabytes} GB free, ${Math.round(machine.diskFreeShare * 100)} %`;
    if (machine.diskFreeBytes < 1e9) return fail(says, 'make room: below that nothing is recorded');
    return machine.diskFreeShare < 0.1 ? warn(says, 'make room before it is full') : pass(says);
  }),
  check('clocks', 'Clocks agree', ({ databaseClockMs }) => {
    if (databaseClockMs === null) return unseen("the database's clock");
    const apart = Math.abs(Math.round(databaseClockMs));
    return apart <= 1_000
      ? pass(`the database's clock is ${apart} ms from ours`)
      : fail(`the database's clock is ${apart} ms from ours`, 'let NTP set both');
  }),
  check('backups', 'There is a backup', ({ backupAt, at }) => {
    if (backupAt === null) {
      return warn(
        'no backup is known',
        'make one as the README says; it ends with `touch DATA_DIR/last-backup`',
      );
    }
    const days = Math.floor((at - backupAt) / 86_400_000);
    return days <= 7
      ? pass(`the last is ${count(days, 'day')} old`)
      : warn(`the last is ${count(days, 'day')} old`, 'make one as the README says');
  }),
  check('carrier-media', 'Nobody else keeps audio', ({ carrier }) => {
    if (carrier === null) return unseen("the carrier's account");
    return carrier.isSimulated
      ? pass('the practice carrier keeps nothing')
      : warn(
          'audio is not recorded at the carrier; whether its media need a password cannot be read by API',
          'switch on HTTP authentication for media in the Twilio Console (Voice, Settings)',
        );
  }),
  check('api-keys', 'API keys are used and narrow', ({ people }) => {
    if (people === null) return unseen('API keys');
    if (people.endingKeys > 0) {
      return warn(
        `${count(people.endingKeys, 'key')} will be refused within a week`,
        'make another with `consentry key create`, and give it to whoever uses the old one',
      );
    }
    return people.idleKeys === 0
      ? pass(`${count(people.adminKeys, 'key')} may do everything`)
      : warn(
          `${count(people.idleKeys, 'key')} unused for 90 days`,
          'revoke them with `consentry key revoke`',
        );
  }),
];
