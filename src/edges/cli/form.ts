/** Forms on the web that ask for permissions. */
import { z } from 'zod';
import type { ConsentForm } from '../../core/consent/form.ts';
import { formFaults } from '../../core/consent/form-faults.ts';
import { columns } from './columns.ts';
import { command, exitCodes, type Operand, UsageError } from './command.ts';
import { askPerson as ask } from './person.ts';
import { readText } from './read-input.ts';

const formBytesMax = 65_536;
const nameOperand: Operand = { name: 'NAME', about: 'As `consentry form list` shows it.' };
const localeOption = { value: 'LANGUAGE', about: 'Without it, en.' };

const version = z.looseObject({
  name: z.string(),
  locale: z.string(),
  version: z.number(),
  hash: z.string(),
  address: z.string(),
});
const page = z.looseObject({ data: z.array(version) });
const text = z.string().default('');
/** Loosely, so that what is missing is told by the same words as everything else. */
const written = z.object({
  locale: z.string().default('en'),
  title: text,
  controller: text,
  intro: text,
  next: text,
  withdrawal: text,
  submit: text,
  purposes: z.array(z.looseObject({ purpose: z.string(), words: text, box: text })).default([]),
  sites: z.array(z.string()).default([]),
});

function nameOf(operand: string | undefined): string {
  if (operand !== undefined && /^[a-z][a-z0-9-]{1,40}$/.test(operand)) return operand;
  throw new UsageError('NAME is no name of a form: lower-case letters, digits and hyphens');
}

function parsed(file: string, content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    throw new UsageError(`${file} is not JSON`);
  }
}

const fileOperand: Operand = { name: 'FILE', about: 'The form as JSON, or - for standard input.' };

export const formCheck = command({
  summary: 'says what keeps a form from being published',
  about:
    'A form has to say what happens next and how a yes is taken back, and has a box for each ' +
    'purpose, unticked. Needs neither a server nor a database.',
  operands: [fileOperand],
  options: {},
  examples: [
    { args: 'newsletter.json', does: 'checks a form' },
    { args: 'newsletter.json --json', does: 'the same for a program' },
  ],
  async run({ operands: [file = ''], json }, { terminal }) {
    const read = written.safeParse(parsed(file, await readText(terminal, file, formBytesMax)));
    if (!read.success) throw new UsageError(`${file} is no form; README.md shows one`);
    const faults = formFaults({ name: 'form', ...read.data } as ConsentForm);
    if (json) terminal.out(JSON.stringify({ faults }));
    else {
      for (const { path, what, allowed } of faults) {
        terminal.out(`${path.replace(/^body\./, '')}: ${what}; allowed: ${allowed}`);
      }
      if (faults.length === 0) terminal.out('nothing keeps it from being published');
    }
    return faults.length === 0 ? exitCodes.done : exitCodes.failed;
  },
});

export const formPublish = command({
  summary: 'publishes a version of a form',
  about: 'Where a purpose has other words than before, whoever said yes to those is asked again.',
  operands: [{ name: 'NAME', about: 'Lower case, part of its address.' }, fileOperand],
  options: {},
  examples: [
    { args: 'newsletter newsletter.json', does: 'publishes it at /forms/newsletter/en' },
    { args: 'preferences words.json', does: 'gives /privacy/choices your own words' },
  ],
  async run({ operands: [name, file = ''], json }, parts) {
    const body = parsed(file, await readText(parts.terminal, file, formBytesMax));
    const path = `/forms/${nameOf(name)}`;
    const answer = await ask(parts, 'choices:write', { method: 'PUT', path, body: body as object });
    if (answer === null) return exitCodes.failed;
    const made = version.parse(answer);
    parts.terminal.out(
      json ? JSON.stringify(answer) : `version ${made.version} is at ${made.address}`,
    );
    return exitCodes.done;
  },
});

export const formList = command({
  summary: 'shows the forms in force',
  about: 'The newest version of each name and language, with its hash.',
  operands: [],
  options: {},
  examples: [
    { args: '', does: 'shows them' },
    { args: '--json', does: 'the same for a program' },
  ],
  async run({ json }, parts) {
    const answer = await ask(parts, 'choices:read', { method: 'GET', path: '/forms' });
    if (answer === null) return exitCodes.failed;
    const { data } = page.parse(answer);
    if (json) for (const one of data) parts.terminal.out(JSON.stringify(one));
    else {
      const rows = data.map((one) => [one.name, one.locale, String(one.version), one.hash]);
      for (const line of columns([['NAME', 'LANGUAGE', 'VERSION', 'HASH'], ...rows])) {
        parts.terminal.out(line);
      }
    }
    return exitCodes.done;
  },
});

export const formSnippet = command({
  summary: 'prints what a website puts into its page to show a form',
  about: 'Markup without script: a frame where the form names the website, and a link.',
  operands: [nameOperand],
  options: { locale: localeOption },
  examples: [
    { args: 'newsletter', does: 'prints it' },
    { args: 'newsletter --locale de', does: 'in German' },
  ],
  async run(input, parts) {
    const path = `/forms/${nameOf(input.operands[0])}/snippet?locale=${encodeURIComponent(input.value('locale') ?? 'en')}`;
    const answer = await ask(parts, 'choices:read', { method: 'GET', path });
    if (answer === null) return exitCodes.failed;
    const { html } = z.looseObject({ html: z.string() }).parse(answer);
    parts.terminal.out(input.json ? JSON.stringify(answer) : html.trimEnd());
    return exitCodes.done;
  },
});
