import { listAccesses } from '../../app/list-access.ts';
import { expectList } from '../../app/view-lists.ts';
import { channels } from '../../core/suppression/own-change.ts';
import { command, exitCodes } from './command.ts';
import { instantIn, listIn, listOperand, operatorAsker } from './list-operand.ts';
import { countOf, namesOf } from './operands.ts';
import { withStores } from './parts.ts';
import { printRows } from './print-rows.ts';

const pageMax = 200;
const head = ['GOT', 'LIST', 'WHAT', 'BY', 'VERSION', 'ACCOUNT', 'SELLER', 'CAMPAIGN'];

export const listAccess = command({
  summary: 'shows who got at the data of which list',
  about:
    'The register that the rules ask for: when, which version, under which subscription account, for ' +
    'which seller and campaign, newest first. Each row is an entry of the ledger, and is never removed.',
  operands: [],
  options: {
    list: { value: 'LIST', about: 'Only of this list.' },
    since: { value: 'TIME', about: 'From then on.' },
    until: { value: 'TIME', about: 'Before then.' },
    limit: { value: 'N', about: 'Shows this many at most.', default: '50' },
  },
  examples: [
    { args: '', does: 'shows the last fifty' },
    { args: '--list national-US --since 2026-01-01T00:00Z --json', does: 'prints JSON' },
  ],
  run(input, parts) {
    const { terminal } = parts;
    const name = input.value('list');
    const within = {
      list: name === null ? null : listIn([name]),
      since: instantIn('since', input.value('since')),
      until: instantIn('until', input.value('until')),
    };
    const limit = countOf(input, 'limit', 50, 10_000);
    return withStores(parts, async ({ lists }) => {
      const rows: Awaited<ReturnType<typeof listAccesses>>['data'][number][] = [];
      let cursor: string | undefined;
      do {
        const page = { limit: Math.min(pageMax, limit - rows.length), cursor };
        const { data, next } = await listAccesses(lists, { ...within, ...page });
        rows.push(...data);
        cursor = next ?? undefined;
      } while (cursor !== undefined && rows.length < limit);
      printRows(input, terminal, rows, {
        head,
        none: 'nobody got at the data of a list yet',
        cells: ({ gotAt, list, what, by, version, account, seller, campaign }) => [
          ...[gotAt, list, what, by.id],
          ...[version ?? '', account ?? '', seller ?? '', campaign ?? ''],
        ],
      });
      return exitCodes.done;
    });
  },
});

export const listExpect = command({
  summary: 'expects a list, and says what its imports inherit',
  about:
    'A list that is expected and has no version says so. Said again, it replaces what was said before. ' +
    'The subscription account is kept sealed.',
  operands: [listOperand],
  options: {
    source: { value: 'TEXT', about: 'Where it comes from.' },
    reason: { value: 'TEXT', about: 'Why its numbers may not be contacted.' },
    channel: { value: 'CHANNEL', about: 'Both unless said.', allowed: channels },
    seller: { value: 'NAME', about: 'Who sells, where it is got for somebody.' },
    account: { value: 'NUMBER', about: 'The subscription account number.' },
  },
  examples: [
    { args: 'national-US --account 10234567-89 --seller "Example Inc"', does: 'expects it' },
    { args: 'tps-GB --channel call --json', does: 'prints the list as JSON' },
  ],
  run(input, parts) {
    const list = listIn(input.operands);
    const channel = input.value('channel');
    const said = {
      list,
      source: input.value('source'),
      reason: input.value('reason'),
      channels: channel === null ? channels : namesOf(channel, 'channel', channels),
      seller: input.value('seller'),
      account: input.value('account'),
    };
    return withStores(parts, async ({ lists }) => {
      const view = await expectList(lists, operatorAsker, said);
      parts.terminal.out(input.json ? JSON.stringify(view) : `${list}: ${view.state}`);
      return exitCodes.done;
    });
  },
});
