/** A receipt's verdict in words. */
import { recordedRuleText } from '../../core/jurisdiction/record-text.ts';
import type { Json } from '../../core/ledger/canonical.ts';
import type { Channel } from '../../core/ledger/consent-facts.ts';
import type { RefusedReceipt, VerifiedReceipt } from '../../core/ledger/verify.ts';
import type { ToldRecipient } from '../../core/recipients/recipient.ts';
import { columns } from './columns.ts';

export function receiptText(verdict: VerifiedReceipt | RefusedReceipt): string {
  if (!verdict.ok) return `The receipt does not hold. ${verdict.where}: ${verdict.why}`;
  const { statement, facts, withheld, leafIndex, size, origin, key, keyFrom } = verdict;
  const rows = Object.entries(facts).flatMap(([label, value]) =>
    factLines(label, value).map((line, i) => [i === 0 ? `  ${label}` : '', line]),
  );
  return [
    `The receipt holds: ${statement.kind} of ${statement.purpose} on ${statement.day}.`,
    ...columns([...rows, ...withheld.map((label) => [`  ${label}`, '(left out)'])]),
    `It is entry ${leafIndex} of the ${size} under a checkpoint signed by ${origin}.`,
    keyFrom === 'given'
      ? `Checked with the key that was given: ${key}`
      : `Checked with the key in the receipt itself: ${key}`,
  ].join('\n');
}

const channelWords: Readonly<Record<Channel, string>> = {
  call: 'in the call',
  text: 'by text message',
  api: 'through the API',
  form: 'on a form',
};

const recipientLines = (value: Json): readonly string[] => {
  const all = value as unknown as readonly ToldRecipient[];
  if (!Array.isArray(value) || all.length === 0) return ['nobody outside'];
  return all.map(
    ({ company, region, purpose, retention }) =>
      `${company} (${region}): ${purpose}; kept: ${retention}`,
  );
};

function factLines(label: string, value: Json): readonly string[] {
  const rule = label === 'jurisdiction' ? recordedRuleText(value) : null;
  if (rule !== null) return rule;
  if (label === 'recipients') return recipientLines(value);
  if (label === 'evidence' && value === null) return ['nothing beside the call itself'];
  if (typeof value !== 'string') return [JSON.stringify(value)];
  const isChannel = label === 'channel' && Object.hasOwn(channelWords, value);
  return [isChannel ? channelWords[value as Channel] : value];
}
