import {
  findImport,
  type ImportSaid,
  newImport,
  newRetirement,
  newUndo,
  pullImport,
  sendImport,
} from '../../app/list-jobs.ts';
import { instantForm } from '../../core/instant.ts';
import { ownList } from '../../core/suppression/list-manifest.ts';
import { channels, type ListingScope } from '../../core/suppression/own-change.ts';
import { command, type Input, UsageError } from './command.ts';
import { instantIn, listIn, listOperand, operatorAsker } from './list-operand.ts';
import { printJob, runHere, runWaiting } from './list-run.ts';
import { idOf, namesOf } from './operands.ts';
import { withStores } from './parts.ts';

const importOptions = {
  full: { about: 'The file is a full list, whatever its lines say.' },
  change: {
    about:
      'The file says what was added and deleted since the version in force; unless one of both is ' +
      'said its content tells.',
  },
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
  scope: { value: 'SCOPE', about: 'Of the own list: all, campaign:NAME or line:ID.' },
  account: { value: 'NUMBER', about: 'The subscription account it was got under.' },
  seller: { value: 'NAME', about: 'Who sells, where it was got for somebody.' },
  campaign: { value: 'NAME', about: 'For which campaign it was got.' },
  sha256: { value: 'HASH', about: 'What the SHA-256 of the file has to be.' },
  count: { value: 'N', about: 'How many numbers have to be on the list afterwards.' },
  'dry-run': { about: 'Reads and judges everything, and changes nothing.' },
} as const;

const judged =
  'A version that shrinks by over 1 %, lacks an area code, is not the file it was said to be, or ' +
  'holds much that is no number is held until two different people vouch for it ' +
  '(`consentry list vouch`). A file that was imported before changes nothing.';

export const listImport = command({
  summary: 'makes a version of a list from a file and puts it in force',
  about:
    'Takes text, CSV, XML, XLSX, gzip and zip, told by their content: `201,2000000` as the FTC ' +
    'writes it, or a number a line, in national form too where the list is of a country. Every line that is no number is counted and the first are ' +
    `named. ${judged} Servers take the new version within five seconds. Numbers for \`own\` are ` +
    'added to the own list.',
  operands: [listOperand, { name: 'FILE', about: 'The file as it was downloaded.' }],
  options: importOptions,
  examples: [
    { args: 'national-US changes.txt --change', does: 'applies a change list' },
    {
      args: 'litigator suits.csv --channel call --source "court watch" --by ann',
      does: 'imports a list for calls alone, and keeps where it came from and who did it',
    },
    {
      args: 'own old-system.csv --scope campaign:spring --json',
      does: "takes over another system's list for one campaign, and prints JSON",
    },
  ],
  run(input, parts) {
    const list = listIn(input.operands);
    const path = input.operands[1] ?? '';
    const said = saidIn(input, list);
    const { terminal } = parts;
    return withStores(parts, async ({ lists }) => {
      const file = await lists.diskFile(path);
      if (list === ownList) {
        // Sealed here too: it may have to wait for people, long after the file is gone.
        const sent = await sendImport(lists, operatorAsker, said, file.read(0), null);
        return printJob(terminal, await runWaiting(lists, terminal, sent.job.id), input.json);
      }
      const obtainedAt = said.obtainedAt ?? (await lists.writtenAt(path));
      const job = await newImport(lists, operatorAsker, { ...said, obtainedAt }, null);
      return printJob(terminal, await runHere(lists, terminal, job, file), input.json);
    });
  },
});

export const listPull = command({
  summary: 'fetches the file of a list from an SFTP server and imports it',
  about: `From a target of DATA_DIR/sftp.json, whose host key is pinned there. ${judged}`,
  operands: [
    listOperand,
    { name: 'TARGET', about: 'A target of DATA_DIR/sftp.json.' },
    { name: 'FILE', about: "The file's name in the folder of that target." },
  ],
  options: importOptions,
  examples: [
    { args: 'national-US registry full.zip', does: 'fetches the full national list' },
    { args: 'national-US registry changes.txt --change --json', does: 'applies a change list' },
  ],
  run(input, parts) {
    const list = listIn(input.operands);
    const [, from = '', file = ''] = input.operands;
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/.test(file)) {
      throw new UsageError('FILE is a name without folders: letters, digits, and . _ -');
    }
    const said = saidIn(input, list);
    const { terminal } = parts;
    return withStores(parts, async ({ lists }) => {
      const names = await lists.targets.names();
      if (!names.includes(from)) {
        throw new UsageError(`TARGET; allowed: ${names.join(', ') || 'none is set up'}`);
      }
      const { id } = await pullImport(lists, operatorAsker, said, { from, file });
      return printJob(terminal, await runWaiting(lists, terminal, id), input.json);
    });
  },
});

