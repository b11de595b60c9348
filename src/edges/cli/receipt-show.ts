import { setTimeout as sleep } from 'node:timers/promises';
import { ConsentryError } from '../../core/error.ts';
import { labelsOf } from '../../core/ledger/facts.ts';
import { formatReceipt, type Receipt } from '../../core/ledger/receipt.ts';
import { verifyReceipt } from '../../core/ledger/verify.ts';
import type { Uuid } from '../../core/words.ts';
import { command, exitCodes, UsageError } from './command.ts';
import { idOf, namesOf } from './operands.ts';
import { type CommandStores, withStores } from './parts.ts';
import { receiptText } from './receipt-text.ts';
import { refuseTaken, writeWhole } from './write-file.ts';

export const receiptShow = command({
  summary: 'prints the receipt of an entry: one fact with its proof',
  about:
    'A receipt is JSON for its person to keep. `consentry receipt verify` checks it years later, ' +
    'without us and without a network. Waits up to two seconds for an entry that was just made to ' +
    'come under a signed checkpoint. A fact that is left out stays committed to: the receipt ' +
    'still verifies.',
  operands: [{ name: 'ID', about: 'The entry, as a call shows it under `receiptId`.' }],
  options: {
    out: { value: 'FILE', about: 'Writes the receipt to a file instead of printing it.' },
    force: { about: 'Replaces the file of --out if it is there.' },
    without: {
      value: 'LABELS',
      about: 'Facts to leave out, with commas between, such as number,callSid.',
    },
    text: { about: 'Prints what it says in words instead of JSON.' },
  },
  examples: [
    { args: '0198c2f4-90b1-4d0e-9a57-1f6f0c2b7e11', does: 'prints the receipt' },
    {
      args: '0198c2f4-90b1-4d0e-9a57-1f6f0c2b7e11 --without number --out receipt.json',
      does: 'writes a receipt that can be passed on without the telephone number',
    },
    { args: '0198c2f4-90b1-4d0e-9a57-1f6f0c2b7e11 --text', does: 'says in words what it proves' },
  ],
  async run(input, parts) {
    const { terminal } = parts;
    const id = idOf(input.operands[0], 'an entry', 'call');
    const out = input.value('out');
    const force = input.has('force');
    if (input.has('text') && (input.json || out !== null)) {
      throw new UsageError('--text prints words; leave out --json and --out');
    }
    if (out !== null) await refuseTaken(out, force);
    const whole = await withStores(parts, (stores) => awaitReceipt(stores, id));
    const receipt = leaveOut(whole, input.value('without'));
    const text = formatReceipt(receipt);
    if (out !== null) {
      const bytes = await writeWhole(out, [Buffer.from(text)], { force });
      terminal.out(input.json ? JSON.stringify({ id, file: out, bytes }) : `wrote ${out}`);
    } else if (input.has('text')) {
      terminal.out(receiptText(verifyReceipt(text)));
    } else {
      terminal.out(input.json ? JSON.stringify(receipt) : text.trimEnd());
    }
    return exitCodes.done;
  },
});

/** A checkpoint is signed every 100 ms while a server runs; without one there is none to wait for. */
const attemptsMax = 20;
const restMs = 100;

async function awaitReceipt({ receipts, tenantId }: CommandStores, id: Uuid): Promise<Receipt> {
  for (let attempt = 1; ; attempt += 1) {
    const receipt = await receipts.receiptFor(tenantId, id);
    if (receipt === null) throw new ConsentryError('not_found', 'there is no entry with this id');
    if (receipt !== 'pending') return receipt;
    if (attempt === attemptsMax) throw new ConsentryError('receipt_pending');
    await sleep(restMs);
  }
}

function leaveOut(receipt: Receipt, labels: string | null): Receipt {
  if (labels === null) return receipt;
  const { v, kind } = receipt.statement;
  const without = namesOf(labels, 'without', labelsOf(v, kind));
  const kept = Object.entries(receipt.openings).filter(([label]) => !without.includes(label));
  return { ...receipt, openings: Object.fromEntries(kept) };
}
