/** One drawing, three forms: all say the same, none can be broken by an author's words. */
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, test } from 'vitest';
import { compileFlow } from '../../../src/core/flow/compile.ts';
import type { FlowDefinition, Step } from '../../../src/core/flow/definition.ts';
import { layOut, type Place, type SizedEdge } from '../../../src/core/flow/draw/layout.ts';
import { mermaidOf } from '../../../src/core/flow/draw/mermaid.ts';
import { type Drawing, drawingOf, waysOf } from '../../../src/core/flow/draw/model.ts';
import { svgOf } from '../../../src/core/flow/draw/svg.ts';
import { tableOf } from '../../../src/core/flow/draw/table.ts';
import { textWidth, wrapped } from '../../../src/core/flow/draw/text.ts';

const ask: Step = {
  ask: 'recording',
  purpose: 'why',
  choices: 'how',
  again: 'listen',
  retry: 'once-more',
  attempts: 2,
  granted: 'thanks',
  refused: 'hours',
};

const everything: FlowDefinition = {
  name: 'everything',
  version: 3,
  role: 'caller',
  locales: ['en', 'de'],
  speech: true,
  keys: { grant: '1', refuse: '2', person: '0', none: '9' },
  hours: { zone: 'Europe/Berlin', open: { mon: '09:00-17:00' } },
  first: 'tongue',
  steps: {
    tongue: { language: 'which', choices: { 1: 'en', 2: 'de' }, next: 'ask' },
    ask,
    thanks: { say: 'thank-you', next: 'hours' },
    hours: {
      branch: [
        { when: 'closed', next: 'choose' },
        { when: 'granted', purpose: 'recording', next: 'bridge' },
      ],
      otherwise: 'bridge',
    },
    choose: {
      menu: 'what',
      choices: { 1: 'word', 2: 'bye', 3: 'repeat' },
      otherwise: 'bye',
      attempts: 1,
    },
    word: { task: 'call-back', next: 'bye' },
    bye: { end: 'goodbye' },
  },
  bridge: { withdrawn: 'stopped', unrecorded: 'not-recorded' },
};

const drawn = (
  words: (locale: string, id: string) => string | null = (_, id) => `Words of ${id}.`,
) => drawingOf(compileFlow(everything), 'en', words);

interface Read {
  readonly nodes: readonly string[];
  readonly edges: number;
  readonly texts: readonly string[];
}

/** Strictly, as XML; throws what is wrong with it. */
function readSvg(svg: string): Read {
  const nodes: string[] = [];
  const texts: string[] = [];
  let edges = 0;
  let text: string | null = null;
  let fresh = false;
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', (tag) => {
    const classOf = tag.attributes['class']?.value;
    if (classOf === 'node') fresh = true;
    if (classOf === 'edge') edges += 1;
    if (tag.name === 'text') text = '';
    expect(['svg', 'title', 'desc', 'style', 'rect', 'text', 'g', 'path']).toContain(tag.name);
  });
  parser.on('text', (part) => {
    if (text !== null) text += part;
  });
  parser.on('closetag', ({ name }) => {
    if (name !== 'text' || text === null) return;
    texts.push(text);
    if (fresh) nodes.push(text);
    fresh = false;
    text = null;
  });
  parser.write(svg).close();
  return { nodes, edges, texts };
}

describe('the model', () => {
  test('has every step, and each way out of it by what is answered', () => {
    const { nodes, edges } = drawn();
    expect(nodes.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'start start',
      'tongue language',
      'ask ask',
      'thanks say',
      'hours branch',
      'choose menu',
      'word task',
      'bye end',
      'bridge bridge',
      'end end',
    ]);
    expect(edges.map(({ from, to, answers }) => [from, to, ...answers])).toEqual([
      ['start', 'tongue'],
      ['tongue', 'ask', 'key 1: en', 'key 2: de', 'nothing, or another key: as the line'],
      ['ask', 'thanks', 'yes: 1 or in words'],
      [
        'ask',
        'hours',
        'no: 2, * or in words',
        'no to everything: 9',
        'nothing, or doubt, to the end',
      ],
      ['ask', 'bridge', 'to a person: 0'],
      ['thanks', 'hours'],
      ['hours', 'choose', 'closed'],
      ['hours', 'bridge', 'recording granted', 'otherwise'],
      ['choose', 'word', 'key 1'],
      ['choose', 'bye', 'key 2', 'nothing, or another key'],
      ['word', 'bye'],
      ['bye', 'end'],
    ]);
    expect(nodes.find(({ name }) => name === 'choose')?.notes).toEqual([
      'key 3: hear it again',
      'spoken at most once',
    ]);
  });

  test('draws a kind that it does not know by its targets', () => {
    const unknown = { wait: 'music', next: 'bye' } as unknown as Step;
    expect(waysOf(everything, unknown)).toEqual([['bye', null]]);
  });
});

