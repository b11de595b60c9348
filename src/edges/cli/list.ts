import { doubtTexts, type ImportReport, importList, undoImport } from '../../app/import-list.ts';
import { ConsentryError } from '../../core/error.ts';
import { instantForm, parseInstant } from '../../core/instant.ts';
import { numbersOf } from '../../core/suppression/area-bits.ts';
import { channels } from '../../core/suppression/inquiry.ts';
import { listIdForm, listKinds, termOf, toldOf } from '../../core/suppression/list-manifest.ts';
import {
  ageOf,
  daysMaxOf,
  usableUntil,
  type VersionTold,
} from '../../core/suppression/list-use.ts';
import { columns } from './columns.ts';
import { command, exitCodes, UsageError } from './command.ts';
import { withStores } from './parts.ts';
import { showProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';

const listOperand = {
  name: 'LIST',
  about: `Which list: its kind (${listKinds.join(', ')}), and where it is kept: national-US, state-US-FL, tps-GB, dncl-CA; litigator, reassigned and wireless have no place.`,
};

export const listShow = command({
  summary: 'shows the national-size lists, their versions and their age',
  about:
    'The national list may be 31 days old at most when somebody is called, the TPS 28; six days ' +
    'before, this says so. A list that is too old is as good as none.',
  operands: [],
  options: {},
  examples: [
    { args: '', does: 'shows what is in force' },
    { args: '--json', does: 'prints one JSON object a line, with counts by area code' },
  ],
  run(input, parts) {
    const { terminal } = parts;
    return withStores(parts, async ({ lists }) => {
      const now = lists.clock.now();
      const rows: string[][] = [];
      for (const list of await lists.shelf.lists()) {
        const manifest = await lists.shelf.current(list);
        if (manifest === null) continue;
        const age = ageOf(termOf(manifest), daysMaxOf(list), now);
        const until = new Date(usableUntil(termOf(manifest), daysMaxOf(list))).toISOString();
        if (input.json) terminal.out(JSON.stringify({ ...manifest, age, usableUntil: until }));
        const { version, total, obtainedAt } = manifest;
        const reach = toldOf(manifest).channels.join('+');
        rows.push([list, version, String(total), reach, obtainedAt, age, until]);
      }
      if (input.json) return exitCodes.done;
      if (rows.length === 0) terminal.err('no list was imported yet; see consentry list import');
      else for (const text of columns([head, ...rows])) terminal.out(text);
      return exitCodes.done;
    });
  },
});

const head = ['LIST', 'VERSION', 'NUMBERS', 'FOR', 'OBTAINED', 'AGE', 'USABLE UNTIL'];

export const listImport = command({
  summary: 'makes a version of a list from a file and puts it in force',
  about:
    'Takes text, CSV, XML, XLSX, gzip and zip, told by their content: `201,2000000` as the FTC ' +
    'writes it, or a number a line. Every line that is no number is counted and the first are ' +
    'named. A version that shrinks by over 1 %, lacks an area code, or holds much that is no ' +
    'number waits until two different people vouch for it. A file that was imported before ' +
    'changes nothing. Servers take the new version within five seconds.',
  operands: [listOperand, { name: 'FILE', about: 'The file as it was downloaded.' }],
  options: {
    change: { about: 'The file says what was added and deleted since the version in force.' },
    obtained: {
      value: 'TIME',
      about: `When it was downloaded: ${instantForm}.`,
      default: 'when the file was written',
    },
    source: { value: 'TEXT', about: 'Where it came from.' },
    reason: { value: 'TEXT', about: 'Why its numbers may not be contacted.' },
    by: { value: 'NAME', about: 'Who imports it.' },
    channel: {
      value: 'CHANNEL',
      about: 'What it is for, if not for calls and texts.',
      allowed: channels,
    },
    until: { value: 'TIME', about: `When its use ends, if before its age does: ${instantForm}.` },
    account: { value: 'NUMBER', about: 'The subscription account it was got under.' },
    'dry-run': { about: 'Reads and judges everything, and changes nothing.' },
    vouch: {
      value: 'NAMES',
      about: 'Two people who looked at what stands against it, with a comma between.',
    },
  },
  examples: [
    { args: 'national-US full.zip', does: 'imports the full national list' },
    { args: 'national-US changes.txt --change', does: 'applies a change list' },
    {
      args: 'litigator suits.csv --channel call --source "court watch" --by ann',
      does: 'imports a list for calls alone, and keeps where it came from and who did it',
    },
  ],
  run(input, parts) {
    const [list = '', path = ''] = input.operands;
    const at = instantOf('obtained', input.value('obtained'));
    const until = instantOf('until', input.value('until'));
    checkName(list);
    const channel = input.value('channel');
    const told: VersionTold = {
      source: input.value('source'),
      reason: input.value('reason'),
      by: input.value('by'),
      channels: channels.filter((one) => channel === null || one === channel),
      until: until === null ? null : new Date(until).toISOString(),
    };
    const vouchers = (input.value('vouch') ?? '').split(',').map((name) => name.trim());
    const { terminal } = parts;
    return withStores(parts, async ({ lists }) => {
      const account = input.value('account');
      const bar = showProgress(terminal, list);
      try {
        const report = await importList(lists, {
          list,
          path,
          kind: input.has('change') ? 'change' : 'full',
          obtainedAt: at ?? (await lists.writtenAt(path)),
          accountToken: account === null ? null : lists.tokenOf(account),
          told,
          dryRun: input.has('dry-run'),
          vouchers: vouchers.filter((name) => name !== ''),
          progress: (share) => bar.at(Math.round(share * 1_000), 1_000),
        });
        bar.end();
        return print(terminal, report, input.json, input.has('dry-run'));
      } finally {
        bar.end();
      }
    });
  },
});

export const listUndo = command({
  summary: 'puts the version of a list before the present one in force again',
  about: 'Nothing is deleted: importing the newer file again brings it back.',
  operands: [listOperand],
  options: {},
  examples: [
    { args: 'national-US', does: 'takes the last import back' },
    { args: 'national-US --json', does: 'prints the version that is in force now' },
  ],
  run(input, parts) {
    const [list = ''] = input.operands;
    checkName(list);
    return withStores(parts, async ({ lists }) => {
      const { version, total } = await undoImport(lists, list);
      const text = `${list}: ${version} is in force again, with ${total} numbers`;
      parts.terminal.out(input.json ? JSON.stringify({ list, version, total }) : text);
      return exitCodes.done;
    });
  },
});

export const listExport = command({
  summary: 'prints the numbers of a list',
  about: 'One number a line, in order. Registries may be used for not calling people only.',
  operands: [listOperand],
  options: {},
  examples: [
    { args: 'litigator', does: 'prints every number on the list' },
    { args: 'litigator --json', does: 'prints one JSON object a line' },
  ],
  run(input, parts) {
    const [list = ''] = input.operands;
    checkName(list);
    const { terminal } = parts;
    return withStores(parts, async ({ lists: { shelf } }) => {
      const manifest = await shelf.current(list);
      if (manifest === null) throw new ConsentryError('not_found', `there is no list ${list}`);
      const print = (number: string) =>
        terminal.out(input.json ? JSON.stringify({ number }) : number);
      for (const [area, { sha256 }] of Object.entries(manifest.areas)) {
        if (sha256 === null) continue;
        for (const number of numbersOf(Number(area), await shelf.area(manifest, area))) {
          print(number);
        }
      }
      for (const number of await shelf.world(manifest)) print(`+${number}`);
      return exitCodes.done;
    });
  },
});

function instantOf(option: string, text: string | null): number | null {
  const at = text === null ? null : parseInstant(text);
  if (text !== null && at === null) {
    throw new UsageError(`--${option} cannot be that; allowed: ${instantForm}`);
  }
  return at;
}

function checkName(list: string): void {
  if (!listIdForm.test(list)) {
    throw new UsageError(`LIST cannot be “${list}”; allowed: such as national-US, state-US-FL`);
  }
}

function print(terminal: Terminal, report: ImportReport, json: boolean, dryRun: boolean): number {
  const { list, version, inForce, total, tally, doubts, isRepeat } = report;
  const code = inForce || (dryRun && doubts.length === 0) ? exitCodes.done : exitCodes.failed;
  if (json) {
    terminal.out(JSON.stringify(report));
    return code;
  }
  const { lines, added, removed, unchanged, rejected, examples } = tally;
  const refused = Object.entries(rejected).filter(([, count]) => count > 0);
  terminal.out(
    `${list}: ${lines} lines, ${added} added, ${removed} removed, ${unchanged} unchanged`,
  );
  for (const [why, count] of refused) {
    const at = examples.filter((one) => one.why === why).map(({ line }) => line);
    terminal.out(`  ${count} rejected, ${why}: line ${at.slice(0, 5).join(', ')}`);
  }
  for (const text of doubtTexts(doubts)) terminal.out(`  doubt: ${text}`);
  if (isRepeat) terminal.out(`the same file made version ${version}, which is in force`);
  else if (dryRun) terminal.out(`nothing was changed; it would have ${total} numbers`);
  else if (inForce) terminal.out(`version ${version} is in force, with ${total} numbers`);
  else
    terminal.err('it is not in force; import it again with --vouch and two names if it is right');
  return code;
}
