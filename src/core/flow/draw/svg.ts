/** A drawing as SVG that needs nothing else: no script, no font, no style from outside. */
import { type Layout, layOut, type Place, type RoutedEdge, type Size } from './layout.ts';
import type { Drawing, DrawnEdge, DrawnNode } from './model.ts';
import { sentencesOf } from './table.ts';
import { isRightToLeft, textWidth, wrapped } from './text.ts';

const titleSize = 14;
const textSize = 12;
const lineHeight = 16;
const padding = 12;
const widthMax = 330;
const captionHeight = 40;

type LineClass = 'name' | 'note' | 'part' | 'words' | 'missing';

interface Line {
  readonly text: string;
  readonly style: LineClass;
}

export function svgOf(drawing: Drawing): string {
  const boxes = drawing.nodes.map(linesOf);
  const labels = drawing.edges.map(({ answers }) =>
    answers.length === 0 ? null : sizeOf(answers),
  );
  const index = new Map(drawing.nodes.map(({ name }, i) => [name, i]));
  const layout = layOut(
    boxes.map(boxSize),
    drawing.edges.map(({ from, to }, i) => ({
      from: index.get(from) ?? 0,
      to: index.get(to) ?? 0,
      label: labels[i] ?? null,
    })),
  );
  return document(drawing, layout, boxes);
}

