import { type PromptWords, phrase } from './words.ts';

export const french: PromptWords = {
  charactersPerMinute: 998,
  forbidden: {
    'may-be': phrase(
      '(?:peut|peuvent|pourrait|pourraient|pourra|pourront) (?:éventuellement )?être (?:enregistré|transcrit|écouté|analysé)\\p{L}*',
      "(?:est|sont) susceptibles? d'être \\p{L}+",
      'nous (?:pouvons|pourrions) (?:enregistrer|transcrire)',
      'éventuellement enregistré\\p{L}*',
    ),
    staying: phrase(
      '(?:restez|rester|restant|demeurez|patientez) en ligne',
      'en (?:continuant|poursuivant|restant)',
      'si vous (?:continuez|poursuivez|restez|ne faites rien)',
      'ne (?:quittez|raccrochez) pas',
    ),
    negative: phrase(
      'cela vous (?:dérange|gêne|ennuie)',
      'voyez-vous un inconvénient',
      'vous opposez-vous',
      'à moins que',
      'sauf si vous',
    ),
    vague: phrase(
      '(?:fins|raisons|motifs|besoins) (?:de )?(?:qualité|internes?|diverse?s?|commerciales|variée?s)',
      "(?:d')?(?:autres|diverses|certaines|différentes) (?:fins|raisons|finalités)",
      "(?:d')?(?:autres|divers|certains|différents) (?:motifs|besoins)",
    ),
  },
  negation: phrase('ne', 'pas', 'non', 'jamais', 'sans', "n'\\p{L}+"),
  deeds: {
    recording: phrase("(?:l')?enregistr\\p{L}+"),
    transcription: phrase('transcri\\p{L}+', 'par écrit', 'en texte'),
    analysis: phrase("(?:l')?analys\\p{L}+", "(?:l')?évalu\\p{L}+"),
    training: phrase('form(?:er|ons|e|ation)', "(?:l')?entraîn\\p{L}+"),
    'marketing-calls': phrase("(?:l'|d')?appel\\p{L}*", 'rappel\\p{L}*', 'téléphon\\p{L}+'),
    'marketing-texts': phrase('messages?', 'SMS', 'textos?'),
    survey: phrase('réponses?', 'enquête'),
    'answer-recognition': phrase("(?:l')?ordinateur", 'reconn\\p{L}+'),
  },
  own: phrase('votre (?:propre )?voix', 'votre partie'),
  whatFor: phrase('pour', 'afin de', "afin d'\\p{L}+", 'afin que'),
  star: phrase('étoile', 'astérisque', "(?:l')(?:étoile|astérisque)"),
  anyTime: phrase('à tout moment', 'à tout instant', 'quand vous voulez'),
  withdraw: phrase('retir\\p{L}+', 'révoqu\\p{L}+', 'revenir sur'),
  person: phrase(
    'personne',
    "quelqu'un",
    'conseill(?:er|ère)',
    'collègues?',
    'interlocut\\p{L}+',
    'équipe',
    "(?:l'|d')équipe",
  ),
  computer: phrase("(?:l'|d')?ordinateurs?", 'machine', 'système automatique'),
};
