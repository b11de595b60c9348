import { type PromptWords, phrase } from './words.ts';

export const spanish: PromptWords = {
  charactersPerMinute: 1025,
  forbidden: {
    'may-be': phrase(
      '(?:puede|pueden|podr[íi]a|podr[íi]an|podr[áa]|podr[áa]n) (?:ser|quedar) \\p{L}+[ai]d[ao]s?',
      '(?:puede|pueden|podr[íi]a|podr[íi]an) (?:grabar|transcribir|analizar)se',
      'se (?:puede|podr[íi]a|podr[áa]) (?:grabar|transcribir|analizar)',
      'podr[íi]amos (?:grabar|transcribir)',
      'es posible que (?:se grabe|grabemos)',
    ),
    staying: phrase(
      '(?:permanezca|siga|contin[úu]e|espere|qu[ée]dese|mant[ée]ngase|permanecer|seguir) (?:en|a la espera en) (?:la )?l[íi]nea',
      'al (?:continuar|permanecer|seguir)',
      'si (?:contin[úu]a|permanece|sigue|no hace nada)',
      '(?:no cuelgue|si no cuelga)',
    ),
    negative: phrase(
      'le importa(?:r[íi]a)?',
      'le molesta(?:r[íi]a)?',
      'a menos que',
      'salvo que',
      'se opone',
    ),
    vague: phrase(
      '(?:fines|motivos|prop[óo]sitos|razones) (?:de )?(?:calidad|internos|internas|diversos|diversas|varios|varias|comerciales)',
      '(?:otros|otras|diversos|diversas|varios|varias|ciertos) (?:fines|motivos|prop[óo]sitos|razones)',
    ),
  },
  negation: phrase('no', 'nunca', 'sin', 'tampoco'),
  deeds: {
    recording: phrase('grab\\p{L}+'),
    transcription: phrase('transcri\\p{L}+', 'por escrito', 'en texto', 'a texto'),
    analysis: phrase('anali[zc]\\p{L}+', 'an[áa]lisis', 'eval[uú]\\p{L}+'),
    training: phrase(
      'entren\\p{L}+',
      'formar',
      'formaci[óo]n',
      'capacit\\p{L}+',
      'ense[ñn]\\p{L}+',
    ),
    'marketing-calls': phrase('llam\\p{L}+'),
    'marketing-texts': phrase('mensajes?', 'SMS', 'textos?'),
    survey: phrase('respuestas?', 'encuesta'),
    'answer-recognition': phrase(
      'sistema inform[áa]tico',
      'ordenador',
      'computador[a]?',
      'recono\\p{L}+',
    ),
  },
  own: phrase('su (?:propia )?voz', 'su parte'),
  whatFor: phrase('para', 'a fin de', 'con el fin de'),
  star: phrase('asterisco', 'estrella'),
  anyTime: phrase('en cualquier momento', 'en todo momento', 'cuando quiera'),
  withdraw: phrase('retir\\p{L}+', 'revo\\p{L}+'),
  person: phrase('persona', 'alguien', 'agente', 'compa[ñn]er[oa]', 'equipo', 'personal'),
  computer: phrase(
    'sistema (?:inform[áa]tico|autom[áa]tico)',
    'ordenador(?:es)?',
    'computador(?:a|as|es)?',
    'm[áa]quina',
  ),
};