describe('the three forms', () => {
  test('have the same nodes, edges and words', () => {
    const drawing = drawn();
    const svg = readSvg(svgOf(drawing));
    const mermaid = mermaidOf(drawing);
    const table = tableOf(drawing);
    const titles = drawing.nodes.map(({ name, kind }) =>
      name === kind ? name : `${name} (${kind})`,
    );
    expect(svg.nodes).toEqual(titles);
    expect(svg.edges).toBe(drawing.edges.length);
    expect(mermaid.match(/^ {2}n\d+[([]/gm)).toHaveLength(titles.length);
    expect(mermaid.match(/^ {2}n\d+ -->/gm)).toHaveLength(drawing.edges.length);
    const blocks = table.trim().split('\n\n').slice(1);
    expect(blocks.map((block) => block.split('\n')[0])).toEqual(titles);
    for (const { from, to, answers } of drawing.edges) {
      const [a, b] = [from, to].map((name) => drawing.nodes.findIndex((one) => one.name === name));
      expect(mermaid).toMatch(new RegExp(`^ {2}n${a} -->.* n${b}$`, 'm'));
      const block = blocks[a ?? -1] ?? '';
      for (const answer of answers.length === 0 ? ['then'] : answers) {
        const line = block.split('\n').find((one) => one.trim().startsWith(answer));
        expect(line).toMatch(new RegExp(`→ ${to}$`));
      }
      for (const answer of answers) expect(svg.texts).toContain(answer);
    }
    for (const { prompts } of drawing.nodes) {
      for (const { words } of prompts) {
        expect(svg.texts).toContain(words);
        expect(table).toContain(`“${words}”`);
        expect(mermaid).toContain(words);
      }
    }
  });

  test('a prompt that is missing is said to be', () => {
    const drawing = drawn((_, id) => (id === 'why' ? null : 'Words.'));
    expect(readSvg(svgOf(drawing)).texts).toContain('is not there');
    expect(tableOf(drawing)).toContain('why is not there');
    expect(mermaidOf(drawing)).toContain('why: is not there');
  });

  test('whatever an author writes, the picture is well-formed and nothing breaks out', () => {
    const nasty = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.constantFrom(
        '</text><script>alert(1)</script>',
        ']]> & <!-- "\' `',
        '"] --> n0',
        '%%{init: {}}%%',
        '\u0000\ud800\ufffe',
      ),
    );
    fc.assert(
      fc.property(nasty, (words) => {
        const drawing = drawn(() => words);
        const svg = readSvg(svgOf(drawing));
        expect(svg.edges).toBe(drawing.edges.length);
        const lines = mermaidOf(drawing).trimEnd().split('\n');
        expect(lines).toHaveLength(2 + drawing.nodes.length + drawing.edges.length);
        for (const line of lines.slice(2)) {
          expect(line).toMatch(
            /^ {2}n\d+(?:(?:\[|\(\[)"[^"[\]{}<>`]*(?:<br\/>[^"[\]{}<>`]*)*"(?:\]|\]\))| -->(?:\|"[^"|]*"\|)? n\d+)$/,
          );
        }
      }),
      { numRuns: 200 },
    );
  });

  test('a picture says what it is, and is legible by day and by night', () => {
    const svg = svgOf(drawn());
    expect(svg).toMatch(
      /<svg [^>]*role="img" aria-labelledby="(\S+) (\S+)"[^>]*>\n<title id="\1">/,
    );
    expect(svg).toContain('Flow everything, version 3');
    expect(svg).toContain('@media (prefers-color-scheme:dark)');
    expect(svg).not.toMatch(/href|url\(|@import|<script/);
  });

  test('words that are written from right to left begin at the right', () => {
    const arabic: Drawing = { ...drawn(() => 'مرحبا'), locale: 'ar' };
    expect(svgOf(arabic)).toMatch(/<text class="words" [^>]*direction="rtl">مرحبا</);
  });
});

describe('text', () => {
  test('is broken into lines that fit, and loses nothing but its spaces', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 20, max: 300 }),
        (text, width) => {
          const lines = wrapped(text, 12, width);
          expect(lines.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
          for (const line of lines) {
            expect([...line].length === 1 || textWidth(line, 12) <= width).toBe(true);
          }
        },
      ),
    );
  });
});

