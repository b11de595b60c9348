import { instantForm, parseInstant } from '../../core/instant.ts';
import { parsePlace } from '../../core/jurisdiction/place.ts';
import { screener } from '../../core/suppression/calling-rules-shipped.ts';
import { explainScreening } from '../../core/suppression/explain.ts';
import {
  type Channel,
  channels,
  type Inquiry,
  nothingKnown,
  type ScreeningPurpose,
  type Seen,
  screeningPurposes,
  standardPolicy,
} from '../../core/suppression/inquiry.ts';
import { parseNumber } from '../../core/suppression/number.ts';
import { screeningOf } from '../../core/suppression/screening.ts';
import { command, exitCodes, type Input, UsageError } from './command.ts';
import { readLines } from './read-input.ts';

type Name = 'channel' | 'purpose' | 'at' | 'place' | 'file' | 'explain';

export const screen = command({
  summary: 'says whether a number may be called or texted now, with every reason',
  about:
    'Looks at what kind of number it is, at the hours of everywhere it may be answered, holidays, ' +
    'and the rules of its states and countries. For a purpose that sells, the registries that its ' +
    'place asks for have to be there and recent. What is unknown counts against it. Requests that ' +
    'people made to you are in the database and are not looked at here. Needs neither server nor ' +
    'database; not legal advice.',
  operands: [
    { name: 'NUMBER', about: 'In international form: +12125550100.', optional: true, many: true },
  ],
  options: {
    channel: { value: 'CHANNEL', about: 'How.', allowed: channels, default: 'call' },
    purpose: {
      value: 'PURPOSE',
      about: 'What for; all but service sell.',
      allowed: screeningPurposes,
      default: 'service',
    },
    at: { value: 'TIME', about: `When: ${instantForm}.`, default: 'now' },
    place: {
      value: 'PLACE',
      about: 'An address that is known, such as US-TX; its rules count too.',
    },
    file: { value: 'FILE', about: 'Reads one number a line; - for standard input.' },
    explain: { about: 'Tells the rules, their sources, and when it would be allowed.' },
  },
  examples: [
    { args: '+12125550100', does: 'says whether New York may be called now' },
    {
      args: '+18505550100 --at 2026-07-01T12:30Z --explain',
      does: 'explains why half of Florida’s panhandle is still asleep',
    },
    { args: '--file numbers.txt --json', does: 'prints a screening a line, in their order' },
  ],
  async run(input, { terminal }) {
    const file = input.value('file');
    if ((file === null) === (input.operands.length === 0)) {
      throw new UsageError('it takes either NUMBER or --file FILE');
    }
    const asked = askedOf(input);
    const lines = file === null ? input.operands : readLines(terminal, file);
    for await (const line of lines) {
      const number = parseNumber(line)?.e164 ?? line.trim();
      const inquiry = { ...asked, number };
      const verdict = screener.screen(inquiry);
      const view = screeningOf(screener, inquiry, verdict);
      if (input.json) terminal.out(JSON.stringify({ ...view, evidenceId: null }));
      else if (input.has('explain')) {
        terminal.out(`${explainScreening(view, verdict, screener.table)}\n`);
      } else {
        const codes = view.reasons.map(({ code }) => code).join(' ');
        terminal.out(`${view.number}  ${view.decision.padEnd(5)}  ${codes}`.trimEnd());
      }
    }
    return exitCodes.done;
  },
});

/** No list lies beside the program: what has to be looked at is missing, and says so. */
const noLists: Seen = { hits: [], states: new Map(), asOf: null, ageMs: 0 };

function askedOf(input: Input<Name>): Omit<Inquiry, 'number'> {
  const now = Date.now();
  const address = input.value('place');
  const place = address === null ? null : parsePlace(address);
  if (address !== null && place === null) {
    throw new UsageError(`--place cannot be “${address}”; allowed: a country, or a state as US-CA`);
  }
  return {
    channel: (input.value('channel') ?? 'call') as Channel,
    purpose: (input.value('purpose') ?? 'service') as ScreeningPurpose,
    at: atOf(input.value('at'), now),
    now,
    campaign: null,
    subject: null,
    seen: noLists,
    known: place === null ? nothingKnown : { ...nothingKnown, address: place },
    policy: standardPolicy,
  };
}

function atOf(text: string | null, now: number): number {
  if (text === null) return now;
  const at = parseInstant(text);
  if (at !== null) return at;
  throw new UsageError(`--at cannot be “${text}”; allowed: ${instantForm}`);
}
