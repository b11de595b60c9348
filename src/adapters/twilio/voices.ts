import type VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js';

type Say = VoiceResponse.SayAttributes;
type Gather = VoiceResponse.GatherAttributes;

/** How the carrier speaks and understands one locale. */
export interface Voice {
  readonly language: NonNullable<Say['language']>;
  readonly voice: NonNullable<Say['voice']>;
  /** How words are understood; null: keys only. */
  readonly ear: Ear | null;
}

/** What the recogniser is told. */
interface Ear {
  /** Where the carrier recognises no such region, the language's first one. */
  readonly language: NonNullable<Gather['language']>;
  /** What people say to a yes-or-no question, to lean the recogniser. */
  readonly hints: string;
}

const hints = {
  en: 'yes, no, yes please, no thank you, I agree, I do not agree, repeat',
  de: 'ja, nein, ja bitte, ja gerne, nein danke, lieber nicht, einverstanden, wiederholen',
  es: 'sí, no, sí por favor, no gracias, de acuerdo, acepto, no acepto, repetir',
  fr: "oui, non, oui merci, non merci, d'accord, je suis d'accord, je refuse, répéter",
  it: "sì, no, sì grazie, no grazie, d'accordo, accetto, non accetto, ripetere",
  nl: 'ja, nee, ja graag, nee bedankt, akkoord, niet akkoord, liever niet, herhalen',
  pt: 'sim, não, sim por favor, não obrigado, não obrigada, aceito, não aceito, repetir',
} as const;

function ear(language: Ear['language'], own: keyof typeof hints): Ear {
  return { language, hints: hints[own] };
}

/**
 * Neural voices; the first locale of a language also speaks for the language alone and for regions
 * that have no voice. The carrier's own list is the type of its library; that each of these voices
 * is neural and speaks this locale is in Amazon's, docs.aws.amazon.com/polly/latest/dg/
 * available-voices.html. Amazon's voice for de-CH is not among the carrier's.
 */
const voices: readonly Voice[] = [
  { language: 'en-US', voice: 'Polly.Joanna-Neural', ear: ear('en-US', 'en') },
  { language: 'en-GB', voice: 'Polly.Amy-Neural', ear: ear('en-GB', 'en') },
  { language: 'en-AU', voice: 'Polly.Olivia-Neural', ear: ear('en-AU', 'en') },
  { language: 'en-IN', voice: 'Polly.Kajal-Neural', ear: ear('en-IN', 'en') },
  { language: 'en-IE', voice: 'Polly.Niamh-Neural', ear: ear('en-IE', 'en') },
  { language: 'en-NZ', voice: 'Polly.Aria-Neural', ear: ear('en-NZ', 'en') },
  { language: 'de-DE', voice: 'Polly.Vicki-Neural', ear: ear('de-DE', 'de') },
  { language: 'de-AT', voice: 'Polly.Hannah-Neural', ear: ear('de-DE', 'de') },
  { language: 'es-US', voice: 'Polly.Lupe-Neural', ear: ear('es-US', 'es') },
  { language: 'es-ES', voice: 'Polly.Lucia-Neural', ear: ear('es-ES', 'es') },
  { language: 'es-MX', voice: 'Polly.Mia-Neural', ear: ear('es-MX', 'es') },
  { language: 'fr-FR', voice: 'Polly.Lea-Neural', ear: ear('fr-FR', 'fr') },
  { language: 'fr-CA', voice: 'Polly.Gabrielle-Neural', ear: ear('fr-CA', 'fr') },
  { language: 'fr-BE', voice: 'Polly.Isabelle-Neural', ear: ear('fr-FR', 'fr') },
  { language: 'it-IT', voice: 'Polly.Bianca-Neural', ear: ear('it-IT', 'it') },
  { language: 'nl-NL', voice: 'Polly.Laura-Neural', ear: ear('nl-NL', 'nl') },
  { language: 'nl-BE', voice: 'Polly.Lisa-Neural', ear: ear('nl-BE', 'nl') },
  { language: 'pt-BR', voice: 'Polly.Camila-Neural', ear: ear('pt-BR', 'pt') },
  { language: 'pt-PT', voice: 'Polly.Ines-Neural', ear: ear('pt-PT', 'pt') },
  { language: 'ja-JP', voice: 'Polly.Takumi-Neural', ear: null },
  { language: 'ko-KR', voice: 'Polly.Seoyeon-Neural', ear: null },
  { language: 'pl-PL', voice: 'Polly.Ola-Neural', ear: null },
  { language: 'sv-SE', voice: 'Polly.Elin-Neural', ear: null },
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
