/** A receipt's verdict in words. */
import type { RefusedReceipt, VerifiedReceipt } from '../../core/ledger/verify.ts';
import { columns } from './columns.ts';

export function receiptText(verdict: VerifiedReceipt | RefusedReceipt): string {
  if (!verdict.ok) return `The receipt does not hold. ${verdict.where}: ${verdict.why}`;
  const { statement, facts, withheld, leafIndex, size, origin, key, keyFrom } = verdict;
  const rows = Object.entries(facts).map(([label, value]) => [
    `  ${label}`,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return [
    `The receipt holds: ${statement.kind} of ${statement.purpose} on ${statement.day}.`,
    ...columns([...rows, ...withheld.map((label) => [`  ${label}`, '(left out)'])]),
    `It is entry ${leafIndex} of the ${size} under a checkpoint signed by ${origin}.`,
    keyFrom === 'given'
      ? `Checked with the key that was given: ${key}`
      : `Checked with the key in the receipt itself: ${key}`,
  ].join('\n');
}
