/** A decision as text for people: the verdict first, then each party, then what follows. */
import type { Decision, PartyRule } from './decide.ts';
import {
  clueText,
  consequences,
  demandWords,
  notAdvice,
  ruleDetails,
  ruleText,
  verdictText,
  warningText,
  whereText,
} from './explain.ts';

const widthMax = 96;

/** @param shown what people see of a party's number */
export function explain(decision: Decision, shown: (party: PartyRule) => string): string {
  return [
    `Table of rules ${decision.version}, as of ${decision.day}`,
    '',
    verdictText(decision),
    ...decision.parties.flatMap((party) => ['', ...partyLines(party, shown(party))]),
    '',
    'For the call',
    ...consequences(decision).map((line) => `  - ${line}`),
    ...(decision.warnings.length === 0 ? [] : ['', 'Warnings']),
    ...decision.warnings.map((warning) => `  - ${warningText(warning)}`),
    '',
    notAdvice,
  ]
    .flatMap(folded)
    .join('\n');
}

function partyLines(party: PartyRule, number: string): readonly string[] {
  const rules = new Set(party.placeRules.flatMap((one) => one.rules));
  return [
    `${party.name}: ${number}`,
    `  where  ${whereText(party)}`,
    ...party.clues.map((clue) => `         ${clueText(clue)}`),
    ...[...rules].flatMap((rule) => [
      `  rule   ${ruleText(rule)}`,
      ...ruleDetails(rule).map((line) => `         ${line}`),
    ]),
    `  so     ${demandWords[party.mode]} (${party.mode})`,
  ];
}

/** What is too long goes on below the words it began with, after a label or a dash. */
export function folded(line: string): readonly string[] {
  const indent = /^(?: +(?:(?:where|rule|so|-) +)?)?/.exec(line)?.[0] ?? '';
  const lines: string[] = [];
  let now = indent;
  for (const word of line.slice(indent.length).split(' ')) {
    const isFull = now.length + word.length > widthMax && now.trim() !== '';
    if (isFull) lines.push(now.trimEnd());
    now = `${isFull ? ' '.repeat(indent.length) : now}${word} `;
  }
  return [...lines, now.trimEnd()];
}
