/**
 * Words of contact, and what said beside them may be a wish to be left alone: in as many ways as
 * people have, so no list of phrases holds them all. Too wide on purpose: what is taken for such a
 * wish and was none is put right by whoever looks at it, the other way round nobody looks. All
 * without accents, as `plain` words are.
 */
import type { TextLanguage } from './text-words.ts';

export interface ContactWords {
  /** What it is that is not to be. */
  readonly contact: readonly string[];
  /** With a word of contact anywhere in the same message it may be a stop. */
  readonly negations: readonly string[];
  /** Courtesy and times of day that hold a no or an end, and mean neither. */
  readonly harmless: readonly string[];
}

export const contactWords: Readonly<Record<TextLanguage, ContactWords>> = {
  en: {
    contact: words(
      `call calls calling called caller callers phone phones phoning ring ringing dial dialing
      dialling text texts texting texted txt txts txting message messages messaging msg msgs sms
      contact contacts contacting contacted send sending email emails emailing mail reach number
      list lists marketing promotions promos offers ads spam bother bothering disturb harass`,
    ),
    negations: [
      'never',
      'do not',
      'dont',
      'don t',
      'no more',
      'no longer',
      'not to',
      'not want',
      'not wish',
      'not consent',
      'not authorize',
      'rather not',
      'must not',
      'may not',
      'not allowed',
      'cease',
      'desist',
      'refrain',
    ],
    harmless: [
      'do not hesitate',
      'don t hesitate',
      'dont hesitate',
      'do not worry',
      'don t worry',
      'dont worry',
      'do not forget',
      'don t forget',
      'dont forget',
      'never mind',
      'end of day',
      'end of the day',
      'end of the week',
      'end of the month',
    ],
  },
  es: {
    contact: words(
      `llamar llamarme llame llamen llames llamada llamadas llaman telefono texto textos mensaje
      mensajes mensajear escribir escribirme escriba escriban escribas contactar contactarme
      contacte contacten contacto enviar enviarme envie envien mandar mandarme mande manden numero
      lista publicidad ofertas molestar molesten moleste`,
    ),
    negations: ['no', 'nunca', 'jamas', 'ningun', 'ninguna'],
    harmless: [
      'no dude en',
      'no duden en',
      'no olvide',
      'no olvides',
      'no se preocupe',
      'no te preocupes',
      'fin de semana',
      'fin de mes',
    ],
  },
  fr: {
    contact: words(
      `appel appels appeler appelez appelle telephone telephoner telephonez texto textos sms message
      messages ecrire ecrivez contact contacter contactez envoyer envoyez envoi numero liste
      publicite offres deranger derangez`,
    ),
    negations: ['ne', 'pas', 'jamais', 'aucun', 'aucune', 'plus d', 'plus de', 'cessez'],
    harmless: [
      'n hesitez pas',
      'ne vous inquietez pas',
      'n oubliez pas',
      'ne quittez pas',
      'pas de probleme',
      'fin de semaine',
      'fin de journee',
      'fin du mois',
    ],
  },
  de: {
    contact: words(
      `anruf anrufe anrufen anruft angerufen ruf rufe rufen ruft telefon telefonieren telefonisch sms
      nachricht nachrichten text texte schreib schreibe schreiben schreibt kontakt kontaktieren
      kontaktiert kontaktaufnahme melden schick schicken schickt send senden sendet nummer
      liste verteiler werbung angebote belastigen storen`,
    ),
    negations: [
      'nicht',
      'nie',
      'niemals',
      'nimmer',
      'kein',
      'keine',
      'keinen',
      'keinerlei',
      'unterlassen',
    ],
    harmless: [
      'zogern sie nicht',
      'vergessen sie nicht',
      'nicht vergessen',
      'keine sorge',
      'kein problem',
      'ende der woche',
      'ende des monats',
    ],
  },
  pt: {
    contact: words(
      `ligar ligue liguem liga ligam ligacao ligacoes chamada chamadas telefone telefonar telefonema
      sms mensagem mensagens escrever escreva escrevam contato contacto contatar contactar contate
      enviar envie enviem mandar mande mandem numero lista propaganda ofertas incomodar incomodem`,
    ),
    negations: ['nao', 'nunca', 'jamais', 'nenhum', 'nenhuma'],
    harmless: [
      'nao hesite',
      'nao se preocupe',
      'nao esqueca',
      'fim de semana',
      'fim do mes',
      'fim do dia',
    ],
  },
  it: {
    contact: words(
      `chiamare chiamarmi chiama chiami chiamate chiamatemi chiamata telefono telefonare telefonate
      telefonata sms messaggio messaggi scrivere scrivermi scriva scrivete scrivetemi contatto
      contatti contattare contattarmi contattate contattatemi inviare inviate inviatemi mandare
      mandate mandatemi numero lista elenco pubblicita offerte disturbare disturbate`,
    ),
    negations: ['non', 'mai', 'nessun', 'nessuna'],
    harmless: [
      'non esiti',
      'non esitate',
      'non si preoccupi',
      'non dimenticare',
      'non dimenticate',
      'fine settimana',
    ],
  },
  nl: {
    contact: words(
      `bel bellen belt gebeld telefoon telefoontje telefoontjes sms smsen app appen bericht berichten
      schrijf schrijven contact contacteren stuur sturen zenden nummer lijst reclame aanbiedingen
      benader benaderen`,
    ),
    negations: ['niet', 'nooit', 'geen', 'nimmer'],
    harmless: [
      'aarzel niet',
      'vergeet niet',
      'niet vergeten',
      'geen zorgen',
      'geen probleem',
      'einde van de dag',
      'einde van de week',
    ],
  },
};

function words(text: string): readonly string[] {
  return text.split(/\s+/);
}
