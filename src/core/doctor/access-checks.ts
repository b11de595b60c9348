/** Capabilities 1 to 13: who gets in, and to what. */
import { passwordFaults } from '../access/password.ts';
import { scopesOf, userRoles } from '../access/role.ts';
import { allows } from '../access/scope.ts';
import { type Check, check } from './check.ts';
import { absent, count, fail, pass, unseen, warn } from './finding.ts';

const somebody = { email: 'ann@example.com', name: 'Ann', secondFactor: true };

export const accessChecks: readonly Check[] = [
  check(1, 'Each person signs in as themselves', ({ people, counts }) => {
    if (people === null || counts === null) return unseen('accounts');
    if (counts.auditRowsWithoutActor > 0) {
      return fail(
        `${count(counts.auditRowsWithoutActor, 'row')} of the audit trail name nobody`,
        'run `consentry ledger verify`: rows were written beside the program',
      );
    }
    return people.users > 0
      ? pass(`${count(people.users, 'account')}, one for each address`)
      : warn('there are no accounts', 'add the first with `consentry user add`');
  }),
  check(2, 'A second factor at sign-in', ({ signIn, people }) => {
    if (signIn === null || people === null) return unseen('the rules of signing in');
    if (signIn.secondFactor === 'optional') {
      return warn(
        `it is optional, and ${count(people.withoutSecondFactor, 'person', 'people')} go without`,
        'set `secondFactor` to `every-login` or `30-days` with PUT /v1/settings/sign-in',
      );
    }
    return pass(`asked for: ${signIn.secondFactor}`);
  }),
  check(3, 'No recording without signing in', () =>
    allows([], 'recordings:listen')
      ? fail('an empty key may listen', 'stop the server: this program was changed')
      : pass('listening needs a session or key that may; links are for one person, once'),
  ),
  check(4, 'Strong passwords', ({ signIn, hasBreachList }) => {
    if (signIn === null) return unseen('the rules of passwords');
    if (passwordFaults('password', signIn.password, somebody).length === 0) {
      return fail(
        'a password of the blocklist would be taken',
        'this program was changed; reinstall it',
      );
    }
    const says = `profile ${signIn.password.profile}; words of the blocklist are refused`;
    return hasBreachList
      ? pass(`${says}, and what was stolen elsewhere`)
      : warn(
          `${says}; passwords that were stolen elsewhere are not looked up`,
          'set BREACHED_PASSWORDS to the list of Have I Been Pwned, ordered by hash',
        );
  }),
  check(5, 'A maximum age of passwords', ({ signIn }) => {
    if (signIn === null) return unseen('the rules of passwords');
    const { maxAgeDays } = signIn.password;
    return pass(
      maxAgeDays === null
        ? 'none, as NIST advises; 60 to 90 days can be set'
        : `${maxAgeDays} days`,
    );
  }),
  check(6, 'Password managers work', () =>
    absent('pages to sign in on', 'sign in by API: POST /v1/sessions takes what is pasted'),
  ),
  check(7, 'Access by role', ({ people }) => {
    if (people === null) return unseen('roles');
    if (people.administrators > Math.max(3, people.users / 2)) {
      return warn(
        `${people.administrators} of ${people.users} accounts are administrators`,
        'give people the role of their work with `consentry user set`',
      );
    }
    return pass(`${userRoles.length} roles; what a role does not list, it may not do`);
  }),
  check(8, 'Billing sees no recordings', () =>
    scopesOf.billing.some((scope) => scope.startsWith('recordings:'))
      ? fail('the role `billing` reaches recordings', 'this program was changed; reinstall it')
      : pass('the role `billing` reaches no recording and no number'),
  ),
  check(9, 'Listening is not downloading', () =>
    allows(['recordings:listen'], 'recordings:download')
      ? fail('who may listen may download', 'this program was changed; reinstall it')
      : pass('two permissions; a download needs a reason'),
  ),
  check(10, 'Each part reaches only its data', ({ hasRoles }) =>
    hasRoles === true
      ? pass('every part has a database role of its own')
      : warn(
          'every part works as the owner of the database',
          "let the owner make roles (CREATEROLE), see README's Database roles",
        ),
  ),
  check(11, 'Nobody reaches the machine', ({ machine }) => {
    if (machine === null) return unseen('the machine');
    const { isRoot, canChangeProgram, isDiskEncrypted, keyPlace, isKeyApart } = machine;
    const says = [
      isRoot ? 'runs as root' : 'does not run as root',
      canChangeProgram ? 'can write its own program' : 'the program is read-only',
      isDiskEncrypted === true ? 'the disk is encrypted' : 'the disk is not seen to be encrypted',
      `the key lies in ${keyPlace}, ${isKeyApart ? 'apart from' : 'inside of'} DATA_DIR`,
    ].join('; ');
    return isRoot || canChangeProgram || isDiskEncrypted !== true || !isKeyApart
      ? warn(
          says,
          'run as a user of its own, the program read-only, DATA_DIR on an encrypted disk, KEYS_URL elsewhere',
        )
      : pass(says);
  }),
  check(12, 'One public surface', ({ publicUrl, apiFrom }) => {
    if (!publicUrl.isEncrypted && !publicUrl.isLoopback) {
      return fail(
        'PUBLIC_URL is not https',
        'put a proxy with a certificate in front, and set PUBLIC_URL',
      );
    }
    if (publicUrl.isLoopback) return pass('this machine only');
    return apiFrom === null
      ? warn(
          'whoever has a key may ask the API from anywhere',
          'set API_FROM to the networks of your own people and programs',
        )
      : pass(`carrier and public pages for all, the API for ${count(apiFrom, 'network')}`);
  }),
  check(13, 'Support looks in only when let in', ({ counts }) => {
    if (counts === null) return unseen('leave for support');
    return counts.supportOpen === 0
      ? pass('nobody of support may look in now')
      : warn(
          `${count(counts.supportOpen, 'grant')} of support access in force`,
          'end what is done with DELETE /v1/support-access/{id}',
        );
  }),
];
