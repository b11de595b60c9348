/** The end of a business: an offer first, then keys, then everything, and a certificate. */
import {
  cancelOffer,
  makeOffer,
  type OfferView,
  offerDaysMax,
  showOffer,
} from '../../app/contract.ts';
import { columns } from './columns.ts';
import { command, exitCodes, type Input, UsageError } from './command.ts';
import { countOf } from './operands.ts';
import { type CommandParts, withStores } from './parts.ts';

const operator = 'operator';
const iso = (at: number): string => new Date(at).toISOString();

export const contractOffer = command({
  summary: 'offers a copy of everything before the business ends',
  about: 'Nothing is destroyed before the offer is over. It can be taken back until then.',
  operands: [],
  options: { days: { value: 'N', about: 'How long it holds; 0: at once.', default: '30' } },
  examples: [
    { args: '', does: 'offers it for 30 days' },
    { args: '--days 0 --json', does: 'for who has their copy already' },
  ],
  run(input: Input<'days'>, parts) {
    const days = input.value('days') === '0' ? 0 : countOf(input, 'days', 30, offerDaysMax);
    return withStores(parts, async ({ contract }) => {
      show(await makeOffer(contract, days, operator), input.json, parts);
      return exitCodes.done;
    });
  },
});

export const contractShow = command({
  summary: 'shows whether the business ends, and how many exports were made since',
  about: 'Exit code 1 if nothing is offered.',
  operands: [],
  options: {},
  examples: [
    { args: '', does: 'shows it' },
    { args: '--json', does: 'prints it as JSON' },
  ],
  run(input, parts) {
    return withStores(parts, async ({ contract }) => {
      const offer = await showOffer(contract);
      if (offer !== null) show(offer, input.json, parts);
      else parts.terminal.err('nothing is offered: the business goes on');
      return offer === null ? exitCodes.failed : exitCodes.done;
    });
  },
});

export const contractCancel = command({
  summary: 'takes the offer back: the business goes on',
  about: 'For as long as nothing was destroyed.',
  operands: [],
  options: {},
  examples: [
    { args: '', does: 'takes it back' },
    { args: '--json', does: 'prints what became of it' },
  ],
  run(input, parts) {
    return withStores(parts, async ({ contract }) => {
      await cancelOffer(contract, operator);
      parts.terminal.out(input.json ? '{"cancelled":true}' : 'the business goes on');
      return exitCodes.done;
    });
  },
});

const words = 'destroy everything';
type Option = 'confirm' | 'accept-rest';

export const contractEnd = command({
  summary: 'destroys the keys and everything else, and writes a certificate',
  about:
    'When the offer is over, no legal hold is in force, and no server runs. Keys go first: from then on ' +
    'no backup opens. What was begun goes on when it is called again. The certificate says only what ' +
    'was looked for again and found gone; `receipt verify` checks it.',
  operands: [],
  options: {
    confirm: { value: 'WORDS', about: `Has to be: ${words}.` },
    'accept-rest': { about: 'Goes on past what is not found gone; the certificate says so.' },
  },
  examples: [
    { args: `--confirm '${words}'`, does: 'ends it' },
    { args: `--confirm '${words}' --json`, does: 'prints the steps as JSON' },
  ],
  async run(input: Input<Option>, parts) {
    if (input.value('confirm') !== words) throw new UsageError(`give --confirm '${words}'`);
    const { proved, steps, path } = await parts.endContract(input.has('accept-rest'));
    const { out } = parts.terminal;
    if (input.json) out(JSON.stringify({ proved, steps, path }));
    else {
      const rows = steps.map(({ step, found, left }) => [step, found, String(left ?? '')]);
      for (const text of columns([['WHAT', 'FOUND', 'LEFT'], ...rows])) out(text);
      out(`certificate: ${path}`);
    }
    return proved ? exitCodes.done : exitCodes.failed;
  },
});

function show(offer: OfferView, json: boolean, { terminal: { out } }: CommandParts): void {
  const { offeredAt, until, exports, holds } = offer;
  if (json) {
    out(JSON.stringify({ offeredAt: iso(offeredAt), until: iso(until), exports, holds }));
    return;
  }
  out(`offered     ${iso(offeredAt)}; nothing is destroyed before ${iso(until)}`);
  out(`exports     ${exports} made since`);
  out(`legal holds ${holds} in force`);
  out('take a copy with:');
  out('  npx consentry export make history --format xlsx --to history.xlsx');
  out(
    "  npx consentry export make recordings --format wav --reason 'end of contract' --to sound.zip",
  );
}