function saidIn(input: Input<keyof typeof importOptions>, list: string): ImportSaid {
  const channel = input.value('channel');
  const count = input.value('count');
  const sha256 = input.value('sha256')?.toLowerCase() ?? null;
  if (sha256 !== null && !/^[0-9a-f]{64}$/.test(sha256)) {
    throw new UsageError('--sha256 has 64 hexadecimal digits');
  }
  if (count !== null && !/^\d{1,12}$/.test(count)) throw new UsageError('--count is a number');
  return {
    list,
    kind: kindIn(input),
    obtainedAt: instantIn('obtained', input.value('obtained')),
    source: input.value('source'),
    reason: input.value('reason'),
    by: input.value('by'),
    channels: channel === null ? null : namesOf(channel, 'channel', channels),
    until: instantIn('until', input.value('until')),
    scope: scopeIn(input.value('scope')),
    account: input.value('account'),
    seller: input.value('seller'),
    campaign: input.value('campaign'),
    sha256,
    count: count === null ? null : Number(count),
    dryRun: input.has('dry-run'),
  };
}

function kindIn(input: Input<keyof typeof importOptions>): ImportSaid['kind'] {
  const [isFull, isChange] = [input.has('full'), input.has('change')];
  if (isFull && isChange) throw new UsageError('either --full or --change, not both');
  if (isChange) return 'change';
  return isFull ? 'full' : null;
}

function scopeIn(text: string | null): ListingScope {
  if (text === null || text === 'all') return 'all';
  if (/^(campaign|line):.{1,100}$/.test(text)) return text as ListingScope;
  throw new UsageError('--scope; allowed: all, campaign:NAME, line:ID');
}

export const listUndo = command({
  summary: 'undoes an import',
  about:
    'Of a registry, the version before the present one is in force again. Of the own list, what only ' +
    'that import brought is taken off, and what people asked for since stays. Where the list gets ' +
    'shorter by over 1 % two different people have to vouch for it.',
  operands: [listOperand],
  options: {
    import: {
      value: 'ID',
      about: 'Which import, as `list imports` shows it; the last unless said.',
    },
  },
  examples: [
    { args: 'national-US', does: 'takes the last import back' },
    { args: 'national-US --json', does: 'prints what came of it' },
  ],
  run(input, parts) {
    const list = listIn(input.operands);
    const id = input.value('import');
    const importId = id === null ? null : idOf(id, 'an import', 'list imports');
    const { terminal } = parts;
    return withStores(parts, async ({ lists }) => {
      const of = importId === null ? null : await findImport(lists, importId);
      if (of !== null && of.list !== list) throw new UsageError('--import is of another list');
      const job = await newUndo(lists, operatorAsker, { list, of });
      return printJob(terminal, await runHere(lists, terminal, job, null), input.json);
    });
  },
});

export const listRetire = command({
  summary: 'ends a list: it is not looked at any more',
  about:
    'What needs it is refused from then on. Its versions stay, because decisions rest on them. ' +
    'Two different people have to vouch for it.',
  operands: [listOperand],
  options: {},
  examples: [
    { args: 'litigator', does: 'retires the list of litigators' },
    { args: 'litigator --json', does: 'prints what came of it' },
  ],
  run(input, parts) {
    const list = listIn(input.operands);
    const { terminal } = parts;
    return withStores(parts, async ({ lists }) => {
      const job = await newRetirement(lists, operatorAsker, list);
      return printJob(terminal, await runHere(lists, terminal, job, null), input.json);
    });
  },
});
