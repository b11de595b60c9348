import { describe, expect, test } from 'vitest';
import { examine } from '../../../src/core/doctor/examine.ts';
import type { DoctorFacts } from '../../../src/core/doctor/facts.ts';
import { verbs } from '../../../src/edges/cli/verbs.ts';

const at = Date.parse('2026-06-01T12:00:00Z');
const dayMs = 86_400_000;

const well: DoctorFacts = {
  at,
  day: '2026-06-01',
  publicUrl: { isLoopback: false, isEncrypted: true },
  database: { isLoopback: true, isEncrypted: false },
  redis: null,
  apiFrom: 1,
  hasBreachList: true,
  hasRoles: true,
  machine: {
    isRoot: false,
    canChangeProgram: false,
    isDiskEncrypted: true,
    keyPlace: '/etc/consentry/kek',
    isKeyApart: true,
    diskFreeShare: 0.5,
    diskFreeBytes: 50e9,
  },
  parts: { keys: null, vault: null, spool: null },
  databaseClockMs: 3,
  backupAt: at - dayMs,
  recipients: { companies: ['Twilio Inc.'], unlisted: [] },
  training: { policies: 1, required: ['listen'], lacking: 0 },
  agreement: 'accepted',
  custody: { copies: 1, exposed: 0 },
  carrier: { isSimulated: true, numbers: 0, withCallerName: 0 },
  counts: {
    lines: 1,
    calls: 10,
    recordings: 4,
    recordingsWithoutGrant: 0,
    recordingsQuarantined: 0,
    auditRows: 7,
    auditRowsWithoutActor: 0,
    choices: 3,
    ownListings: 2,
    supportOpen: 0,
    erasuresStuck: 0,
    erasuresUnproved: 0,
    runsUnproved: 0,
    holdsOpen: 0,
    tasksOld: 0,
    rightsLate: 0,
    rightsOpen: 2,
    ledgerWaitingMs: 100,
  },
  people: {
    users: 5,
    withoutSecondFactor: 0,
    administrators: 1,
    adminKeys: 1,
    idleKeys: 0,
    endingKeys: 0,
  },
  signIn: { password: { profile: 'nist', maxAgeDays: null }, secondFactor: 'every-login' },
  retention: (['calls', 'recordings', 'transcripts', 'texts', 'forms'] as const).map((kind) => ({
    kind,
    purpose: null,
    lineId: null,
    campaign: null,
    days: 90,
  })),
  retentionRunAt: at - dayMs,
  bases: 0,
  lists: [{ list: 'national-US', ageDays: 3 }],
  flows: { published: ['inbound', 'inbound-purposes', 'preferences'], locales: ['en-US'] },
  hasMail: false,
  trackedLines: 0,
  noticeReviewed: '2026-03-01',
  lines: [{ isTollFree: true, isInUs: false, flow: 'rights' }],
};

const { counts, machine, people, signIn, carrier } = well;
const found = (facts: DoctorFacts, id: string) =>
  examine(facts).findings.find((one) => one.id === id);

