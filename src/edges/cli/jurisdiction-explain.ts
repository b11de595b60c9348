import { maskNumber } from '../../core/access/mask.ts';
import { type Day, parseDay } from '../../core/jurisdiction/day.ts';
import { type Decision, decide, type Party, shippedRules } from '../../core/jurisdiction/decide.ts';
import {
  clueText,
  consequences,
  notAdvice,
  verdictText,
  warningText,
} from '../../core/jurisdiction/explain.ts';
import { explain } from '../../core/jurisdiction/layout.ts';
import { type Place, parsePlace } from '../../core/jurisdiction/place.ts';
import { parseNumber } from '../../core/suppression/number.ts';
import { command, exitCodes, type Input, UsageError } from './command.ts';

/** What is written for a number that its party does not show. */
const withheld = 'withheld';

export const jurisdictionExplain = command({
  summary: 'says which rule on recording a call is under, and why',
  about:
    'Finds where the parties may be, by what was declared and by their numbers, and which rules ' +
    'hold there; the strictest decides, and whatever is unknown, withheld, contradictory or past ' +
    'its review date counts as the strictest. The rules are a dated table with sources, which ' +
    'ships with the program; it is not legal advice, and changes nothing in a call: everybody is ' +
    'asked everywhere. Needs neither server nor database.',
  operands: [],
  options: {
    from: { value: 'NUMBER', about: `Who calls, in international form; or ${withheld}.` },
    to: { value: 'NUMBER', about: `Who is called, in international form; or ${withheld}.` },
    'declared-from': {
      value: 'PLACE',
      about: 'Where the caller says they are: a country, or a state of one, such as US-CA or DE.',
    },
    'declared-to': { value: 'PLACE', about: 'The same of whoever is called.' },
    at: {
      value: 'DATE',
      about: 'The day that review dates are compared with, such as 2026-11-22.',
      default: 'today, UTC',
    },
  },
  examples: [
    { args: '--from +14155550100 --to +12125550100', does: 'explains a call to New York' },
    {
      args: '--from +12145550100 --declared-from US-TX --to +493012345678',
      does: 'takes a declared place into account',
    },
    { args: `--from ${withheld} --to +12125550100 --json`, does: 'prints it all as JSON' },
  ],
  async run(input, { terminal }) {
    const parties = [
      partyOf('from', input.value('from'), input.value('declared-from')),
      partyOf('to', input.value('to'), input.value('declared-to')),
    ];
    const decision = decide(parties, dayOf(input));
    const shown = new Map(
      parties.map(({ name, number }) => [name, number === null ? withheld : maskNumber(number)]),
    );
    const numberOf = ({ name }: { name: string }): string => shown.get(name) ?? withheld;
    terminal.out(
      input.json ? JSON.stringify(viewOf(decision, numberOf)) : explain(decision, numberOf),
    );
    return exitCodes.done;
  },
});

function partyOf(name: 'from' | 'to', text: string | null, declared: string | null): Party {
  if (text === null) throw new UsageError(`--${name} is missing: a number, or ${withheld}`);
  const number = parseNumber(text)?.e164 ?? null;
  if (number === null && text !== withheld) {
    throw new UsageError(
      `--${name} is not a telephone number; allowed: a number in international form, such as ` +
        `+4930123456, or ${withheld}`,
    );
  }
  if (declared === null) return { name, number };
  return { name, number, declared: placeOf(declared, `--declared-${name}`) };
}

function placeOf(text: string, option: string): Place {
  const place = parsePlace(text);
  if (place !== null) return place;
  throw new UsageError(
    `${option} cannot be “${text}”; allowed: a country such as DE, or a state such as US-CA`,
  );
}

function dayOf(input: Input<'at'>): Day {
  const text = input.value('at');
  if (text === null) return new Date().toISOString().slice(0, 10);
  const day = parseDay(text);
  if (day !== null) return day;
  throw new UsageError(`--at cannot be “${text}”; allowed: a day such as 2026-11-22`);
}

function viewOf(decision: Decision, numberOf: (party: { name: string }) => string): unknown {
  const { parties, warnings, ...rest } = decision;
  const held = new Set(parties.flatMap(({ placeRules }) => placeRules.flatMap((one) => one.rules)));
  return {
    ...rest,
    reasons: [verdictText(decision), ...consequences(decision)],
    parties: parties.map(({ placeRules: _rules, clues, ...party }) => ({
      ...party,
      number: numberOf(party),
      clues: clues.map((clue) => ({ ...clue, about: clueText(clue) })),
    })),
    rules: [
      ...held,
      ...(decision.vendorRow?.ruleIds ?? []).flatMap((id) => shippedRules.rules.get(id) ?? []),
    ],
    warnings: warnings.map((warning) => ({ ...warning, text: warningText(warning) })),
    notLegalAdvice: notAdvice,
  };
}
