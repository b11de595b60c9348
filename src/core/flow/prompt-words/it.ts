import { type PromptWords, phrase } from './words.ts';

export const italian: PromptWords = {
  charactersPerMinute: 950,
  forbidden: {
    'may-be': phrase(
      '(?:può|possono|potrebbe|potrebbero|potrà|potranno) (?:essere|venire) (?:registrat|trascritt|ascoltat|analizzat)[aeio]',
      '(?:possiamo|potremmo) registrare',
      'è possibile che (?:venga|sia) registrat[ao]',
      'eventualmente registrat[ao]',
    ),
    staying: phrase(
      '(?:resti|rimanga|attenda|restare|rimanere|restando|rimanendo) in linea',
      '(?:continuando|proseguendo|restando|rimanendo)',
      'se (?:continua|prosegue|resta|rimane|non fa nulla)',
      'non (?:riagganci|riattacchi)',
    ),
    negative: phrase(
      'le dispiace',
      'le dispiacerebbe',
      'le dà fastidio',
      'ha qualcosa in contrario',
      'a meno che',
      'si oppone',
    ),
    vague: phrase(
      '(?:scopi|fini|motivi|finalità|ragioni) (?:di )?(?:qualità|intern[ie]|divers[ie]|vari|varie|commerciali)',
      '(?:altri|diversi|vari|certi) (?:scopi|fini|motivi)',
      '(?:altre|diverse|varie|certe) (?:finalità|ragioni)',
    ),
  },
  negation: phrase('non', 'mai', 'senza', 'nessun\\p{L}*'),
  deeds: {
    recording: phrase('(?:la )?registr\\p{L}+'),
    transcription: phrase('trascri\\p{L}+', 'per iscritto', 'in testo'),
    analysis: phrase('anali\\p{L}+', "(?:l')analisi", 'valut\\p{L}+'),
    training: phrase('form(?:are|azione)', "(?:l')?addestr\\p{L}+", "(?:l')?istru\\p{L}+"),
    'marketing-calls': phrase('(?:ri)?chiam\\p{L}+', 'telefon\\p{L}+'),
    'marketing-texts': phrase('messagg\\p{L}+', 'SMS'),
    survey: phrase('rispost[ae]', 'sondaggio'),
    'answer-recognition': phrase('computer', 'ricono\\p{L}+'),
  },
  own: phrase('Sua (?:propria )?voce', 'Sua parte'),
  whatFor: phrase('per', 'al fine di', 'allo scopo di'),
  star: phrase('asterisco', "(?:l')asterisco", 'stella', 'stelletta'),
  anyTime: phrase(
    'in qualsiasi momento',
    'in qualunque momento',
    'in ogni momento',
    'quando vuole',
  ),
  withdraw: phrase('revoc\\p{L}+', 'ritir\\p{L}+'),
  person: phrase('persona', 'qualcuno', 'operat(?:ore|rice)', 'colleg[ahi]+', 'team', 'personale'),
  computer: phrase('computer', 'macchina', 'sistema (?:informatico|automatico)'),
};
