import { type PromptWords, phrase } from './words.ts';

/** Words of Brazil and of Portugal. */
export const portuguese: PromptWords = {
  charactersPerMinute: 913,
  forbidden: {
    'may-be': phrase(
      '(?:pode|podem|poderia|poderiam|poderá|poderão) (?:vir a )?ser (?:gravad|transcrit|analisad|ouvid)[ao]s?',
      '(?:pode|podem|poderá)-se gravar',
      '(?:podemos|poderemos|poderíamos) gravar',
      'é possível que (?:seja gravada|gravemos)',
    ),
    staying: phrase(
      '(?:permaneça|fique|continue|aguarde|mantenha-se|permanecer|ficar) (?:na|em) linha',
      'ao (?:continuar|permanecer|prosseguir)',
      'se (?:continuar|permanecer|ficar na linha|não fizer nada)',
      'não desligue',
    ),
    negative: phrase(
      'importa-se',
      'se importa',
      'incomoda-se',
      'a menos que',
      'a não ser que',
      'opõe-se',
    ),
    vague: phrase(
      '(?:fins|motivos|finalidades|razões) (?:de )?(?:qualidade|internos|internas|diversos|diversas|vários|várias|comerciais)',
      '(?:outros|diversos|vários|certos) (?:fins|motivos)',
      '(?:outras|diversas|várias|certas) (?:finalidades|razões)',
    ),
  },
  negation: phrase('não', 'nunca', 'sem', 'nem'),
  deeds: {
    recording: phrase('grav\\p{L}+'),
    transcription: phrase('transcr\\p{L}+', 'por escrito', 'em texto'),
    analysis: phrase('analis\\p{L}+', 'análise', 'avali\\p{L}+'),
    training: phrase('trein\\p{L}+', 'formar', 'formação', 'ensin\\p{L}+'),
    'marketing-calls': phrase('lig\\p{L}+', 'telefon\\p{L}+', 'chamadas?'),
    'marketing-texts': phrase('mensage(?:m|ns)', 'SMS'),
    survey: phrase('respostas?', 'inquérito', 'pesquisa'),
    'answer-recognition': phrase('computador', 'reconhec\\p{L}+'),
  },
  own: phrase('sua (?:própria )?voz', 'sua parte'),
  whatFor: phrase('para', 'a fim de'),
  star: phrase('asterisco', 'estrela'),
  anyTime: phrase(
    'a qualquer momento',
    'em qualquer momento',
    'a qualquer altura',
    'quando quiser',
  ),
  withdraw: phrase('retir\\p{L}+', 'revog\\p{L}+', 'voltar atrás'),
  person: phrase('pessoa', 'alguém', 'atendente', 'assistente', 'colegas?', 'equipa', 'equipe'),
  computer: phrase('computador(?:es)?', 'sistema (?:informático|automático)', 'máquina'),
};
