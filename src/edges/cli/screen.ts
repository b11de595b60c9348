import {
  type ListsNow,
  oneByOne,
  type ScreeningAsk,
  type ScreenParts,
  screenNumber,
  viewOf,
} from '../../app/screen.ts';
import { ConsentryError } from '../../core/error.ts';
import { instantForm, parseInstant } from '../../core/instant.ts';
import { type Place, parsePlace } from '../../core/jurisdiction/place.ts';
import { screener } from '../../core/suppression/calling-rules-shipped.ts';
import { explainScreening } from '../../core/suppression/explain.ts';
import {
  type Channel,
  channels,
  reassignments,
  type ScreeningPurpose,
  type Stated,
  screeningPurposes,
  standardPolicy,
} from '../../core/suppression/inquiry.ts';
import { numberColumn } from '../../core/suppression/number-column.ts';
import { statedOf, whenForm, whenOf } from '../../core/suppression/stated.ts';
import type { Instant } from '../../core/words.ts';
import { command, exitCodes, type Input, UsageError } from './command.ts';
import type { CommandParts } from './parts.ts';
import { readLines } from './read-input.ts';
import { type FileWatch, fileAskOf, watchFile } from './screen-file.ts';
import { replayCommand } from './screen-replay.ts';

type Name =
  | (
      | 'channel'
      | 'purpose'
      | 'campaign'
      | 'from'
      | 'at'
      | 'place'
      | 'file'
      | 'explain'
      | 'rules-only'
    )
  | ('certificate' | 'live' | 'force')
  | ('last-purchase' | 'last-inquiry' | 'reassigned');

export const screen = command({
  summary: 'says whether a number may be called or texted now, with every reason',
  about:
    'Looks at what kind of number it is, at the hours of everywhere it may be answered, holidays, ' +
    'and the rules of its states and countries. For a purpose that sells, the registries that its ' +
    'place asks for have to be there and recent. What is unknown counts against it. Looks at the ' +
    'own list and the registries, beside a running server or alone; ' +
    'with --rules-only it goes by rules alone. Nothing is kept, but of a --file with ' +
    '--certificate or --live; `consentry batch` shows those. `screen replay ID` ' +
    'takes a decision of the past again, from the lists, rules and settings of then; `screen replay ' +
    'NUMBER --at TIME` the one kept for that minute, or the five before. Not legal advice.',
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
    campaign: {
      value: 'NAME',
      about: 'For which campaign; what sells and names none may be for any that was stopped.',
    },
    from: { value: 'LINE', about: 'The id of the line of yours that it is from; the same holds.' },
    at: { value: 'TIME', about: `When: ${instantForm}.`, default: 'now' },
    place: {
      value: 'PLACE',
      about: 'An address that is known, such as US-TX; its rules count too.',
    },
    'last-purchase': { value: 'DAY', about: 'When they last bought something, as you know.' },
    'last-inquiry': { value: 'DAY', about: 'When they last asked about something.' },
    reassigned: {
      value: 'ANSWER',
      about: 'What the Reassigned Numbers Database answered.',
      allowed: reassignments,
    },
    file: {
      value: 'FILE',
      about:
        'Reads a number a line: alone, in CSV (with a head that has `number`, or the number first), or ' +
        'as `{"number": …}`; - for standard input.',
    },
    certificate: {
      value: 'FILE',
      about:
        'Writes a signed certificate of the --file: counts, lists, hashes of what went in and out.',
    },
    live: {
      value: 'DAYS',
      about:
        'Keeps its numbers, sealed, for 1d to 31d. `batch changes` tells what changes for them.',
    },
    force: { about: 'Replaces a certificate that is there.' },
    'rules-only': { about: 'Looks at no list and needs no database.' },
    explain: { about: 'Tells the rules, their sources, and when it would be allowed.' },
  },
  examples: [
    {
      args: '--file leads.txt --certificate leads.cert',
      does: 'screens a list, and certifies it',
    },
    {
      args: '+18505550100 --at 2026-07-01T12:30Z --explain',
      does: 'explains why half of Florida’s panhandle is still asleep',
    },
    {
      args: 'replay +12125550100 --at 2026-03-03T14:02-05:00',
      does: 'says why this number was called on 3 March at 14:02',
    },
  ],
  async run(input, parts) {
    const [first, ...others] = input.operands;
    if (first === 'replay') {
      return replayCommand(others, atOf(input.value('at')), input.json, parts);
    }
    const file = input.value('file');
    if ((file === null) === (input.operands.length === 0)) {
      throw new UsageError('it takes either NUMBER or --file FILE');
    }
    const ofOne = ofOneNumber.find((name) => input.value(name) !== null);
    if (file !== null && ofOne !== undefined) {
      throw new UsageError(`--${ofOne} is of single numbers, and a --file has many`);
    }
    return screenAll(input, parts, file);
  },
});

