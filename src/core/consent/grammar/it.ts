import type { Language } from './language.ts';

/** Italian. `si` is what a recogniser may write for `sì`. */
export const italian: Language = {
  parts: {
    call: '((la|questa|mia) (chiamata|telefonata|conversazione)|tutto|questo|ciò)',
    record: '(registrare|registrarmi|registrarla|registrarlo|registrarci) [<call>]',
    act: '(la registrazione [(della|di questa) (chiamata|telefonata|conversazione)]|(alla|questa|per la|con la) registrazione [(della|di questa) (chiamata|telefonata|conversazione)]|essere (registrato|registrata))',
    permission: '(permesso|consenso|autorizzazione|benestare|approvazione|assenso)',
    fully: '[completamente|pienamente|totalmente|assolutamente|perfettamente|del tutto]',
    no: '(no|nò|nope|noo|nooo|no no|macché|negativo)',
    record_any: '(registr~|incid~)',
  },
  hesitation: /^(?:e+h*m+|e+h+m+|u+h*m+|m{2,}|e{2,}|a+h*m+)$/,
  opening: [
    'ok|okay|va bene|bene|benissimo|allora|certo|perfetto|okei',
    "per favore|d'accordo|per cortesia",
  ],
  support: [
    "va [più che] bene [per me|così]|va benissimo|ok|okay|certo|d'accordo|per me va bene|benissimo|perfetto|mi va bene|ottimo|per me ok|sicuro|sicuramente|confermo|potete|può|senz'altro",
  ],
  politeness: [
    'grazie [mille|tante|molte|a lei]|per favore|per cortesia|per piacere|la ringrazio|vi ringrazio|signora|signore|signorina',
  ],
  assents: [
    'sì|sissignore|certo che sì|[ma] (certo|certamente) che sì|certamente|sicuramente sì|assolutamente sì|sì assolutamente|ovviamente sì|naturalmente|ovviamente|assolutamente certo|sì certo|[ma] (certo|sicuro) sì|affermativo|positivo sì|sì sì',
    "senz'altro|senzaltro|volentieri|ben volentieri|molto volentieri|con piacere|più che volentieri|[ma] (certo|certamente) sì|ma certo|ma certamente|ma naturalmente|di sì|dico di sì|ah sì (certo|certamente|volentieri)",
    '[sì] [io] [lo|la|vi] (accetto|acconsento|autorizzo|approvo|consento|permetto) [<act>|(di|a) [<act>|<record>]|che (registriate|registri|si registri|mi registriate|[<call>] venga (registrata|registrato)) [<call>]|a <record>|alla registrazione|di essere (registrato|registrata)]',
    '[sì] (vi|la|ti) autorizzo [a <record>|alla registrazione]|autorizzato|accettato|accordato|concesso',
    "[io] sono <fully> (d'accordo|favorevole|consenziente|daccordo) [con <act>|alla registrazione|che registriate|che mi registriate|a <record>|con la registrazione|per la registrazione|con questo]",
    "[io] [vi|le|ti|ve lo|ve la] (do|dò|concedo|fornisco|presto) [tutto] [il|il mio|la mia|mio|l'] <permission> [a <record>|per <record>|alla registrazione|per la registrazione|per <act>]|il mio consenso ce l'avete",
    '(avete|ha|hai) [tutto] (il mio|la mia|mia|mio) <permission> [a <record>|per <record>|alla registrazione|per la registrazione]|consenso (dato|accordato)',
    '[mi|la|lo] (potete|può|puoi|possono) [pure|tranquillamente|benissimo|certamente|anche] (<record>|procedere|farlo|cominciare a registrare|iniziare la registrazione|iniziare a registrare) [pure|tranquillamente]',
    '[sì] (registrate|registri|registra|registratemi|registrami|mi registri) [pure|tranquillamente] [<call>] [pure]|(procedete|proceda|procedi|faccia|fate|fai) pure [e registrate]|faccia pure|fate pure|proceda|procedete|vada avanti|andate avanti',
    'per me (sì|è sì|è un sì)|da parte mia sì|sì da parte mia|sono a favore|voglio essere (registrato|registrata)|(mi|per me) va bene (la registrazione|essere registrato|essere registrata|che registriate|registrare)|va bene la registrazione|ok alla registrazione|sì alla registrazione|per me va bene registrare',
  ],
  vetoes: [
    // Without its accent and a comma: one may.
    '... si può ...',
    '<opening>* (di sì|positivo|registra)',
    // As likely what they do anyway: "certo, registrate tutto".
    '<opening>* (certamente|naturalmente|ovviamente|ma certo|certo) registrate [<call>]',
    '<opening>* certo <opening>* registrate [<call>]',
    '(ma|eh|beh|boh) ...',
    '<opening>* avanti',
    '<assent> ... ma ...',
  ],
  agreeing: [
    "[non] [c'è|ci sono|ho|vedo|è|ce|vi è|ci sarebbe|avrei|avere] (nessun|nessuna|alcun|alcuna|nessunissimo|problemi|problema|un problema|obiezioni|nulla in contrario|niente in contrario|niente da obiettare|difficoltà) [problema|problemi|obiezione|obiezioni|difficoltà|inconveniente]",
    "(nessun|nessuna|alcun|senza|senza alcun|senza nessun|nessunissimo) (problema|problemi|obiezione|obiezioni|difficoltà|dubbio|inconveniente)|non (c'è|ce|ci sono) [alcun|nessun|nessuna] (problema|problemi|obiezioni|inconvenienti|di che|difficoltà)|non è un problema|non ho (problemi|obiezioni|nulla in contrario|niente in contrario|nulla da obiettare|niente da ridire|niente contro)",
    'non (mi|ci) (dispiace|disturba|importa|dà fastidio|da fastidio|crea problemi|oppongo|dà noia|infastidisce|rifiuto|cambia) [affatto|per niente|nulla|per nulla|niente|assolutamente]|nulla in contrario|niente in contrario|perché no|come no|e come no|non si preoccupi|non preoccuparti|non vi preoccupate|si figuri|di niente|non fa niente|non vedo perché no|non sono contrario|non sono contraria|nulla osta|non posso dire di no|non dico di no',
  ],
  aside: [
    "non [lo|la|ti|vi|le|ho|mi|ci|si] [ancora|mica|proprio|più|molto|tanto] (so|saprei|capisco|capito|sento|sente|sentito|ricordo|parlo|conosco|sentivo|decido|deciso)|non (è|era|c'è|ce) (in casa|qui|lui|lei|a casa|nessuno|campo|il titolare)|non sono (sicuro|sicura|certo|certa|io|il titolare|a casa|solo|molto sicuro|convinto|convinta)|non (riattacchi|chiuda|tu|te|così in fretta|così veloce|adesso mamma)",
    '<no> (mamma|papà|tesoro|amore|caro|cara|bambini|non tu|tu no|nonna|fido|non lei|ciccio)|(mamma|papà|amore) no|o no|oppure no|se no|sennò|non ho (scelta|altra scelta|tempo|alternative|idea|la minima idea|altre scelte)|non (ho|avrei) (capito|sentito|scelta|tempo|idea)|(se|perché) dico di no|non è che|sì e no|no so',
  ],
  prohibitions: [
    '(non|senza|né|mai|nessuna|vietato|vieto|proibisco|niente|contro|nego|rifiuto|contrario|contraria|no|#no|nessun) ... <record_any>',
    '(smett~|ferm~|interromp~|blocc~|cess~|termin~|finit~|spegn~|stop~|disattiv~|annull~|cancell~|sospend~|elimin~|basta|chiud~|evit~|stoppa~) ... <record_any>',
    '(spegnete|spegni|spenga|fermate|fermi|disattivi) (tutto|lo|la|quello|questo|quel coso)|spegnetelo|lo spenga',
  ],
  refusals: [
    "non [lo|la|vi|le|mi|ve|ci|ti|si|io] [lo|la|ne] (accett~|acconsent~|autorizz~|voglio|vorrei|voglia|vogliamo|desider~|permett~|consent~|do|dò|concedo|potete|può|puoi|possono|sono [affatto|per niente|assolutamente|molto|tanto|proprio|del tutto] (d'accordo|favorevole|interessato|interessata|disposto|disposta|consenziente|daccordo)|siamo|credo|penso|piace|interessa|approv~|va [bene|per niente]|direi|dovete|deve|intendo|ho intenzione|preferisco|preferirei|avete|ha il|ho (dato|voglia|bisogno|nessuna)|ora|adesso|oggi|se ne parla|ci penso|esiste|gradisco|sento di|mi va|fatelo|lo fate|lo faccia|fa per me|serve|occorre|condivido|è possibile|per favore|grazie|ci sto|fido|mi fido|è il caso)",
    '(no|nò) (grazie|no|mai|assolutamente|guardi|mi dispiace|per favore|preferisco|preferirei|signora|signore|non|scusi)|no no|(meglio|preferisco|preferirei|penso|credo|direi|dico|detto|spero|temo|certo che|ovviamente|assolutamente|certamente|naturalmente|ma|proprio|sicuramente|preferibilmente|decisamente|magari|oggi|ora|adesso|grazie|purtroppo|suppongo|immagino|per ora|ovvio che|anzi|categoricamente|chiaramente|infatti|per me|io|dispiace) [di|che] no',
    "(mi (rifiuto|oppongo|dissocio|dispiace ma no|disturba|dà fastidio)|rifiuto|nego|declino|contrario|contraria|revoco|ritiro|vieto|proibisco|disapprovo)|preferirei (non|senza|evitare)|preferisco (non|senza|evitare)|meglio (non|senza|evitare)|mai|mai e poi mai|neanche per (idea|sogno)|nemmeno per (idea|sogno)|neppure per (idea|sogno)|manco per (idea|sogno|niente)|assolutamente (no|non)|in nessun (caso|modo)|per niente|per nulla|niente affatto|nient'affatto|affatto|non se ne parla|per carità no|scordatevelo|se lo scordi|negativo|macché|ma quando mai|giammai|col cavolo|neanche morto|neanche morta|se lo può scordare|senza registrazione|a nessun costo|non ci penso",
    'di no|che no|ci mancherebbe altro no|lasci (stare|perdere)|lasciate (stare|perdere)|lascia (stare|perdere)|fuori discussione|sono contro',
  ],
  endings: [
    '(scusi|scusa|anzi|cioè|aspetti|aspetta|un attimo|voglio dire|volevo dire|pardon|perdono|mi correggo|in realtà|veramente|no aspetti|ah|mi scusi|ripensandoci|a dire il vero|forse meglio) [#uh] [ho detto] <no>+ [grazie]',
    'no no+|non',
  ],
  no: ['... (no|nò|nooo|noo|nope) ...'],
  noAndNot: ['si'],
  agreement: [
    "sì|si|#si|certo|ok|okay|va bene|d'accordo|accetto|acconsento|faccia|fate|registrate|registri|bene|potete|può|volentieri|prego|vada|autorizzo|benissimo",
  ],
  hedges: [
    'forse|magari|credo|penso|suppongo|immagino|probabilmente|se|ma|però|solo|soltanto|a patto|a condizione|purché|dipende|basta che|boh|mah|beh|insomma|più o meno|tanto|fa lo stesso|uguale|indifferente|eventualmente|salvo|tranne|finché|qualora|direi|pare|può darsi|come (vuole|volete|preferisce)',
  ],
  keys: {
    digits: ['uno', 'due', 'tre', 'quattro', 'cinque', 'sei', 'sette', 'otto', 'nove'],
    naming:
      "(numero|tasto|opzione|il numero|il tasto|l'opzione|premo|premi|scelgo|digito|schiaccio|il) [il|numero|tasto|il tasto|il numero|opzione|l'opzione]",
    told: "(prema|premete|premere|digiti|dica) [il|numero|tasto|il tasto|il numero|opzione|l'opzione]",
    ambiguous: [],
  },
};
