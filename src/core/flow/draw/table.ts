/** A drawing in words: as a table for a terminal, and as sentences for who cannot see it. */
import type { Drawing, DrawnEdge, DrawnNode } from './model.ts';

/** Rows of step, kind, part, words; then what follows which answer. */
export function tableOf(drawing: Drawing): string {
  const { name, version, locale, nodes } = drawing;
  return [
    `Flow ${name}, version ${version} (${locale})`,
    ...nodes.flatMap((node) => ['', ...nodeLines(node, drawing.edges)]),
    '',
  ].join('\n');
}

function nodeLines(node: DrawnNode, edges: readonly DrawnEdge[]): readonly string[] {
  const rows: (readonly [string, string])[] = [
    ...node.prompts.map(({ part, id, words }): readonly [string, string] => {
      return [part, words === null ? `${id} is not there` : `${id}: “${inOneLine(words)}”`];
    }),
    ...waysFrom(node, edges).flatMap(({ to, answers }) =>
      (answers.length === 0 ? ['then'] : answers).map((answer) => [answer, `→ ${to}`] as const),
    ),
  ];
  const width = Math.max(0, ...rows.map(([left]) => left.length));
  return [
    titleOf(node),
    ...node.notes.map((note) => `  ${note}`),
    ...rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`),
  ];
}

/** One sentence a node, and one an edge. */
export function sentencesOf({ nodes, edges }: Drawing): readonly string[] {
  return nodes.flatMap((node) => [
    `${[titleOf(node), ...node.notes].join(', ')}.`,
    ...node.prompts.map(({ part, id, words }) => `${part}: ${words ?? `${id} is not there`}`),
    ...waysFrom(node, edges).map(({ to, answers }) =>
      answers.length === 0 ? `Then ${to}.` : `${answers.join('; ')}: then ${to}.`,
    ),
  ]);
}

function titleOf({ name, kind }: DrawnNode): string {
  return name === kind ? name : `${name} (${kind})`;
}

function waysFrom({ name }: DrawnNode, edges: readonly DrawnEdge[]): readonly DrawnEdge[] {
  return edges.filter(({ from }) => from === name);
}

function inOneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}
