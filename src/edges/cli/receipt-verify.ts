import { ConsentryError } from '../../core/error.ts';
import { LedgerFault } from '../../core/ledger/fault.ts';
import { verifierOf } from '../../core/ledger/note.ts';
import { verifyReceipt } from '../../core/ledger/verify.ts';
import { command, exitCodes, UsageError } from './command.ts';
import { readText } from './read-input.ts';
import { receiptText } from './receipt-text.ts';

/** Nothing of ours is near this; beyond 256 KiB the receipt itself is refused. */
const bytesMax = 1_048_576;

export const receiptVerify = command({
  summary: 'checks a receipt, without a network, a server or a database',
  about:
    'Exit code 0 only if everything holds: every opened fact fits its commitment, the statement ' +
    'stands in the tree under the checkpoint, and the checkpoint is signed by the key. Without ' +
    '--key the key in the receipt is used: that proves that the receipt is whole, and not who ' +
    'made it. `consentry ledger checkpoint` prints the key of this ledger.',
  operands: [{ name: 'FILE', about: 'The receipt; - for standard input.' }],
  options: {
    key: { value: 'VKEY', about: 'The verifier key to trust: name+hash+base64.' },
  },
  examples: [
    { args: 'receipt.json', does: 'checks it with the key in it, and says so' },
    {
      args: 'receipt.json --key example.org/ledger+a4c8c5b4+AYqI49PbsR8aWQdMmm3tGOeuISnmV9+s1Z4rkn4M2mfR',
      does: 'checks it with a key you have from elsewhere',
    },
    { args: '- --json', does: 'reads it from standard input and prints the verdict as JSON' },
  ],
  async run(input, parts) {
    const { terminal } = parts;
    const key = input.value('key');
    if (key !== null) checkKey(key);
    const text = await readText(terminal, input.operands[0] ?? '', bytesMax).catch(refuseForm);
    const verdict = typeof text === 'string' ? verifyReceipt(text, key ?? undefined) : text;
    terminal.out(input.json ? JSON.stringify(verdict) : receiptText(verdict));
    return verdict.ok ? exitCodes.done : exitCodes.failed;
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

/** Bytes that are no text, or far too many, are a receipt that does not hold. */
function refuseForm(error: unknown) {
  const isForm =
    error instanceof ConsentryError && ['body_malformed', 'body_too_large'].includes(error.code);
  if (!isForm) throw error;
  return { ok: false, where: 'receipt', why: error.publicText } as const;
}
