/**
 * Registry files in XML. Nobody publishes their exact form, so elements are told by what they hold, in
 * their attributes or between their tags: three digits are an area code, seven a number in it, more a
 * whole one. A word for add or delete is looked for beside the number, and around it.
 */
import { SaxesParser } from 'saxes';
import { isChangeWord, isWritten } from '../../core/suppression/registry-line.ts';
import type { RegistryReader } from '../../core/suppression/registry-text.ts';

const three = /^[2-9]\d\d$/;
const seven = /^[2-9]\d{6}$/;
/** What says something of a file or a row, and may have as many digits as a number. */
const notNumbers = /^(?:id|count|total|size|version|.*date|.*time)$/i;
const addition = /^(?:add|added|adds|addition|additions|insert|inserts)$/i;
const deletion = /^(?:delete|deleted|deletes|deletion|deletions|remove|removed|removals?)$/i;
const textMax = 200;

interface Frame {
  readonly name: string;
  /** What is said for everything within. */
  readonly change: string | null;
  text: string;
  hasElements: boolean;
  /** True: numbers follow one another in it, and wait for no word. */
  isFlat: boolean;
  /** A number within, whose word may still come. */
  waiting: { readonly number: string; readonly line: number } | null;
  words: string[];
}

export function readXml(reader: RegistryReader) {
  const parser = new SaxesParser();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const frames: Frame[] = [];
  let area = '';

  /** The number that a value is, if it is one; an area code is kept for those that follow. */
  function numberIn(value: string): string | null {
    if (three.test(value)) area = value;
    if (seven.test(value) && area !== '') return `${area}${value}`;
    return isWritten(value) && value.replace(/\D/g, '').length > 7 ? value : null;
  }

  function put(number: string, words: readonly string[], change: string | null): void {
    const said = words.length === 0 && change !== null ? [change] : words;
    reader.record([number, ...said], parser.line);
  }

  function settle({ waiting, words, change }: Frame): void {
    if (waiting === null) return;
    const said = words.length === 0 && change !== null ? [change] : words;
    reader.record([waiting.number, ...said], waiting.line);
  }

  parser.on('opentag', ({ name, attributes }) => {
    const around = frames.at(-1);
    if (around !== undefined) around.hasElements = true;
    const said = Object.entries(attributes).filter(([key]) => !notNumbers.test(key));
    const values = said.map(([, value]) => String(value).trim());
    const words = values.filter(isChangeWord);
    const change = words[0] ?? wordOf(name) ?? around?.change ?? null;
    for (const value of values) {
      const number = numberIn(value);
      if (number !== null) put(number, words, change);
    }
    frames.push({
      name,
      change,
      text: '',
      hasElements: false,
      isFlat: false,
      waiting: null,
      words: [],
    });
  });
  parser.on('text', (text) => {
    const frame = frames.at(-1);
    if (frame !== undefined && frame.text.length < textMax) frame.text += text;
  });
  parser.on('closetag', () => {
    const frame = frames.pop();
    const around = frames.at(-1);
    if (frame === undefined) return;
    if (frame.hasElements) return settle(frame);
    const text = frame.text.trim();
    if (isChangeWord(text)) around?.words.push(text);
    const number = notNumbers.test(frame.name) ? null : numberIn(text);
    if (number === null) return;
    // A word that the number has for itself, or that stands around it, is enough.
    if (around === undefined || around.isFlat || frame.change !== null) {
      return put(number, [], frame.change);
    }
    if (around.waiting !== null) {
      settle(around);
      around.waiting = null;
      around.isFlat = true;
      return put(number, [], null);
    }
    around.waiting = { number, line: parser.line };
  });
  parser.on('error', (error) => {
    throw error;
  });
  return {
    take: (piece: Uint8Array) => void parser.write(decoder.decode(piece, { stream: true })),
    end: () => void parser.write(decoder.decode()).close(),
  };
}

/** `<delete>` and the like, around numbers. */
function wordOf(name: string): string | null {
  if (deletion.test(name)) return 'delete';
  return addition.test(name) ? 'add' : null;
}
