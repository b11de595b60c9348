import { phrase } from './words.ts';

/** Whoever turns speech into text for others, by the names callers can look up. */
export const vendors = phrase(
  'Deepgram',
  'Google',
  'Amazon',
  'Microsoft',
  'OpenAI',
  'AssemblyAI',
  'Speechmatics',
  'Gladia',
  'Soniox',
  'ElevenLabs',
  'Mistral',
  'IBM',
  'Twilio',
);
