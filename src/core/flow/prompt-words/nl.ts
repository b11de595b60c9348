import { type PromptWords, phrase } from './words.ts';

const recorded = '(?:opgenomen|afgeluisterd|meegeluisterd|getranscribeerd|geanalyseerd)';

export const dutch: PromptWords = {
  charactersPerMinute: 978,
  forbidden: {
    'may-be': phrase(
      `(?:kan|kunnen|zou|zouden|mag)(?: [^\\s.!?]+){0,6} ${recorded}(?: worden)?`,
      `(?:kan|kunnen|zou|zouden)(?: [^\\s.!?]+){0,6} worden ${recorded}`,
      `(?:mogelijk|eventueel|misschien|wellicht)(?: [^\\s.!?]+){0,6} ${recorded}`,
    ),
    staying: phrase(
      '(?:blijf|blijft|blijven|blijvend)(?: u| alstublieft)* (?:aan de|in de) (?:lijn|telefoon)',
      '(?:aan|in) de (?:lijn|telefoon) (?:blijft|blijven|te blijven)',
      'door (?:verder te gaan|door te gaan|te blijven)',
      'als u (?:doorgaat|verdergaat|blijft|niets doet|niet ophangt)',
      'hang(?:t u)? niet op',
    ),
    negative: phrase('bezwaar tegen', 'vindt u het erg', 'tenzij', 'heeft u er iets op tegen'),
    vague: phrase(
      '(?:kwaliteits|trainings|bedrijfs)(?:doeleinden|redenen)',
      '(?:andere|diverse|verschillende|interne|zakelijke|bepaalde) (?:doeleinden|doelen|redenen)',
    ),
  },
  negation: phrase('niet', 'geen', 'nooit', 'zonder'),
  deeds: {
    recording: phrase(
      'ne(?:em|emt|men)(?: [^\\s.!?]+)* op',
      'opnemen',
      'opgenomen',
      'opnames?',
      'op te nemen',
    ),
    transcription: phrase(
      'transcri\\p{L}+',
      'getranscribeerd',
      '(?:als|in|naar) tekst',
      'schriftelijk',
    ),
    analysis: phrase('analy\\p{L}+', 'geanalyseerd', 'evalu\\p{L}+'),
    training: phrase('train\\p{L}+', 'opleid\\p{L}+', 'op te leiden'),
    'marketing-calls': phrase('bel(?:t|len)?', 'opbellen', 'telefon\\p{L}+', 'telefoon\\p{L}*'),
    'marketing-texts': phrase('berichten?', 'sms\\p{L}*', 'tekstberichten?'),
    survey: phrase('antwoord(?:en)?', 'enquête'),
    'answer-recognition': phrase('computer', '\\p{L}*herken\\p{L}+'),
  },
  own: phrase('uw (?:eigen )?stem', 'uw deel'),
  whatFor: phrase('om(?: [^\\s.!?]+)* te', 'voor', 'zodat', 'ten behoeve van'),
  star: phrase('sterretje', 'ster', 'sterretoets'),
  anyTime: phrase(
    'op elk moment',
    'op ieder moment',
    'altijd',
    'wanneer u wilt',
    'op elk ogenblik',
  ),
  withdraw: phrase('intrek\\p{L}+', 'in te trekken', 'trekt(?: [^\\s.!?]+)* in'),
  person: phrase(
    'medewerkers?',
    'medewerkster',
    'iemand',
    'persoon',
    'mens',
    'collega\\p{L}*',
    'team',
  ),
  computer: phrase('computers?', 'machine', 'automatisch systeem'),
};
