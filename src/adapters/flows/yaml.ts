import { isNode, isPair, LineCounter, type ParsedNode, parseDocument, visit } from 'yaml';
import { ConsentryError } from '../../core/error.ts';
import { type CompiledFlow, compileFlow } from '../../core/flow/compile.ts';
import { type Mistake, mistakesOf } from '../../core/flow/mistakes.ts';
import { readDefinition } from '../../core/flow/read.ts';

/** Bigger than any flow of a hundred steps. */
const charactersMax = 256 * 1024;

/** One thing wrong in a text, and where: counted from 1, and by names from the top. */
export interface TextFault {
  readonly line: number;
  readonly column: number;
  /** Names with dots between; empty where it is about the text and not about the flow in it. */
  readonly path: string;
  readonly message: string;
}

/**
 * Compiles a flow written in YAML. Throws `flow_invalid` with every mistake on a line of its own,
 * as `file:line:column: what is wrong`.
 */
export function compileYaml(file: string, text: string): CompiledFlow {
  const read = readYaml(text);
  if ('flow' in read) return read.flow;
  const sentences = read.faults.map(({ line, column, path, message }) => {
    const place = path === '' ? '' : `${path}: `;
    return `${file}:${line}:${column}: ${place}${message}`;
  });
  throw new ConsentryError('flow_invalid', sentences.join('\n'));
}

/** The flow of a text in YAML, of which JSON is a part; or every mistake in it. */
export function readYaml(
  text: string,
): { readonly flow: CompiledFlow } | { readonly faults: readonly TextFault[] } {
  if (text.length > charactersMax) {
    const message = `is longer than ${charactersMax} characters`;
    return { faults: [{ line: 1, column: 1, path: '', message }] };
  }
  const lines = new LineCounter();
  // Plain YAML 1.2 without anchors: a flow says everything once, where it is read.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const faultAt = (offset: number, path: string, message: string): TextFault => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col, path, message };
  };
  const faults = [...document.errors, ...document.warnings].map(({ pos, message }) =>
    faultAt(pos[0], '', message),
  );
  visit(document, {
    Alias: (_, alias) => {
      faults.push(faultAt(alias.range?.[0] ?? 0, '', 'an alias is not allowed in a flow'));
    },
    // A telephone number without quotes is a number to YAML, and would lose its plus.
    Scalar: (_, scalar) => {
      if (typeof scalar.value === 'number' && scalar.source?.startsWith('+') === true) {
        scalar.value = scalar.source;
      }
    },
  });
  if (faults.length > 0) return { faults };

  const placed = (mistakes: readonly Mistake[]): readonly TextFault[] =>
    mistakes.map(({ path, message }) =>
      faultAt(offsetOf(document.contents, path), path.join('.'), message),
    );
  const read = readDefinition(document.toJS());
  if ('mistakes' in read) return { faults: placed(read.mistakes) };
  const mistakes = mistakesOf(read.definition);
  if (mistakes.length > 0) return { faults: placed(mistakes) };
  return { flow: compileFlow(read.definition) };
}

/** Compiles a file's text; the same text of the same file may be the same flow. */
export type Compile = (file: string, text: string) => CompiledFlow;

/** Compiles what it has not compiled before: of a folder that is read again, what has changed. */
export function rememberingCompiler(): Compile {
  const known = new Map<string, { readonly text: string; readonly flow: CompiledFlow }>();
  return (file, text) => {
    const before = known.get(file);
    if (before?.text === text) return before.flow;
    const flow = compileYaml(file, text);
    known.set(file, { text, flow });
    return flow;
  };
}

/** Where the name at the end of a path stands; where the nearest thing around it stands, if not. */
function offsetOf(contents: ParsedNode | null, path: Mistake['path']): number {
  let node: unknown = contents;
  let offset = contents?.range[0] ?? 0;
  for (const name of path) {
    const items: readonly unknown[] =
      typeof node === 'object' && node !== null && 'items' in node && Array.isArray(node.items)
        ? node.items
        : [];
    const item =
      typeof name === 'number'
        ? items[name]
        : items.find((one) => isPair(one) && isNode(one.key) && String(one.key) === name);
    const named = isPair(item) ? item.key : item;
    if (!isNode(named) || !named.range) return offset;
    offset = named.range[0];
    node = isPair(item) ? item.value : item;
  }
  return offset;
}
