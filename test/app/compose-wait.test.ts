/** What somebody hears who waits: the prompt, then music if there is any, then silence. */
import { expect, test } from 'vitest';
import { composeDocument, urlsBelow } from '../../src/app/compose-document.ts';

function composed(music: string | null, ms: number | null) {
  const wait = { type: 'wait', promptId: 'please', everyS: 30, music } as const;
  return composeDocument([wait], {
    callId: 'call',
    role: 'caller',
    locale: 'en',
    urls: urlsBelow('https://voice.example.com'),
    nextStep: 'next',
    wordsOf: (id) => `Words of ${id}.`,
    audioOf: (id) => (id === 'song' && ms !== null ? { sha256: 'abc', ms } : null),
    stream: null,
    runningStream: null,
  });
}

test.each<[string, string | null, number | null, boolean, number]>([
  ['no music', null, null, false, 30],
  ['music that nobody recorded, whose words are not spoken', 'song', null, false, 30],
  ['music, which is part of the waiting', 'song', 20_500, true, 10],
  ['music as long as the waiting', 'song', 50_000, true, 1],
])('%s', (_, music, ms, played, timeoutS) => {
  const { document, awaits } = composed(music, ms);
  expect(awaits).toBe('choice');
  expect(document).toHaveLength(1);
  expect(document[0]).toMatchObject({ verb: 'gather', text: 'Words of please.', timeoutS });
  const audio = 'https://voice.example.com/prompts/abc.wav';
  const more = played ? [{ text: 'Words of song.', locale: 'en', audio }] : [];
  expect(document[0]).toMatchObject({ more });
});
