/** Capabilities 58 to 69: what ends, and what leaves. */
import { recordKinds } from '../retention/plan.ts';
import { type Check, check } from './check.ts';
import { count, fail, pass, unseen, warn } from './finding.ts';

const dayMs = 86_400_000;

export const removalChecks: readonly Check[] = [
  check(58, 'Redaction by schedule', ({ retention, retentionRunAt, at }) => {
    if (retention === null) return unseen('the schedule');
    const ending = retention.filter(({ days }) => days !== null);
    if (ending.length === 0) {
      return warn('no schedule is set: records stay for ever', 'set one with PUT /v1/retention');
    }
    if (retentionRunAt === null || at - retentionRunAt > 2 * dayMs) {
      return fail(
        'the schedule has not run for two days',
        'start one with `consentry retention run`, and see in the log of the server what stopped it',
      );
    }
    return pass(`${count(ending.length, 'rule')}, run within the last two days`);
  }),
  check(59, 'Redaction by hand', () =>
    pass('`consentry redact` a call, or a person and all their calls'),
  ),
  check(60, 'The fact of the call stays', ({ counts }) =>
    counts === null
      ? unseen('calls')
      : pass(`${count(counts.calls, 'call')} counted, redacted or not`),
  ),
  check(61, 'Messages carry no data', () =>
    pass('what is told to others holds ids and tokens only'),
  ),
  check(62, 'Gone from every service', ({ counts }) => {
    if (counts === null) return unseen('erasures');
    return counts.erasuresStuck === 0
      ? pass('no erasure is unfinished')
      : fail(
          `${count(counts.erasuresStuck, 'erasure')} begun more than a day ago and not done`,
          'start the server: it goes on with them; its log says what is in the way',
        );
  }),
  check(63, 'The end of a contract', () =>
    pass(
      'a copy is offered, then keys go and everything after them: `consentry contract offer` begins it',
    ),
  ),
  check(64, 'Disposal by policy', ({ retention, counts }) => {
    if (retention === null || counts === null) return unseen('the schedule');
    const kinds = new Set(retention.map(({ kind }) => kind));
    const free = recordKinds.filter((kind) => !kinds.has(kind));
    return free.length === 0
      ? pass(`a rule for every kind; ${count(counts.holdsOpen, 'hold')} in force`)
      : warn(`no rule for ${free.join(', ')}`, 'set one with PUT /v1/retention');
  }),
  check(65, 'Erasures are true', ({ counts }) => {
    if (counts === null) return unseen('erasures');
    const n = counts.erasuresUnproved + counts.runsUnproved;
    return n === 0
      ? pass('each was looked at again before it was written down')
      : fail(
          `${count(n, 'erasure or run', 'erasures or runs')} could not be shown to be done`,
          'do them again',
        );
  }),
  check(66, 'What is still identifiable', ({ counts }) =>
    counts === null
      ? unseen('calls')
      : pass('`consentry retention plan` counts what is due, held and kept'),
  ),
  check(67, 'Exports', () =>
    pass('`consentry export make`, also `person`, `recording` and `list export`; masked'),
  ),
  check(68, 'By API or SFTP', () =>
    pass('exports by API, and to the SFTP servers of DATA_DIR/sftp.json, host keys pinned'),
  ),
  check(69, 'No call data in messages', () =>
    pass('templates of texts are checked when saved and at start; no e-mail is sent'),
  ),
];