function document(drawing: Drawing, layout: Layout, boxes: readonly (readonly Line[])[]): string {
  const title = `Flow ${drawing.name}, version ${drawing.version}`;
  const caption = `${title} (${drawing.locale})`;
  const width = Math.max(layout.width, Math.ceil(textWidth(caption, 18)) + 32);
  const height = layout.height + captionHeight;
  const shift = Math.floor((width - layout.width) / 2);
  const rtl = isRightToLeft(drawing.locale);
  const id = `${drawing.name}-${drawing.version}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title-${id} desc-${id}" ` +
      `viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<title id="title-${id}">${escaped(title)}</title>`,
    `<desc id="desc-${id}">${escaped(sentencesOf(drawing).join(' '))}</desc>`,
    `<style>${style}</style>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    `<text class="caption" x="16" y="28">${escaped(caption)}</text>`,
    `<g transform="translate(${shift} ${captionHeight})">`,
    ...drawing.edges.map((edge, i) => edgeOf(edge, layout.edges[i])),
    ...drawing.nodes.map((node, i) => nodeOf(node, layout.nodes[i], boxes[i] ?? [], rtl)),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** Kinds have a colour and always their name, too. */
const colours: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  say: ['#e3effc', '#1d3552'],
  ask: ['#fdf0cf', '#4a3a12'],
  menu: ['#eee6fb', '#38295a'],
  language: ['#ddf3f0', '#173f3b'],
  branch: ['#ebebeb', '#3a3a3a'],
  task: ['#fbe6ef', '#52243a'],
  dial: ['#d9f2ea', '#164236'],
  queue: ['#dceef5', '#17394a'],
  voicemail: ['#fdeedd', '#4f3413'],
  rate: ['#e6ebfb', '#262f5c'],
  text: ['#e9f3e0', '#2c3f1c'],
  start: ['#ffffff', '#22262b'],
  bridge: ['#def3df', '#1c4423'],
  end: ['#f8dedb', '#552521'],
};

const style = [
  'text{font-family:system-ui,"Helvetica Neue",Arial,sans-serif;font-size:12px;fill:#1b1f24}',
  '.paper{fill:#ffffff}',
  '.box{fill:#f4f4f4;stroke:#5b6570;stroke-width:1}',
  '.line{fill:none;stroke:#5b6570;stroke-width:1.5}',
  '.head{fill:#5b6570}',
  '.caption{font-size:18px;font-weight:600}',
  '.name{font-size:14px;font-weight:600}',
  '.note,.part{fill:#4a535d}',
  '.part{font-style:italic}',
  '.missing{fill:#b00020;font-weight:600}',
  '.answer{fill:#1b1f24}',
  ...Object.entries(colours).map(([kind, [light]]) => `.kind-${kind}{fill:${light}}`),
  '@media (prefers-color-scheme:dark){',
  'text,.answer{fill:#e8eaed}',
  '.paper{fill:#15181c}',
  '.box{fill:#2b3036;stroke:#98a2ad}',
  '.line{stroke:#98a2ad}',
  '.head{fill:#98a2ad}',
  '.note,.part{fill:#b8c0c9}',
  '.missing{fill:#ff8a80}',
  ...Object.entries(colours).map(([kind, [, dark]]) => `.kind-${kind}{fill:${dark}}`),
  '}',
].join('');

function linesOf({ name, kind, notes, prompts }: DrawnNode): readonly Line[] {
  const own = name === kind ? name : `${name} (${kind})`;
  const fitted = (text: string, lineStyle: LineClass, size = textSize): readonly Line[] =>
    wrapped(text, size, widthMax - 2 * padding).map((line) => ({ text: line, style: lineStyle }));
  return [
    ...fitted(own, 'name', titleSize * 1.08),
    ...notes.flatMap((note) => fitted(note, 'note')),
    ...prompts.flatMap(({ part, id, words }) => [
      ...fitted(`${part}: ${id}`, 'part'),
      ...(words === null ? fitted('is not there', 'missing') : fitted(words, 'words')),
    ]),
  ];
}

function boxSize(lines: readonly Line[]): Size {
  const widths = lines.map(({ text, style: name }) =>
    textWidth(text, name === 'name' ? titleSize * 1.08 : textSize),
  );
  return {
    width: Math.ceil(Math.max(90, ...widths)) + 2 * padding,
    height: lines.length * lineHeight + 2 * padding - 4,
  };
}

function sizeOf(answers: readonly string[]): Size {
  const widths = answers.map((answer) => textWidth(answer, textSize));
  return { width: Math.ceil(Math.max(...widths)) + 8, height: answers.length * lineHeight + 4 };
}

function nodeOf(
  { kind, name }: DrawnNode,
  at: Place | undefined,
  lines: readonly Line[],
  rtl: boolean,
): string {
  if (at === undefined) return '';
  const round = ['start', 'bridge', 'end'].includes(name) ? 16 : 4;
  const known = Object.hasOwn(colours, kind) ? ` kind-${kind}` : '';
  return [
    `<g class="node">`,
    `<rect class="box${known}" ${places(at)} rx="${round}"/>`,
    ...lines.map(({ text, style: lineStyle }, i) => {
      const y = num(at.y + padding + 10 + i * lineHeight);
      // At the right edge, text that is written from right to left begins.
      const right = rtl && lineStyle === 'words';
      const x = num(right ? at.x + at.width - padding : at.x + padding);
      const turned = right ? ' direction="rtl"' : '';
      return `<text class="${lineStyle}" x="${x}" y="${y}"${turned}>${escaped(text)}</text>`;
    }),
    '</g>',
  ].join('\n');
}

function edgeOf({ answers }: DrawnEdge, routed: RoutedEdge | undefined): string {
  if (routed === undefined) return '';
  const { label, pieces } = routed;
  const last = pieces.at(-1)?.to ?? { x: 0, y: 0 };
  const lines = pieces.map(({ from, floor, to }, i) => {
    const end = i === pieces.length - 1 ? to.y - 6 : to.y;
    const half = num((floor + end) / 2);
    const [x1, x2] = [num(from.x), num(to.x)];
    return `M${x1} ${num(from.y)}V${num(floor)}C${x1} ${half} ${x2} ${half} ${x2} ${num(end)}`;
  });
  const tip = `M${num(last.x)} ${num(last.y)}l-4.5 -8h9z`;
  return [
    '<g class="edge">',
    `<path class="line" d="${lines.join('')}"/>`,
    `<path class="head" d="${tip}"/>`,
    ...(label === null
      ? []
      : answers.map((answer, i) => {
          const x = num(label.x + label.width / 2);
          const y = num(label.y + 13 + i * lineHeight);
          return `<text class="answer" text-anchor="middle" x="${x}" y="${y}">${escaped(answer)}</text>`;
        })),
    '</g>',
  ].join('\n');
}

function places({ x, y, width, height }: Place): string {
  return `x="${num(x)}" y="${num(y)}" width="${num(width)}" height="${num(height)}"`;
}

function num(value: number): string {
  return String(Math.round(value * 10) / 10);
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Authors' text as text of XML 1.0; characters that XML cannot hold are shown as such. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>"']/g, (one) => entities[one] ?? '');
}
