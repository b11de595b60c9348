/**
 * OWASP ASVS 5.0.0, level 2, chapters 6 to 8, 11, 14 and 16: what it asks, in our words, and the test
 * that shows it, or where it is documented, or why it does not apply, or that it is open.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

type Shown =
  | readonly ['test', file: string, name: string]
  | readonly ['readme', words: string]
  | readonly ['none', why: string]
  | readonly ['open', what: string];

const users = 'edges/http/api/users.test.ts';
const signIn = 'app/sign-in.test.ts';
const password = 'core/access/password.test.ts';
const totp = 'core/access/totp.test.ts';
const openid = 'edges/http/api/openid.test.ts';
const access = 'edges/http/api/access.test.ts';
const matrix = 'edges/http/api/access-matrix.test.ts';
const audit = 'edges/http/api/audit.test.ts';
const privacy = 'sim/privacy.test.ts';
const t = (file: string, name: string): Shown => ['test', file, name];
const noPages = 'There are no pages to sign in on: the API takes what is sent.';

const asked: Readonly<Record<string, readonly [asks: string, shown: Shown]>> = {
  '6.1.1': [
    'how guessing is slowed is documented',
    ['readme', 'a hundred guesses take most of a day'],
  ],
  '6.1.2': [
    'words that passwords must not hold are documented',
    ['readme', 'words of this product'],
  ],
  '6.1.3': ['every way to sign in is documented', ['readme', 'There are two ways in']],
  '6.2.1': ['passwords have 8 characters or more', t(password, 'the profile nist')],
  '6.2.2': [
    'people can change theirs',
    t(users, 'changes their password, and is signed out elsewhere'),
  ],
  '6.2.3': [
    'a change needs the old one',
    t(users, 'changes their password, and is signed out elsewhere'),
  ],
  '6.2.4': ['common passwords are refused', t(password, 'the profile nist')],
  '6.2.5': ['any composition is allowed', t(password, 'the profile nist')],
  '6.2.6': ['what is typed is masked', ['none', noPages]],
  '6.2.7': ['pasting is allowed', ['none', noPages]],
  '6.2.8': [
    'a password is taken as it is',
    t(signIn, 'a session begins, and only the hash of its token is kept'),
  ],
  '6.2.9': ['64 characters are allowed', t(password, 'the profile nist')],
  '6.2.10': [
    'no change is asked for by the calendar',
    t(signIn, 'is never too old where no age is set'),
  ],
  '6.2.11': ['the documented words are refused', t(password, 'the profile nist')],
  '6.2.12': [
    'known breached passwords are refused',
    t('adapters/breaches.test.ts', 'is refused when somebody chooses it'),
  ],
  '6.3.1': ['guessing is slowed', t(signIn, 'waits after five tries')],
  '6.3.2': [
    'there are no default accounts',
    t('edges/cli/doctor.test.ts', 'what is not well is shown'),
  ],
  '6.3.3': [
    'a second factor can be asked of everybody',
    t(signIn, 'the tenant that asks everybody for a second factor'),
  ],
  '6.3.4': [
    'ways to sign in are equally strong',
    t(openid, 'has to bring a second factor where one is asked for'),
  ],
  '6.4.1': [
    'first passwords are random and for once',
    t(users, 'gets a first password that is good for choosing another one only'),
  ],
  '6.4.2': [
    'there are no hints or secret questions',
    ['none', 'There is no such field anywhere in the API.'],
  ],
  '6.4.3': [
    'a reset does not go round the second factor',
    t(users, 'resets who lost their second factor'),
  ],
  '6.4.4': [
    'who lost a factor is proved anew',
    [
      'none',
      'An administrator resets it, in person or as the operator sees fit; it is in the audit.',
    ],
  ],
  '6.5.1': ['codes count once', t(signIn, 'of fifty uses of one code, one wins')],
  '6.5.2': [
    'recovery codes are hashed, or have 112 bits',
    t(totp, 'a recovery code is the same however it is typed'),
  ],
  '6.5.3': [
    'secrets are drawn unguessably',
    t('main/chance.test.ts', 'bytes are as many as asked for'),
  ],
  '6.5.4': [
    'codes have 20 bits or more',
    t(totp, 'a recovery code is the same however it is typed'),
  ],
  '6.5.5': ['codes are short-lived', t(totp, 'are good for their step and one before and after')],
  '6.6.1': [
    'codes by telephone are not the only way',
    ['none', 'No code to sign in is sent by telephone.'],
  ],
  '6.6.2': ['codes sent are bound to their request', t('edges/http/api/rights.test.ts', 'code')],
  '6.6.3': ['tries of codes sent are limited', t('edges/http/api/rights.test.ts', 'code')],
  '6.8.1': ['providers cannot speak for each other', ['none', 'There is one provider at most.']],
  '6.8.2': ['assertions are verified', t(openid, 'checks nonce, audience and PKCE')],
  '6.8.3': ['SAML assertions count once', ['none', 'There is no SAML.']],
  '6.8.4': [
    'the strength of a provider is looked at',
    t(openid, 'has to bring a second factor where one is asked for'),
  ],
  '7.1.1': [
    'how long sessions last is documented',
    ['readme', 'ends after half an hour without use and after'],
  ],
  '7.1.2': [
    'how many sessions there may be is documented',
    ['readme', 'a person may have any number'],
  ],
  '7.1.3': [
    'sessions beside those of a provider are documented',
    ['readme', 'whatever a provider says'],
  ],
  '7.2.1': ['tokens are verified by the server', t(users, 'of an unknown token is none')],
  '7.2.2': [
    'tokens are made for each session',
    t(signIn, 'a session begins, and only the hash of its token is kept'),
  ],
  '7.2.3': [
    'tokens have 128 bits or more',
    t(signIn, 'a session begins, and only the hash of its token is kept'),
  ],
  '7.2.4': [
    'signing in makes a new token',
    t(signIn, 'a session begins, and only the hash of its token is kept'),
  ],
  '7.3.1': [
    'sessions end without use',
    t(users, 'ends after half an hour without use, and after twelve hours with it'),
  ],
  '7.3.2': [
    'sessions end in any case',
    t(users, 'ends after half an hour without use, and after twelve hours with it'),
  ],
  '7.4.1': [
    'an ended session is of no use',
    t(users, 'sees where they are signed in, and signs out there'),
  ],
  '7.4.2': ['disabling an account ends its sessions', t(users, 'takes an account out of force')],
  '7.4.3': [
    'other sessions end with a new password',
    t(users, 'changes their password, and is signed out elsewhere'),
  ],
  '7.4.4': ['signing out is easy to find', ['none', noPages]],
  '7.4.5': ['administrators can end sessions of others', t(users, 'takes an account out of force')],
  '7.5.1': [
    'changing a factor asks again who it is',
    t(signIn, 'cannot be replaced while it is in force'),
  ],
  '7.5.2': [
    'people see and end their sessions',
    t(users, 'sees where they are signed in, and signs out there'),
  ],
  '7.6.1': ['lifetimes hold with a provider too', t(openid, 'is over after ten minutes')],
  '7.6.2': ['no session begins by itself', t(openid, 'is refused for a code of another attempt')],
  '8.1.1': ['who may do what is documented', ['readme', '`privacy-officer`']],
  '8.1.2': ['who may see which field is documented', ['readme', 'see numbers in full']],
  '8.2.1': [
    'what is not allowed is refused',
    t(matrix, 'every role at every route is as the table says'),
  ],
  '8.2.2': [
    'what is out of scope is not there',
    t(matrix, 'every role at every route is as the table says'),
  ],
  '8.2.3': [
    'fields are masked without leave',
    t('edges/http/api/links.test.ts', 'is given for a reason, to who may'),
  ],
  '8.3.1': ['the server decides', t(access, 'without the scope is told which one it needs')],
  '8.4.1': ['tenants do not meet', t(access, 'of another tenant is not there')],
  '11.1.1': [
    'keys and their lives are documented',
    ['readme', 'wraps everything below and lies nowhere else'],
  ],
  '11.1.2': [
    'what is sealed with what is documented',
    ['readme', 'AES-256-GCM in segments of 200 ms'],
  ],
  '11.2.1': [
    'cryptography is not made here',
    ['none', 'All primitives are node:crypto (OpenSSL), age-encryption and @node-rs/argon2.'],
  ],
  '11.2.2': [
    'algorithms and keys can be changed',
    t('adapters/keys/rotation.test.ts', 'wraps all there is under the new key'),
  ],
  '11.2.3': ['128 bits of strength or more', t('core/sealed-field.test.ts', 'a sealed field')],
  '11.3.1': ['no weak modes', t('core/sealed-field.test.ts', 'a sealed field')],
  '11.3.2': ['approved ciphers only', t('core/sealed-field.test.ts', 'a sealed field')],
  '11.3.3': [
    'what is sealed cannot be changed unseen',
    t('adapters/keys/field-cipher.test.ts', "a tenant's field cipher"),
  ],
  '11.4.1': ['approved hashes only', t('core/ledger/note.test.ts', 'the published example')],
  '11.4.2': ['passwords are hashed slowly', ['readme', 'hashed with argon2id']],
  '11.4.3': ['hashes for integrity have 256 bits', t('core/ledger/note.test.ts', 'checkpoints')],
  '11.4.4': ['keys from passwords are stretched', ['none', 'No key is made from a password.']],
  '11.5.1': [
    'what is not to be guessed has 128 random bits',
    t('main/chance.test.ts', 'bytes are spread evenly'),
  ],
  '11.6.1': ['approved signatures and keys', t('core/ledger/note.test.ts', 'keys')],
  '14.1.1': [
    'what is sensitive is written down',
    t('adapters/postgres/register.test.ts', 'every column of the migrated database'),
  ],
  '14.1.2': ['how it is protected is written down', ['readme', 'src/core/retention/register.ts']],
  '14.2.1': ['nothing sensitive in addresses', t(privacy, 'no address has a number in it')],
  '14.2.2': [
    'nothing sensitive in caches on the way',
    t(access, 'is answered for one reader, whatever the answer'),
  ],
  '14.2.3': ['nothing sensitive to others', t('sim/webhooks.test.ts', 'with ids alone')],
  '14.2.4': [
    'what is written down about protection holds',
    t(privacy, 'a dump of the database holds no number'),
  ],
  '14.3.1': [
    'browsers forget',
    ['none', 'Nothing runs in a browser but the description of the API.'],
  ],
  '14.3.2': [
    'answers are not cached',
    t(access, 'is answered for one reader, whatever the answer'),
  ],
  '14.3.3': ['browsers store nothing sensitive', ['none', 'Nothing is stored in a browser.']],
  '16.1.1': ['what is logged where is documented', ['readme', 'What is logged where']],
  '16.2.1': ['who, what, when, from where', t(audit, 'is asked by person, user, kind and time')],
  '16.2.2': ['clocks agree, times are UTC', t('core/doctor/examine.test.ts', 'clocks apart')],
  '16.2.3': ['logs go where it is said', ['readme', 'standard error, JSON lines, UTC']],
  '16.2.4': ['logs can be read by machines', ['readme', 'JSON lines']],
  '16.2.5': [
    'nothing sensitive is logged',
    t(privacy, 'the log at its most talkative holds none of it'),
  ],
  '16.3.1': [
    'signing in is written down',
    t(audit, 'signing in is written down under the name it turned out to be'),
  ],
  '16.3.2': [
    'what was refused is written down',
    t(audit, 'adds one row when it is refused, and nothing else'),
  ],
  '16.3.3': [
    'tries to get round are written down',
    t(audit, 'are written down once a minute for an address'),
  ],
  '16.3.4': ['unexpected errors are logged', t('edges/http/deadline.test.ts', 'a voice handler')],
  '16.4.1': [
    'nobody writes lines into the log',
    ['none', 'A line is one JSON object, whose values are escaped (pino).'],
  ],
  '16.4.2': [
    'what was written down cannot be changed',
    t(audit, 'cannot be changed, and holds no number'),
  ],
  '16.4.3': [
    'logs are kept apart',
    [
      'none',
      'Standard error goes where the operator sends it; checkpoints of the audit can be given to anybody.',
    ],
  ],
  '16.5.1': [
    'errors say nothing of the inside',
    t('edges/cli/run.test.ts', 'a failure is its public sentence'),
  ],
  '16.5.2': [
    'a part that fails does not open the others',
    t('fault/frozen-database.test.ts', 'frozen while the caller presses *'),
  ],
  '16.5.3': ['failing is closed', t(audit, 'nothing of it leaves, and nothing changes')],
};

const folder = import.meta.dirname;
const readme = readFileSync(join(folder, '../README.md'), 'utf8');

test.each(Object.entries(asked))('%s is shown where it is said to be', (_, [, shown]) => {
  if (shown[0] === 'readme') expect(readme.replace(/\s+/g, ' ')).toContain(shown[1]);
  if (shown[0] !== 'test') return;
  const file = join(folder, shown[1]);
  expect([shown[1], existsSync(file)]).toEqual([shown[1], true]);
  expect(readFileSync(file, 'utf8').replaceAll("\\'", "'")).toContain(shown[2]);
});

test('the list is kept', async () => {
  const words: Readonly<Record<Shown[0], (shown: Shown) => string>> = {
    test: ([, file, name]) => `\`${file}\`: ${name}`,
    readme: ([, text]) => `README: “${text}”`,
    none: ([, why]) => `does not apply: ${why}`,
    open: ([, what]) => `**open**: ${what}`,
  };
  const rows = Object.entries(asked).map(
    ([id, [asks, shown]]) => `| ${id} | ${asks} | ${words[shown[0]](shown)} |`,
  );
  const open = Object.entries(asked).filter(([, [, shown]]) => shown[0] === 'open');
  const text = [
    '# OWASP ASVS 5.0.0, level 2: sign-in, sessions, authorization, cryptography, data, logging',
    '',
    `${rows.length} requirements, in our words. Open: ${open.map(([id]) => id).join(', ') || 'none'}.`,
    '',
    '| | Asks that | Shown by |',
    '|---|---|---|',
    ...rows,
    '',
  ];
  await expect(text.join('\n')).toMatchFileSnapshot('golden/asvs.md');
});
