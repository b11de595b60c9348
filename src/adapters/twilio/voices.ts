import type VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js';

type Say = VoiceResponse.SayAttributes;
type Gather = VoiceResponse.GatherAttributes;

/** How the carrier speaks and understands one locale. */
export interface Voice {
  readonly language: NonNullable<Say['language']> & NonNullable<Gather['language']>;
  readonly voice: NonNullable<Say['voice']>;
  /** What people say to a yes-or-no question, to lean the recogniser; null: keys only. */
  readonly hints: string | null;
}

const english = 'yes, no, yes please, no thank you, I agree, I do not agree, repeat';
const german = 'ja, nein, ja bitte, nein danke, wiederholen';
const spanish = 'sí, no, sí por favor, no gracias, repetir';
const french = 'oui, non, oui merci, non merci, répéter';

/** Neural voices; the first locale of a language also speaks for the language alone. */
const voices: readonly Voice[] = [
  { language: 'en-US', voice: 'Polly.Joanna-Neural', hints: english },
  { language: 'en-GB', voice: 'Polly.Amy-Neural', hints: english },
  { language: 'en-AU', voice: 'Polly.Olivia-Neural', hints: english },
  { language: 'en-IN', voice: 'Polly.Kajal-Neural', hints: english },
  { language: 'de-DE', voice: 'Polly.Vicki-Neural', hints: german },
  { language: 'es-US', voice: 'Polly.Lupe-Neural', hints: spanish },
  { language: 'es-ES', voice: 'Polly.Lucia-Neural', hints: spanish },
  { language: 'es-MX', voice: 'Polly.Mia-Neural', hints: spanish },
  { language: 'fr-FR', voice: 'Polly.Lea-Neural', hints: french },
  { language: 'fr-CA', voice: 'Polly.Gabrielle-Neural', hints: french },
  { language: 'it-IT', voice: 'Polly.Bianca-Neural', hints: null },
  { language: 'ja-JP', voice: 'Polly.Takumi-Neural', hints: null },
  { language: 'ko-KR', voice: 'Polly.Seoyeon-Neural', hints: null },
  { language: 'nl-NL', voice: 'Polly.Laura-Neural', hints: null },
  { language: 'pl-PL', voice: 'Polly.Ola-Neural', hints: null },
  { language: 'pt-BR', voice: 'Polly.Camila-Neural', hints: null },
  { language: 'pt-PT', voice: 'Polly.Ines-Neural', hints: null },
  { language: 'sv-SE', voice: 'Polly.Elin-Neural', hints: null },
];

const byLocale = new Map<string, Voice>();
for (const voice of voices) {
  const language = voice.language.slice(0, 2);
  if (!byLocale.has(language)) byLocale.set(language, voice);
  byLocale.set(voice.language.toLowerCase(), voice);
}

/** The voice of a BCP 47 locale, of its language if the region is not known, else null. */
export function voiceOf(locale: string): Voice | null {
  const name = locale.toLowerCase();
  return byLocale.get(name) ?? byLocale.get(name.split('-', 1)[0] ?? '') ?? null;
}
