import { isNode, isPair, LineCounter, type ParsedNode, parseDocument, visit } from 'yaml';
import { ConsentryError } from '../../core/error.ts';
import { type CompiledFlow, compileFlow } from '../../core/flow/compile.ts';
import { type Mistake, mistakesOf } from '../../core/flow/mistakes.ts';
import { readDefinition } from '../../core/flow/read.ts';

/** Bigger than any flow of a hundred steps. */
const charactersMax = 256 * 1024;

/**
 * Compiles a flow written in YAML. Throws `flow_invalid` with every mistake on a line of its own,
 * as `file:line:column: what is wrong`.
 */
export function compileYaml(file: string, text: string): CompiledFlow {
  if (text.length > charactersMax) {
    throw new ConsentryError('flow_invalid', `${file}: is longer than ${charactersMax} characters`);
  }
  const lines = new LineCounter();
  // Plain YAML 1.2 without anchors: a flow says everything once, where it is read.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const faults = [...document.errors, ...document.warnings].map(
    ({ pos, message }) => `${at(pos[0])}: ${message}`,
  );
  visit(document, {
    Alias: (_, alias) => {
      faults.push(`${at(alias.range?.[0] ?? 0)}: an alias is not allowed in a flow`);
    },
    // A telephone number without quotes is a number to YAML, and would lose its plus.
    Scalar: (_, scalar) => {
      if (typeof scalar.value === 'number' && scalar.source?.startsWith('+') === true) {
        scalar.value = scalar.source;
      }
    },
  });
  if (faults.length > 0) throw new ConsentryError('flow_invalid', faults.join('\n'));

  const mistaken = (mistakes: readonly Mistake[]): ConsentryError => {
    const sentences = mistakes.map(({ path, message }) => {
      const place = path.length === 0 ? '' : `${path.join('.')}: `;
      return `${at(offsetOf(document.contents, path))}: ${place}${message}`;
    });
    return new ConsentryError('flow_invalid', sentences.join('\n'));
  };
  const read = readDefinition(document.toJS());
  if ('mistakes' in read) throw mistaken(read.mistakes);
  const mistakes = mistakesOf(read.definition);
  if (mistakes.length > 0) throw mistaken(mistakes);
  return compileFlow(read.definition);
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
