/** `consentry batch verify FILE`: what a certificate shows, and what it does not. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { ConsentryError } from '../../core/error.ts';
import { LedgerFault } from '../../core/ledger/fault.ts';
import { verifierOf } from '../../core/ledger/note.ts';
import { verifyReceipt } from '../../core/ledger/verify.ts';
import {
  type VerifiedCertificate,
  verifyCertificate,
} from '../../core/suppression/batch-certificate.ts';
import { columns } from './columns.ts';
import { command, exitCodes, type Input, UsageError } from './command.ts';
import { readText } from './read-input.ts';

const bytesMax = 1_048_576;

type Name = 'key' | 'input' | 'output' | 'receipt';

/** What was looked at beside the certificate itself, and what came of it. */
interface Looked {
  readonly what: 'input' | 'output' | 'receipt';
  readonly holds: boolean;
  readonly why: string;
}

export const batchVerify = command({
  summary: 'checks the certificate of a batch, without a network, a server or a database',
  about:
    'Exit code 0 only if everything that was asked holds: the certificate is whole and signed by the ' +
    'key, its counts add up, and each file that is named is the one it speaks of. Without --key the ' +
    'key in the certificate is used: that proves that it is whole, and not who made it. What was not ' +
    'looked at is said. `consentry ledger checkpoint` prints the key of this ledger, and ' +
    '`consentry receipt show BATCH` the receipt.',
  operands: [{ name: 'FILE', about: 'The certificate; - for standard input.' }],
  options: {
    key: { value: 'VKEY', about: 'The verifier key to trust: name+hash+base64.' },
    input: { value: 'FILE', about: 'The list that was screened.' },
    output: { value: 'FILE', about: 'The answer that was given.' },
    receipt: { value: 'FILE', about: 'The receipt of the batch: that it stands in the ledger.' },
  },
  examples: [
    { args: 'leads.cert', does: 'checks it with the key in it, and says so' },
    {
      args: 'leads.cert --input leads.txt --output answer.txt',
      does: 'checks that these are the list and the answer',
    },
    { args: 'leads.cert --receipt receipt.json --json', does: 'looks for it in the ledger, too' },
  ],
  async run(input, { terminal }) {
    const key = input.value('key');
    if (key !== null) checkKey(key);
    const text = await readText(terminal, input.operands[0] ?? '', bytesMax);
    const verdict = verifyCertificate(text, key ?? undefined);
    if (!verdict.ok) {
      if (input.json) terminal.out(JSON.stringify(verdict));
      else terminal.out(`The certificate does not hold. ${verdict.where}: ${verdict.why}`);
      return exitCodes.failed;
    }
    const looked: Looked[] = [];
    for (const what of ['input', 'output'] as const) {
      const file = input.value(what);
      if (file !== null) looked.push(await lookAtFile(what, file, verdict));
    }
    const receipt = input.value('receipt');
    if (receipt !== null) {
      looked.push(lookAtReceipt(await readText(terminal, receipt, bytesMax), verdict));
    }
    const ok = looked.every(({ holds }) => holds);
    if (input.json) terminal.out(JSON.stringify({ ...verdict, ok, looked }));
    else for (const line of linesOf(verdict, looked, input)) terminal.out(line);
    return ok ? exitCodes.done : exitCodes.failed;
  },
});

function checkKey(key: string): void {
  try {
    verifierOf(key);
  } catch (error) {
    if (error instanceof LedgerFault) throw new UsageError(`--key ${error.why}`);
    throw error;
  }
}

async function lookAtFile(
  what: 'input' | 'output',
  path: string,
  { statement }: VerifiedCertificate,
): Promise<Looked> {
  const hash = createHash('sha256');
  try {
    for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new ConsentryError('not_found', `${path} cannot be read (${code})`, { cause });
  }
  const holds = hash.digest('hex') === statement[what].sha256;
  const is = what === 'input' ? 'the list that was screened' : 'the answer that was given';
  return { what, holds, why: `${path} is ${holds ? '' : 'not '}${is}` };
}

/** The receipt has to be signed by the same key, and to be of this certificate. */
function lookAtReceipt(text: string, { statement, key, sha256 }: VerifiedCertificate): Looked {
  const verdict = verifyReceipt(text, key);
  const what = 'receipt';
  if (!verdict.ok) return { what, holds: false, why: `${verdict.where}: ${verdict.why}` };
  const { facts } = verdict;
  const isOf = facts['entryId'] === statement.batch && facts['certificateSha256'] === sha256;
  if (verdict.statement.kind !== 'batch' || !isOf) {
    return { what, holds: false, why: 'the receipt is of something else' };
  }
  const { leafIndex, size, origin } = verdict;
  const why = `it is entry ${leafIndex} of the ${size} under a checkpoint signed by ${origin}`;
  return { what, holds: true, why };
}

const unlooked: readonly (readonly [name: Exclude<Name, 'key'>, text: string])[] = [
  ['input', 'which list was screened: name it with --input'],
  ['output', 'which answer was given: name it with --output'],
  ['receipt', 'that it stands in the ledger, and since when: name its receipt with --receipt'],
];

function linesOf(
  { statement, key, keyFrom }: VerifiedCertificate,
  looked: readonly Looked[],
  input: Input<Name>,
): readonly string[] {
  const { counts, reasons, lists, ownList, startedAt, finishedAt } = statement;
  const { lines, allow, hold, deny, unreadable } = counts;
  const failed = looked.some(({ holds }) => !holds);
  return [
    failed ? 'The certificate is whole, and does not fit.' : 'The certificate holds.',
    `${statement.channel}, ${statement.purpose}, by ${statement.by}, ${startedAt} to ${finishedAt}`,
    `${lines} lines: ${allow} allow, ${hold} hold, ${deny} deny (${unreadable} unreadable)`,
    ...columns(Object.entries(reasons).map(([code, count]) => [`  ${code}`, String(count)])),
    `own list read up to ${ownList.to ?? 'nothing'}; rules of ${statement.rules}`,
    ...lists.map((one) => `${one.list} ${one.version}, ${one.ageDays} days old`),
    ...looked.map(({ what, holds, why }) => `${what}: ${holds ? '' : 'DOES NOT FIT: '}${why}`),
    keyFrom === 'given'
      ? `Checked with the key that was given: ${key}`
      : `Checked with the key in the certificate itself, which does not say who made it: ${key}`,
    'Not looked at:',
    ...unlooked.flatMap(([name, text]) => (input.value(name) === null ? [`  ${text}`] : [])),
    '  whether lists and rules were right, and each answer follows from them: a decision that is',
    '  kept is taken again by `consentry screen replay`',
  ];
}