/** What is not the same for all numbers of a file. */
const ofOneNumber = ['from', 'last-purchase', 'last-inquiry', 'reassigned'] as const;

async function screenAll(
  input: Input<Name>,
  { terminal, openScreening }: CommandParts,
  file: string | null,
): Promise<number> {
  const ask = askOf(input);
  const wanted = fileAskOf(input);
  const place = placeOf(input.value('place'));
  const stated = statedIn(input);
  const isRulesOnly = input.has('rules-only');
  const opened = isRulesOnly ? null : await openScreening();
  // Whoever takes the answer for one that looked at them would call people who asked not to be.
  if (opened === null && !isRulesOnly) throw new ConsentryError('unavailable', noDatabase);
  let watch: FileWatch | null = null;
  const tell = (text: string): void => {
    terminal.out(text);
    watch?.gave(text);
  };
  try {
    if (file !== null) watch = await watchFile(terminal, opened, ask, { file, ...wanted });
    const { parts, tenantId } = opened ?? { parts: rulesOnly(), tenantId: '' };
    const lines =
      file === null ? input.operands : readLines(terminal, file, (bytes) => watch?.took(bytes));
    const numberIn = file === null ? (operand: string) => operand : numberColumn();
    for await (const line of lines) {
      const number = numberIn(line.trim());
      if (number === null) {
        watch?.passed();
        continue;
      }
      const one = { number, place, line: null, stated };
      const screened = await screenNumber(parts, tenantId, ask, one);
      const { inquiry, verdict } = screened;
      watch?.saw(screened);
      const view = viewOf(parts.screener, inquiry, verdict);
      if (input.json) tell(JSON.stringify(view));
      else if (input.has('explain')) {
        tell(`${explainScreening(view, verdict, parts.screener.table)}\n`);
      } else {
        const codes = view.reasons.map(({ code }) => code).join(' ');
        tell(`${view.number}  ${view.decision.padEnd(5)}  ${codes}`.trimEnd());
      }
      await watch?.settle();
    }
    await watch?.finish();
    return exitCodes.done;
  } finally {
    await watch?.close();
    await opened?.close();
  }
}

const noDatabase =
  'there is no database here, so neither the own list nor any registry can be looked at; ' +
  'say where it is by DATA_DIR or DATABASE_URL, or go by rules alone with --rules-only';

/** Where no list is looked at, those that a sale needs are missing, and say so. */
function rulesOnly(): ScreenParts {
  const none: ListsNow = {
    states: new Map(),
    asOf: null,
    ageMs: 0,
    hits: () => [],
    hitsOfEach: oneByOne(() => []),
  };
  return {
    screener,
    people: { find: async () => ({}) },
    lists: { now: () => none },
    policy: standardPolicy,
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
  };
}

function askOf(input: Input<Name>): ScreeningAsk {
  return {
    channel: (input.value('channel') ?? 'call') as Channel,
    purpose: (input.value('purpose') ?? 'service') as ScreeningPurpose,
    at: atOf(input.value('at')),
    campaign: input.value('campaign'),
    from: input.value('from'),
    subject: input.value('campaign'),
  };
}

function statedIn(input: Input<Name>): Stated | null {
  const when = (name: 'last-purchase' | 'last-inquiry'): string | undefined => {
    const text = input.value(name) ?? undefined;
    if (text === undefined || whenOf(text) !== null) return text;
    throw new UsageError(`--${name} cannot be “${text}”; allowed: ${whenForm}`);
  };
  return statedOf({
    lastPurchase: when('last-purchase'),
    lastInquiry: when('last-inquiry'),
    reassigned: reassignments.find((one) => one === input.value('reassigned')),
  });
}

function placeOf(text: string | null): Place | null {
  if (text === null) return null;
  const place = parsePlace(text);
  if (place !== null) return place;
  throw new UsageError(`--place cannot be “${text}”; allowed: a country, or a state as US-CA`);
}

function atOf(text: string | null): Instant | null {
  if (text === null) return null;
  const at = parseInstant(text);
  if (at !== null) return at;
  throw new UsageError(`--at cannot be “${text}”; allowed: ${instantForm}`);
}
