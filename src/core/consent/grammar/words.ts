/**
 * What a recogniser wrote, as words. Case and punctuation say nothing (but `?` does); an apostrophe
 * parts two words, in whichever of its forms it comes, and so does a space in its place. Every step
 * takes time in proportion to the text: composing accents by `normalize` would take the square of a
 * run of them, so only pairs are composed.
 */
export interface Words {
  /** With the accents they came with: a grant must be written right. */
  readonly written: readonly string[];
  /** Without accents and invisible characters: a refusal need not be. */
  readonly plain: readonly string[];
  /** By word, whether punctuation parts it from the next one. */
  readonly stops: readonly boolean[];
  readonly isQuestion: boolean;
  /** Whether all of it is what a recogniser writes for speech: no sign, no markup, no `-1`. */
  readonly isSpeech: boolean;
  /** Of the words and the spaces between them. */
  readonly characters: number;
}

const apostrophes = /['’‘ʼ`´′＇]/g;
const questionMark = /[?？؟¿⸮]/;

/** Signs say things of their own (👎, `<yes>`, `+1`, `y**`); the marks of writing do not. */
const sign = /[^\p{L}\p{M}\p{N}\s.,!¡?？؟¿⸮;:…"“”„«»'’‘ʼ`´′＇–—-]|[-–—]\d/u;

export function readWords(speech: string, read: (word: string) => string): Words {
  const text = speech
    .toLowerCase()
    .replace(/\p{L}\p{M}/gu, (pair) => pair.normalize('NFC'))
    .replace(apostrophes, ' ');
  const written: string[] = [];
  const stops: boolean[] = [];
  for (const piece of text.match(/[^\s\p{P}\p{S}]+|[\p{P}\p{S}]+/gu) ?? []) {
    if (!/^[\p{P}\p{S}]/u.test(piece)) {
      written.push(piece);
      stops.push(false);
    } else if (stops.length > 0) {
      stops[stops.length - 1] = true;
    }
  }
  // What ends the text ends no part of it.
  if (stops.length > 0) stops[stops.length - 1] = false;
  return {
    written: written.map(read),
    plain: written.map((word) => read(withoutAccents(word))),
    stops,
    isQuestion: questionMark.test(speech),
    isSpeech: !sign.test(speech),
    characters: written.reduce((sum, word) => sum + word.length + 1, -1),
  };
}

/** `sí` is `si`, `größe` is `grosse`. */
export function withoutAccents(word: string): string {
  if (/^[a-z0-9]*$/.test(word)) return word;
  return word
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .replace(/\P{ASCII}/gu, (letter) => letter.normalize('NFD').replace(/\p{M}/gu, ''))
    .replace(/ß/g, 'ss')
    .replace(/œ/g, 'oe');
}

/**
 * A word as it may be written: any of its accents may be missing, none may be another. So `aceptó`
 * (she accepted) is never taken for `acepto`, though `si` may be `sí`.
 */
export function spellings(word: string): readonly string[] {
  return [...word].reduce<readonly string[]>(
    (starts, letter) => {
      const bare = withoutAccents(letter);
      const forms = bare === letter ? [letter] : [letter, bare, ...(digraphs[letter] ?? [])];
      return starts.flatMap((start) => forms.map((form) => start + form));
    },
    [''],
  );
}

const digraphs: Readonly<Record<string, readonly string[]>> = { ä: ['ae'], ö: ['oe'], ü: ['ue'] };
