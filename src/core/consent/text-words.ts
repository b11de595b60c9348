/**
 * Words with which people take back what they allowed, in a text message. Sources: the words that
 * always count by 47 CFR 64.1200(a)(10) (stop, quit, end, revoke, opt out, cancel, unsubscribe),
 * those that carriers act on (STOPALL, UNSTOP, ARRET, ALTO, BAJA and so on), and what the seven
 * languages say for the same. All without accents, as `plain` words are.
 */

export interface TextWords {
  /** Each of them in a short message is a stop, whatever stands around it. */
  readonly stop: readonly string[];
  /** Also said of other things (`cancel my order`): a stop alone, or with nothing but courtesy. */
  readonly alone: readonly string[];
  /** Somewhere in a message: it may be a stop. */
  readonly doubt: readonly string[];
  /** Says nothing beside a stop. */
  readonly courtesy: readonly string[];
  /** What turns a stop round. It is doubted then, and never a yes. */
  readonly not: readonly string[];
  /** The one confirmation: what was done, and nothing that sells. */
  readonly stopped: string;
}

export const textWords = {
  en: {
    stop: [
      'stop',
      'stopall',
      'unsubscribe',
      'revoke',
      'optout',
      'opt out',
      'stop all',
      'un subscribe',
      'stopp',
      'opt me out',
      'unsubscribed',
      'unsuscribe',
      'unsubcribe',
      'cease and desist',
    ],
    alone: ['quit', 'end', 'cancel', 'remove', 'remove me', 'withdraw', 'enough'],
    doubt: [
      'no more',
      'leave me alone',
      'do not call',
      'dont call',
      'don t call',
      'do not text',
      'dont text',
      'don t text',
      'do not contact',
      'don t contact',
      'do not record',
      'don t record',
      'dont record',
      'take me off',
      'get me off',
      'number off',
      'off your list',
      'off the list',
      'lose my number',
      'lose this number',
      'remove me',
      'remove my',
      'unsubscribe',
      'withdraw',
      'revoke',
      'opt out',
      'stop',
      'not interested',
      'wrong number',
      'delete my',
    ],
    courtesy: ['please', 'pls', 'plz', 'now', 'thanks', 'thank', 'you', 'thx', 'immediately', 'ok'],
    // By itself, with `by` or `bus` it is a place or a visit.
    not: ['not', 'dont', 'don', 'never', 'didnt', 'didn', 'by', 'bus', 'non'],
    stopped:
      'Done. What you allowed us is taken back; we will not call or text you with offers. This is the only message about it.',
  },
  es: {
    stop: ['alto', 'baja', 'parar', 'paren', 'pare', 'desuscribir', 'darme de baja', 'revocar'],
    alone: ['fin', 'cancelar', 'cancela', 'cancelen', 'basta', 'terminar', 'salir'],
    doubt: [
      'no mas',
      'no me llamen',
      'no llamen',
      'no me llame',
      'no graben',
      'no me graben',
      'dejen de',
      'deje de',
      'no quiero',
      'borren mi',
      'retiro mi',
      'revoco',
    ],
    courtesy: ['por', 'favor', 'gracias', 'ya', 'ahora'],
    not: ['no', 'nunca'],
    stopped:
      'Hecho. Lo que nos permitió queda retirado; no le llamaremos ni escribiremos con ofertas. No habrá otro mensaje sobre esto.',
  },
  fr: {
    stop: ['arret', 'arreter', 'arretez', 'desabonner', 'desinscrire', 'desinscription'],
    alone: ['fin', 'annuler', 'annulez', 'quitter', 'retirer', 'assez'],
    doubt: [
      'ne plus',
      'plus d appels',
      'plus de messages',
      'ne m appelez',
      'ne me contactez',
      'ne pas enregistrer',
      'n enregistrez',
      'laissez moi',
      'je retire',
      'supprimez mes',
      'pas interesse',
    ],
    courtesy: ['s', 'il', 'vous', 'plait', 'svp', 'merci', 'maintenant'],
    not: ['ne', 'pas', 'jamais'],
    stopped:
      "C'est fait. Ce que vous aviez permis est retiré ; plus d'appels ni de messages avec des offres. Il n'y aura pas d'autre message.",
  },
  de: {
    stop: ['stopp', 'stoppen', 'abmelden', 'abbestellen', 'austragen', 'widerrufen', 'widerruf'],
    alone: ['ende', 'abbrechen', 'beenden', 'aufhoren', 'halt', 'kundigen', 'genug', 'schluss'],
    doubt: [
      'keine anrufe',
      'keine werbung',
      'keine nachrichten',
      'nicht mehr',
      'nicht anrufen',
      'nicht aufzeichnen',
      'nicht aufnehmen',
      'lassen sie mich',
      'widerrufe',
      'ziehe zuruck',
      'loschen sie',
      'kein interesse',
      'horen sie auf',
    ],
    courtesy: ['bitte', 'danke', 'sofort', 'jetzt', 'vielen', 'dank'],
    not: ['nicht', 'nie', 'kein', 'keine'],
    stopped:
      'Gut. Ihre Erlaubnis ist zurückgenommen; wir rufen nicht mit Angeboten an und schreiben keine. Das ist die einzige Nachricht dazu.',
  },
  pt: {
    stop: ['parar', 'pare', 'parem', 'descadastrar', 'remover', 'revogar'],
    alone: ['fim', 'cancelar', 'cancele', 'sair', 'basta', 'chega'],
    doubt: [
      'nao quero',
      'nao me ligue',
      'nao me liguem',
      'nao liguem',
      'nao ligue',
      'nao gravem',
      'nao grave',
      'nunca mais',
      'nao mais',
      'me deixe',
      'retiro meu',
      'apague meus',
    ],
    courtesy: ['por', 'favor', 'obrigado', 'obrigada', 'agora'],
    not: ['nao', 'nunca'],
    stopped:
      'Feito. O que nos permitiu fica retirado; não ligaremos nem escreveremos com ofertas. Não haverá outra mensagem sobre isto.',
  },
  it: {
    stop: [
      'ferma',
      'fermare',
      'fermate',
      'annullare iscrizione',
      'disiscrivere',
      'revoca',
      'revocare',
    ],
    alone: ['annulla', 'annullare', 'basta', 'cancella', 'cancellare', 'smettere', 'smettete'],
    doubt: [
      'non chiamate',
      'non chiamatemi',
      'non chiamare',
      'non registrare',
      'non registrate',
      'non voglio',
      'mai piu',
      'non piu',
      'lasciatemi',
      'revoco',
      'ritiro il',
      'cancellate i miei',
    ],
    courtesy: ['per', 'favore', 'grazie', 'subito', 'adesso'],
    not: ['non', 'mai'],
    stopped:
      "Fatto. Quanto ci aveva permesso è revocato; non la chiameremo né le scriveremo con offerte. È l'unico messaggio al riguardo.",
  },
  nl: {
    stop: ['stoppen', 'afmelden', 'uitschrijven', 'intrekken', 'opzeggen'],
    alone: ['einde', 'annuleren', 'annuleer', 'genoeg', 'ophouden'],
    doubt: [
      'niet meer',
      'niet bellen',
      'bel me niet',
      'niet opnemen',
      'geen berichten',
      'geen reclame',
      'geen telefoontjes',
      'laat me',
      'trek in',
      'verwijder mijn',
      'geen interesse',
    ],
    courtesy: ['alstublieft', 'aub', 'graag', 'bedankt', 'dank', 'u', 'nu', 'meteen'],
    not: ['niet', 'nooit', 'geen'],
    stopped:
      'Gedaan. Wat u had toegestaan is ingetrokken; wij bellen of schrijven niet met aanbiedingen. Dit is het enige bericht hierover.',
  },
} as const satisfies Readonly<Record<string, TextWords>>;

export type TextLanguage = keyof typeof textWords;
export const textLanguages = Object.keys(textWords) as readonly TextLanguage[];

/** One word alone; carriers and people use them in every country. None of them grants anything. */
export const startWords: ReadonlySet<string> = new Set([
  'start',
  'yes',
  'unstop',
  'ja',
  'si',
  'oui',
]);
export const helpWords: ReadonlySet<string> = new Set(['help', 'info', 'hilfe', 'ayuda', 'aide']);

/** Signs that say stop without a word. */
export const stopSigns = /^(?:\s|\u{1F6D1}|\u{26D4}|\u{270B}|\u{1F6AB}|\u{FE0F})+$/u;
