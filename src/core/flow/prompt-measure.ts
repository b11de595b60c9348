/** How long a text is: in words, and in seconds when it is spoken. */
import type { PromptWords } from './prompt-words/words.ts';

/**
 * A carrier's voice against people who read aloud. Amazon's Joanna speaks the 286 characters of a
 * text of its own in 19 seconds (aws.amazon.com/blogs/aws/amazon-polly-update-time-driven-prosody-
 * and-asynchronous-synthesis), 15.1 a second; English readers manage 16.5. Rounded down.
 */
const voiceRate = 0.9;

/** Stands for a controller's name: three words. */
export const someController = 'Ann and Company';

export function wordCount(text: string): number {
  return text.split(/\s+/).filter((word) => word !== '').length;
}

/** Pauses between sentences are in it: the rates are those of whole texts. */
export function secondsOf(text: string, { charactersPerMinute }: PromptWords): number {
  return characters(text) / ((charactersPerMinute / 60) * voiceRate);
}

export function characters(text: string): number {
  return [...text.replace(/\s+/g, '')].length;
}

export function sentencesOf(text: string): readonly string[] {
  return text.split(/(?<=[.!?])\s+/).filter((sentence) => sentence !== '');
}

/** Where a key is named as a number of its own; -1 where it is not. */
export function keyAt(text: string, key: string): number {
  return text.search(new RegExp(`(?<!\\d)${key}(?!\\d)`));
}

/** The sentence that names a key; empty where none does. */
export function sentenceWith(text: string, key: string): string {
  return sentencesOf(text).find((sentence) => keyAt(sentence, key) >= 0) ?? '';
}