describe('the layout of any flow', () => {
  const size = fc.record({
    width: fc.integer({ min: 20, max: 400 }),
    height: fc.integer({ min: 20, max: 300 }),
  });
  const graph = fc.integer({ min: 1, max: 12 }).chain((count) =>
    fc.record({
      sizes: fc.array(size, { minLength: count, maxLength: count }),
      edges:
        count === 1
          ? fc.constant<SizedEdge[]>([])
          : fc.uniqueArray(
              fc
                .tuple(fc.nat(count - 2), fc.nat(count), fc.option(size))
                .map(([from, step, label]) => ({
                  from,
                  to: Math.min(count - 1, from + 1 + step),
                  label,
                })),
              { maxLength: 24, selector: ({ from, to }) => `${from} ${to}` },
            ),
    }),
  );

  const overlap = (a: Place, b: Place) =>
    a.x < b.x + b.width - 0.01 &&
    b.x < a.x + a.width - 0.01 &&
    a.y < b.y + b.height - 0.01 &&
    b.y < a.y + a.height - 0.01;

  /** With the room that is kept beside it, all but a little. */
  const wider = (place: Place) => ({ ...place, x: place.x - 27, width: place.width + 54 });

  test('lets nothing lie on anything, nothing stand outside, and every arrow point down', () => {
    fc.assert(
      fc.property(graph, ({ sizes, edges }) => {
        const layout = layOut(sizes, edges);
        const labels = layout.edges.flatMap(({ label }) => label ?? []);
        const places = [...layout.nodes, ...labels];
        expect(labels).toHaveLength(edges.filter(({ label }) => label !== null).length);
        for (const [i, place] of places.entries()) {
          expect(place.x).toBeGreaterThanOrEqual(0);
          expect(place.x + place.width).toBeLessThanOrEqual(layout.width);
          expect(place.y + place.height).toBeLessThanOrEqual(layout.height);
          for (const other of places.slice(i + 1)) expect(overlap(wider(place), other)).toBe(false);
        }
        for (const [i, { from, to }] of edges.entries()) {
          const pieces = layout.edges[i]?.pieces ?? [];
          const [a, b] = [layout.nodes[from], layout.nodes[to]];
          expect(pieces[0]?.from.y).toBe((a?.y ?? 0) + (a?.height ?? 0));
          expect(pieces.at(-1)?.to.y).toBe(b?.y);
          for (const piece of pieces) expect(piece.to.y).toBeGreaterThan(piece.from.y);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('lets no line run through a box', () => {
    fc.assert(
      fc.property(graph, ({ sizes, edges }) => {
        const layout = layOut(sizes, edges);
        const labels = layout.edges.map((edge) => edge.label);
        for (const { pieces, label: own } of layout.edges) {
          const others = [...layout.nodes, ...labels].filter((one) => one !== null && one !== own);
          for (const { from, floor, to } of pieces) {
            // The control points of the curve are between its ends, and so is the curve.
            const left = Math.min(from.x, to.x);
            const curve = {
              x: left,
              y: floor,
              width: Math.abs(from.x - to.x),
              height: to.y - floor,
            };
            const drop = { x: from.x, y: from.y, width: 0, height: floor - from.y };
            for (const other of others) {
              expect(other && (overlap(drop, other) || overlap(curve, other))).toBe(false);
            }
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
