/** Recorded prompts: which files are played, and how long they are. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPromptAudio } from '../../../src/core/flow/prompt-audio.ts';
import { lintLocale } from '../../../src/core/flow/prompt-library.ts';
import { tone } from '../../../src/core/media/tone.ts';
import { prompts, shippedFlow } from '../../model/flows.ts';
import { type WavForm, wavOf } from '../../support/wav.ts';

const words = 'Thank you.';
const muLaw = { tag: 7, bits: 8 };

test.each<[string, WavForm, number]>([
  ['16-bit PCM', {}, 1_000],
  ['mu-law', muLaw, 1_000],
  ['with what programs put before the sound', { extra: true, ms: 2_500 }, 2_500],
  ['a short one', { ms: 1 }, 1],
])('%s is played', (_, form, ms) => {
  const file = wavOf(form);
  const sha256 = createHash('sha256').update(file).digest('hex');
  expect(readPromptAudio(file, words)).toEqual({ sha256, ms });
});

test('our own tone is one that carriers play', () => {
  expect(readPromptAudio(tone.file, words)).toEqual({ sha256: tone.sha256, ms: 400 });
});

const form = 'must be a WAV file of 8 kHz, one channel, mu-law or 16-bit PCM';

test.each<[string, Buffer, string | null, string]>([
  ['stereo', wavOf({ channels: 2 }), words, form],
  ['of a music shop', wavOf({ rate: 44_100 }), words, form],
  ['of 8-bit PCM', wavOf({ bits: 8 }), words, form],
  ['of A-law', wavOf({ tag: 6, bits: 8 }), words, form],
  ['of nothing', Buffer.alloc(0), words, form],
  ['of another kind', Buffer.from('ID3 and a song'), words, form],
  ['cut off', wavOf().subarray(0, 200), words, form],
  ['silent', wavOf({ ms: 0 }), words, 'is silent: it has no sound in it'],
  ['endless', wavOf({ ms: 61_000 }), words, 'is longer than a minute'],
  ['with a variable', wavOf(), 'Hello {controller}', 'is a recording of words with a variable'],
  ['without words', wavOf(), null, 'has no words beside it'],
])('a file %s is not played, and that is said', (_, file, text, fault) => {
  expect(readPromptAudio(file, text)).toEqual({ fault });
});

test('no bytes make it throw', () => {
  const cut = fc.tuple(fc.uint8Array({ maxLength: 64 }), fc.nat(200)).map(([bytes, at]) => {
    const file = wavOf({ ms: 10 });
    Buffer.from(bytes).copy(file, Math.min(at, file.length - 1));
    return file;
  });
  fc.assert(fc.property(cut, (file) => typeof readPromptAudio(file, words) === 'object'));
});

describe('the check of prompts', () => {
  const { definition } = shippedFlow('inbound');
  const ids = ['recording-purpose', 'recording-choices', 'greeting'];
  const lint = (ms: number) =>
    lintLocale('en', ids, [definition], prompts.text, (_, id) =>
      id === 'recording-choices' ? { sha256: 'a'.repeat(64), ms } : null,
    );

  test('measures a recording, and counts it towards the first choice', () => {
    const [, choices] = lint(4_000).lengths;
    expect(choices?.seconds).toBe(4);
    const [slow] = lint(40_000).toChoice;
    const [spoken] = lintLocale('en', ids, [definition], prompts.text).toChoice;
    const [quick] = lint(4_000).toChoice;
    expect(quick?.seconds).toBeLessThan(spoken?.seconds ?? 0);
    expect(slow?.seconds).toBeGreaterThan(12);
    const late = lint(40_000).faults.filter(({ rule }) => rule === 'late');
    expect(late.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^comes to the first choice after \d+\.\d s, more than 12$/),
    ]);
    expect(lint(4_000).faults).toEqual([]);
  });

  test('says what is wrong with a recording', () => {
    const { faults } = lintLocale('en', ['greeting'], [], prompts.text, () => ({
      fault: 'is odd',
    }));
    expect(faults).toEqual([
      { id: 'greeting', rule: 'audio', reason: 'has a recording that is odd' },
    ]);
  });
});
