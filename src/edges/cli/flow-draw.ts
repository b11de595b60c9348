import { mermaidOf } from '../../core/flow/draw/mermaid.ts';
import { type Drawing, drawingOf } from '../../core/flow/draw/model.ts';
import { svgOf } from '../../core/flow/draw/svg.ts';
import { tableOf } from '../../core/flow/draw/table.ts';
import { allowedText } from '../../core/nearest.ts';
import { command, exitCodes, UsageError } from './command.ts';
import { flowNamed, versionOf } from './flow-shelf.ts';
import { refuseTaken, writeWhole } from './write-file.ts';

const forms = {
  svg: { ending: 'svg', make: svgOf },
  mermaid: { ending: 'mmd', make: mermaidOf },
  table: { ending: 'txt', make: tableOf },
} as const satisfies Record<string, { ending: string; make: (drawing: Drawing) => string }>;

type Form = keyof typeof forms;

export const flowDraw = command({
  summary: 'draws a flow: steps, prompts, and what follows which answer',
  about:
    'As an SVG picture for people, as a Mermaid flowchart for documents, or as a table in words; ' +
    'all three say the same. Needs neither server nor database.',
  operands: [{ name: 'NAME', about: 'The flow.' }],
  options: {
    version: { value: 'N', about: 'The version; without it, the current one.' },
    format: {
      value: 'FORM',
      about: 'What it is drawn as.',
      allowed: [...Object.keys(forms), 'all'],
      default: 'svg',
    },
    locale: {
      value: 'TAG',
      about: "The language of the prompts' words; without it, the first of the flow.",
    },
    out: {
      value: 'FILE',
      about: 'Writes to a file; with all, to one each: FILE.svg, FILE.mmd and FILE.txt.',
    },
    force: { about: 'Replaces the files of --out if they are there.' },
  },
  examples: [
    { args: 'inbound --format table', does: 'prints the flow in words' },
    { args: 'inbound --out inbound.svg', does: 'writes a picture that a browser shows' },
    { args: 'inbound --version 1 --format all --out inbound-1', does: 'writes all three' },
  ],
  async run(input, { terminal, openFlows }) {
    const [name = ''] = input.operands;
    const version = versionOf(input.value('version'));
    const wanted = formsOf(input.value('format') ?? 'svg');
    const out = input.value('out');
    const force = input.has('force');
    const shelf = await openFlows();
    const flow = flowNamed(shelf, name, version);
    const locale = input.value('locale') ?? flow.locales[0] ?? '';
    if (!flow.locales.includes(locale)) {
      throw new UsageError(`--locale cannot be “${locale}”${allowedText(locale, flow.locales)}`);
    }
    const drawing = drawingOf(flow, locale, shelf.promptText);
    const drawn = wanted.map((form) => ({
      form,
      text: forms[form].make(drawing),
      file: out === null ? null : wanted.length === 1 ? out : `${out}.${forms[form].ending}`,
    }));
    for (const { file } of drawn) if (file !== null) await refuseTaken(file, force);
    for (const { file, text } of drawn) {
      if (file !== null) await writeWhole(file, [Buffer.from(text)], { force });
    }
    const { hash } = flow;
    if (input.json) {
      const texts = drawn.map(({ form, text, file }) => [form, file === null ? text : { file }]);
      terminal.out(JSON.stringify({ ...drawing, hash, ...Object.fromEntries(texts) }));
    } else {
      for (const { file, text } of drawn) {
        terminal.out(file === null ? text.trimEnd() : `wrote ${file}`);
      }
    }
    return exitCodes.done;
  },
});

function formsOf(typed: string): readonly Form[] {
  const all = Object.keys(forms) as Form[];
  return typed === 'all' ? all : all.filter((form) => form === typed);
}
