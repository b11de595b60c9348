import type { Drawing, DrawnNode } from './model.ts';

/** A drawing as a Mermaid flowchart, for documents that draw it themselves. */
export function mermaidOf({ name, version, locale, nodes, edges }: Drawing): string {
  // Names of ours, because steps may be called what means something to Mermaid.
  const ids = new Map(nodes.map((node, i) => [node.name, `n${i}`]));
  return [
    `%% Flow ${name}, version ${version} (${locale})`,
    'flowchart TD',
    ...nodes.map((node) => `  ${ids.get(node.name)}${shapeOf(node)}`),
    ...edges.map(({ from, to, answers }) => {
      const label = answers.length === 0 ? '' : `|"${answers.map(escaped).join('<br/>')}"|`;
      return `  ${ids.get(from)} -->${label} ${ids.get(to)}`;
    }),
    '',
  ].join('\n');
}

function shapeOf(node: DrawnNode): string {
  const { name, kind, notes, prompts } = node;
  const lines = [
    name === kind ? name : `${name} (${kind})`,
    ...notes,
    ...prompts.map(({ part, id, words }) => `${part}: ${id}: ${words ?? 'is not there'}`),
  ];
  const label = `"${lines.map(escaped).join('<br/>')}"`;
  return ['start', 'bridge', 'end'].includes(name) ? `([${label}])` : `[${label}]`;
}

/** Everything that may mean something to Mermaid or to HTML, as its number. */
function escaped(text: string): string {
  return text
    .replace(/\p{Cs}/gu, '\ufffd')
    .replace(/\s+/g, ' ')
    .replace(/[^\p{L}\p{M}\p{N} .,:?!()/'’-]/gu, (one) => `#${one.codePointAt(0)};`);
}