describe('the doctor [cap 74]', () => {
  test('looks at each of the 78 capabilities once', () => {
    const numbers = examine(well).findings.flatMap(({ capability }) => capability ?? []);
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 78 }, (_, i) => i + 1));
  });

  test('fails nothing of a well kept installation but what this version does not have', () => {
    const ill = examine(well).findings.filter(({ state }) => state !== 'pass');
    expect(ill.filter(({ says }) => !says.startsWith('this version has no'))).toEqual([]);
  });

  test.each<[string, Partial<DoctorFacts>, string, 'warn' | 'fail']>([
    ['a key that opens nothing', { parts: { ...well.parts, keys: 'gone' } }, 'keys', 'fail'],
    [
      'a vault that cannot be written',
      { parts: { ...well.parts, vault: 'full' } },
      'vault',
      'fail',
    ],
    ['a full disk', { machine: { ...machine!, diskFreeBytes: 1e6 } }, 'disk', 'fail'],
    ['clocks apart', { databaseClockMs: -2_500 }, 'clocks', 'fail'],
    ['no backup', { backupAt: null }, 'backups', 'warn'],
    ['an old backup', { backupAt: at - 9 * dayMs }, 'backups', 'warn'],
    ['a real account', { carrier: { ...carrier!, isSimulated: false } }, 'carrier-media', 'warn'],
    ['idle keys', { people: { ...people!, idleKeys: 1 } }, 'api-keys', 'warn'],
    ['keys that end soon', { people: { ...people!, endingKeys: 2 } }, 'api-keys', 'warn'],
    ['nobody with an account', { people: { ...people!, users: 0 } }, 'capability-1', 'warn'],
    [
      'an optional second factor',
      { signIn: { ...signIn!, secondFactor: 'optional' } },
      'capability-2',
      'warn',
    ],
    ['stolen passwords unlisted', { hasBreachList: false }, 'capability-4', 'warn'],
    ['a database without roles', { hasRoles: false }, 'capability-10', 'warn'],
    [
      'a process that runs as root',
      { machine: { ...machine!, isRoot: true } },
      'capability-11',
      'warn',
    ],
    [
      'a disk in the clear',
      { machine: { ...machine!, isDiskEncrypted: null } },
      'capability-11',
      'warn',
    ],
    [
      'a program that can be written',
      { machine: { ...machine!, canChangeProgram: true } },
      'capability-11',
      'warn',
    ],
    [
      'a key among what it opens',
      { machine: { ...machine!, isKeyApart: false } },
      'capability-11',
      'warn',
    ],
    ['an API for the whole world', { apiFrom: null }, 'capability-12', 'warn'],
    [
      'a public http address',
      { publicUrl: { isLoopback: false, isEncrypted: false } },
      'capability-12',
      'fail',
    ],
    ['support let in', { counts: { ...counts!, supportOpen: 1 } }, 'capability-13', 'warn'],
    [
      'a public http address',
      { publicUrl: { isLoopback: false, isEncrypted: false } },
      'capability-14',
      'fail',
    ],
    [
      'a far database in the clear',
      { database: { ...well.database, isLoopback: false } },
      'capability-14',
      'fail',
    ],
    [
      'quarantined recordings',
      { counts: { ...counts!, recordingsQuarantined: 1 } },
      'capability-15',
      'warn',
    ],
    [
      'caller names looked up',
      { carrier: { isSimulated: false, numbers: 2, withCallerName: 1 } },
      'capability-21',
      'fail',
    ],
    [
      'a recording without a grant',
      { counts: { ...counts!, recordingsWithoutGrant: 1 } },
      'capability-25',
      'fail',
    ],
    ['no flow in force', { flows: { published: [], locales: [] } }, 'capability-26', 'fail'],
    [
      'a list of 31 days',
      { lists: [{ list: 'national-US', ageDays: 31 }] },
      'capability-41',
      'fail',
    ],
    [
      'a list of 25 days',
      { lists: [{ list: 'national-US', ageDays: 25 }] },
      'capability-41',
      'warn',
    ],
    ['a notice that nobody read', { noticeReviewed: 'never' }, 'capability-53', 'warn'],
    ['a notice of last year', { noticeReviewed: '2025-05-30' }, 'capability-53', 'warn'],
    ['no schedule', { retention: [] }, 'capability-58', 'warn'],
    ['a schedule that does not run', { retentionRunAt: at - 3 * dayMs }, 'capability-58', 'fail'],
    ['a stuck erasure', { counts: { ...counts!, erasuresStuck: 1 } }, 'capability-62', 'fail'],
    [
      'an erasure without proof',
      { counts: { ...counts!, erasuresUnproved: 1 } },
      'capability-65',
      'fail',
    ],
    ['a late answer', { counts: { ...counts!, rightsLate: 1 } }, 'capability-55', 'fail'],
    [
      'a ledger that stands still',
      { counts: { ...counts!, ledgerWaitingMs: 60_000 } },
      'capability-70',
      'fail',
    ],
    ['a key without a copy', { custody: { copies: 0, exposed: 0 } }, 'capability-20', 'warn'],
    ['a key that was seen', { custody: { copies: 1, exposed: 1 } }, 'capability-20', 'fail'],
    ['facts that nobody accepted', { agreement: 'missing' }, 'capability-77', 'warn'],
    ['other facts than were accepted', { agreement: 'outdated' }, 'capability-77', 'warn'],
    [
      'people without a training',
      { training: { policies: 1, required: [], lacking: 2 } },
      'capability-76',
      'warn',
    ],
    [
      'a host without an entry',
      {
        recipients: {
          companies: [],
          unlisted: [{ way: 'webhook', from: 'webhook 1', host: 'crm.example.com' }],
        },
      },
      'capability-24',
      'fail',
    ],
    ['rules past their review', { day: '2036-01-01' }, 'capability-75', 'warn'],
  ])('finds %s, and says how to mend it', (_, change, id, state) => {
    expect(found(well, id)?.state).toBe('pass');
    const finding = found({ ...well, ...change }, id);
    expect(finding).toMatchObject({ state, mend: expect.stringMatching(/.{10}/) });
  });

  test('takes what it could not look at for ill', () => {
    const blind = { ...well, machine: null, counts: null, people: null, carrier: null };
    for (const id of ['disk', 'capability-1', 'capability-21', 'capability-25', 'capability-62']) {
      expect([id, found(blind, id)?.state]).toEqual([id, 'fail']);
    }
  });

  test('names only commands that there are', () => {
    const worst = examine({ ...well, counts: null, flows: null, retention: [], people: null });
    const texts = [...worst.findings, ...examine(well).findings].flatMap(({ says, mend }) => [
      says,
      mend ?? '',
    ]);
    const named = texts.flatMap((text) => [...text.matchAll(/`consentry (\w+)(?: (\w[\w-]*))?/g)]);
    expect(named.length).toBeGreaterThan(5);
    for (const [text, verb = '', second] of named) {
      const known = verbs.get(verb);
      expect([text, known !== undefined]).toEqual([text, true]);
      if (typeof known === 'object' && 'commands' in known) {
        expect([text, second !== undefined && second in known.commands]).toEqual([text, true]);
      }
    }
  });
});

describe('[cap 52] a business with numbers in the United States', () => {
  const here = { isTollFree: false, isInUs: true, flow: 'inbound' };
  const desk = { isTollFree: true, isInUs: false, flow: 'rights' };

  test.each([
    ['without a toll-free number is warned', [here], 'warn'],
    [
      'whose toll-free number takes no requests is warned',
      [here, { ...desk, flow: 'inbound' }],
      'warn',
    ],
    [
      'whose requests are taken on another number is warned',
      [here, { ...here, flow: 'rights' }],
      'warn',
    ],
    ['with a toll-free number that takes requests is well', [here, desk], 'pass'],
    ['is not told of one elsewhere', [{ ...here, isInUs: false }], 'pass'],
  ])('%s', (_, lines, state) => {
    const finding = examine({ ...well, lines }).findings.find(
      ({ capability }) => capability === 52,
    );
    expect(finding?.state).toBe(state);
  });
});
