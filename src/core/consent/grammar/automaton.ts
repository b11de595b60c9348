import type { Pattern } from './notation.ts';

/**
 * Patterns of words as a machine that reads each word once and never goes back: Thompson's
 * construction, whose sets of states are made when they are first needed and kept, as RE2 does.
 * The time is in proportion to the text whatever the pattern, which regular expressions of
 * JavaScript do not promise.
 */
export interface Automaton {
  /** True when all words together are one of the patterns. */
  matches(words: readonly string[]): boolean;
  /** How many words from `at` on are the longest that is one of the patterns; 0 if none is. */
  longestFrom(words: readonly string[], at: number): number;
}

/** Sets kept at a time; when there are more, all are forgotten and made again. */
const setsMax = 4_000;

interface Step {
  readonly word: string | null;
  readonly stem: string | null;
  readonly to: number;
}

interface Place {
  readonly free: number[];
  readonly steps: Step[];
}

interface PlaceSet {
  readonly places: readonly number[];
  readonly accepts: boolean;
  readonly next: Map<string, PlaceSet>;
}

export function createAutomaton(
  pattern: Pattern,
  spell: (word: string) => readonly string[],
): Automaton {
  const { places, start, end } = build(pattern, spell);
  const steps = places.flatMap((place) => place.steps);
  const known = new Set(steps.flatMap(({ word }) => (word === null ? [] : [word])));
  const stems = [...new Set(steps.flatMap(({ stem }) => (stem === null ? [] : [stem])))];
  const sets = new Map<string, PlaceSet>();

  /** Words between which no step tells a difference share one symbol. */
  const symbolOf = (word: string): string => {
    if (known.has(word)) return word;
    return stems.reduce((all, stem, n) => (word.startsWith(stem) ? `${all} ${n}` : all), ' ');
  };

  const setOf = (from: Iterable<number>): PlaceSet => {
    const reached = new Set(from);
    for (const place of reached) {
      for (const free of places[place]?.free ?? []) reached.add(free);
    }
    const list = [...reached].sort((a, b) => a - b);
    const key = list.join();
    const found = sets.get(key);
    if (found !== undefined) return found;
    if (sets.size >= setsMax) {
      for (const { next } of sets.values()) next.clear();
      sets.clear();
    }
    const made: PlaceSet = { places: list, accepts: reached.has(end), next: new Map() };
    sets.set(key, made);
    return made;
  };

  const after = (set: PlaceSet, word: string): PlaceSet => {
    const symbol = symbolOf(word);
    const found = set.next.get(symbol);
    if (found !== undefined) return found;
    const to: number[] = [];
    for (const place of set.places) {
      for (const step of places[place]?.steps ?? []) if (takes(step, word)) to.push(step.to);
    }
    const made = setOf(to);
    set.next.set(symbol, made);
    return made;
  };

  const first = setOf([start]);
  return {
    matches(words) {
      let set = first;
      for (const word of words) {
        if (set.places.length === 0) return false;
        set = after(set, word);
      }
      return set.accepts;
    },
    longestFrom(words, at) {
      let set = first;
      let longest = 0;
      for (let n = 1; set.places.length > 0 && at + n <= words.length; n += 1) {
        set = after(set, words[at + n - 1] ?? '');
        if (set.accepts) longest = n;
      }
      return longest;
    },
  };
}

function takes({ word, stem }: Step, heard: string): boolean {
  if (word !== null) return word === heard;
  return stem === null || heard.startsWith(stem);
}

function build(pattern: Pattern, spell: (word: string) => readonly string[]) {
  const places: Place[] = [];
  const add = (): number => places.push({ free: [], steps: [] }) - 1;
  /** Adds what leads from `from` through the pattern, and says where it ends. */
  const lead = (from: number, part: Pattern): number => {
    if (part.kind === 'row') return part.parts.reduce(lead, from);
    const to = add();
    if (part.kind === 'choice') {
      for (const option of part.options) places[lead(from, option)]?.free.push(to);
    } else if (part.kind === 'repeat') {
      const loop = add();
      places[from]?.free.push(loop);
      places[lead(loop, part.part)]?.free.push(loop);
      places[loop]?.free.push(to);
    } else if (part.kind === 'word') {
      for (const word of spell(part.word)) places[from]?.steps.push({ word, stem: null, to });
    } else {
      const stems = part.kind === 'stem' ? spell(part.stem) : [null];
      for (const stem of stems) places[from]?.steps.push({ word: null, stem, to });
    }
    return to;
  };
  const start = add();
  return { places, start, end: lead(start, pattern) };
}
