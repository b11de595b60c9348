import type { Language } from './language.ts';

/** German, also as it is spoken in Austria and Switzerland. */
export const german: Language = {
  parts: {
    call: `((das|dieses|unser) (gespräch|telefonat|telefongespräch)|den (anruf|call)|diesen anruf
      |(die|unsere) unterhaltung|das|es|mich|uns|alles|dies)`,
    recorded: '(aufzeichnen|aufnehmen|mitschneiden|speichern|recorden)',
    past: '(aufgezeichnet|aufgenommen|mitgeschnitten|gespeichert)',
    act: `((der|die|einer|eine|dieser|diese) (aufzeichnung|aufnahme)|dem mitschnitt|den mitschnitt)
      [(des|dieses) (gesprächs|telefonats|anrufs)|zu]`,
    that: `(dass|das|wenn) (sie|ihr|du) <call> (<recorded>|aufzeichnet|aufnehmt|aufnimmst)
      |dass <call> <past> wird`,
    kindly: '(ruhig|gerne|gern|bitte)',
    fully:
      '[damit|voll|ganz|vollkommen|absolut|natürlich|gerne|gern|voll und ganz|sehr|da|ausdrücklich|hiermit|auch|selbstverständlich|völlig|dem|der|grundsätzlich so]',
    okay: '(in ordnung|okay|ok|gut|guet|recht|fein|prima|super|klar)',
    not: '(nicht|nich|nit|net|ned|nie|niemals|nimmer|kein|keine|keinen|keiner|keinem|keinerlei|nichts|nix|keinesfalls|keineswegs)',
    nein: '(nein|nee|nö|nöö|nööö|ne|nä|neee|neein|neinn|nope|nop|nei|naa|na|no|noi|negativ)',
    record:
      '(aufzeich~|aufgezeichn~|aufnehm~|aufnahm~|aufgenomm~|mitschn~|mitgeschn~|speicher~|gespeicher~|abspeicher~|record~|abhör~|mithör~|tonband|mitlauf~|aufzunehm~|mitzuschn~|aufzuzeich~)',
  },
  hesitation: /^(?:ä+h*m*|ae+h*m*|ö+h*m*|e+h+m+|ah+m+|u+h*m+)$/,
  opening: ['okay|ok|okey|gut|also|oh|in ordnung|alles klar|prima|super|schön|fein|bitte'],
  support: [
    'klar|sicher|okay|ok|gut|in ordnung|prima|perfekt',
    '[das] (ist|isch|geht|wäre) [völlig|für mich|absolut|auch|mir|schon] <okay> [für mich]|[das] passt [für mich]|geht klar|machen wir|das geht',
    '<call> <recorded>|<recorded>',
    'alles klar|das dürfen sie|das können sie [gerne|gern] (machen|tun)|kannst du machen',
  ],
  politeness: [
    'bitte|danke|danke [ihnen|schön|sehr]|dankeschön|vielen dank|besten dank|bitte schön|bitte sehr|bitteschön',
    'mein herr|gnädige frau',
  ],
  assents: [
    'ja|jep|jepp|jup|jap|jo|jau|jawohl|jawoll|aber ja|oh ja|freilich',
    '[ja] (na|aber|ja) klar|[ja|jo] eh klar|klar doch|ja klaro|(aber|ja|ganz|na) sicher|sicher|sicher doch|aber sicher doch',
    '[ja] [sehr|aber|liebend] (gerne|gern)|[aber|ja|na] natürlich|[aber] selbstverständlich|[aber] selbstredend',
    'auf jeden fall|auf alle fälle|unbedingt|mit vergnügen|definitiv|absolut',
    '[ich bin|bin|wir sind] <fully> <fully> einverstanden [mit <act>|damit|<that>]',
    '[ich bin|bin] mit (der|einer) (aufzeichnung|aufnahme) [bin ich|bin] <fully> einverstanden|damit bin ich <fully> einverstanden|da bin ich <fully> einverstanden',
    '[ich] (stimme|stimm) <fully> [<act>] zu|ich stimme <act> <fully> zu|dem stimme ich <fully> zu|zugestimmt|ich bin dafür',
    '[ich] willige <fully> [in] [<act>] ein|ich willige ein [<that>]|ich akzeptiere [das|es|<act>]|akzeptiert',
    `ich (erlaube|gestatte|genehmige|bewillige) [ihnen|euch|dir] [hiermit|gerne] (das|es|<act>|<call> zu <recorded>|das aufzeichnen)
      |(erlaubt|genehmigt|gestattet)`,
    `ich (gebe|erteile|geb) [ihnen|euch] [hiermit|gerne|dazu|dafür] [meine|mein|die|das]
      (erlaubnis|einwilligung|zustimmung|genehmigung|einverständnis|okay|ok) [dazu|dafür|zur aufzeichnung|zur aufnahme|hiermit|<act>]`,
    'sie haben (meine|mein) (erlaubnis|einwilligung|zustimmung|genehmigung|einverständnis|okay|ok) [dazu|dafür]',
    `(sie|ihr|du) (dürfen|dürft|darfst) [das|es|ruhig|gerne|gern|natürlich|<call>] [ruhig|gerne|gern|jetzt|<call>] [<recorded>]
      |(sie|ihr|du) (können|könnt|kannst) [<call>] [ruhig|gerne|gern|natürlich|jetzt] [<call>] <recorded>`,
    // Alone, and after "natürlich", it asks, or tells what they do anyway.
    'ja [bitte|gerne|gern] (zeichnen|nehmen|schneiden) sie [<call>] (auf|mit)|(natürlich|selbstverständlich|klar) dürfen sie [das|es|<call> <recorded>]',
    // Without "gern" or the like the verb in front asks: "dürfen Sie aufzeichnen?"
    '(dürfen|können) sie (ruhig|gerne|gern|natürlich) [machen|tun|<recorded>]|das (dürfen|können) sie [gerne|gern|ruhig] [machen|tun|<recorded>]|das (erlaube|gestatte) ich [ihnen|euch]',
    '(zeichnen|nehmen) sie (<kindly> [<call>]|<call> <kindly>) auf|(nehmt|nimm|zeichne|zeichnet) [<call>] <kindly> auf|schneiden sie (<kindly> [<call>]|<call> <kindly>) mit',
    // What is announced to everybody "kann aufgezeichnet werden".
    '[bitte|gerne|gern|ruhig] <call> (darf [gerne|gern|ruhig|natürlich]|kann (gerne|gern|ruhig|natürlich)) <past> werden|(bitte|gerne|gern|ja) [<call>] <recorded>',
    'ja (machen sie|tun sie) das|(machen sie|mach|macht|tun sie) [das] (nur|ruhig|gerne|gern) [zu]|nur zu|legen sie los|(fangen sie|fang) [ruhig|nur] an',
    '[ja] das ist (für mich|von mir aus gesehen) <okay>|das ist [völlig|vollkommen|absolut|für mich] in ordnung [für mich]|das geht [für mich] in ordnung',
    '(die|eine) (aufzeichnung|aufnahme) ist [für mich] [völlig] (in ordnung|okay|ok)',
  ],
  vetoes: [
    '<opening>* ((ja|jo|jau) (ja|jo|jau)+|sicher sicher+) (ja|klar|sicher|gut|okay|ok|in ordnung|<support>|<politeness>)*',
    '<assent> ... aber ...',
    '<opening>* (sie|ihr|du) (dürfen|dürft|darfst)',
    '... (können|dürfen|kannst|könnt|darfst|dürft) (mich|uns) [gern|gerne|ruhig] [bitte|danke]',
  ],
  agreeing: [
    'kein (problem|ding|thema|akt|stress)|keine (einwände|einwendungen|probleme|sorge|bedenken|frage|ursache)|keinen einwand|keinerlei (einwände|bedenken)',
    'kein einwand|keine umstände|nicht schlimm|nicht tragisch|nichts dagegen|nichts (einzuwenden|auszusetzen)|nicht dagegen|spricht nichts dagegen',
    '(stört|störts|stören) [mich|uns|das] [mich] [gar|überhaupt|eigentlich|weiter] nicht|(macht|machts) [mir] [gar|doch|das] nichts [aus]|nicht (stören|störend)',
    '(soll|sollte) mir (nicht stören|recht sein)|warum [auch|denn|eigentlich] nicht|wieso [auch|denn|eigentlich] nicht|weshalb nicht',
    'nicht ablehnen|nicht nein sagen|nichts machen|nichts ausmachen|(hab|habe) [ich] [da|gar|überhaupt] nichts [dagegen|einzuwenden]|tut nichts',
  ],
  aside: [
    '(weiß|weiss|weis|wüsste) [ich|es|das|i|jetzt|s] [das|es|auch|jetzt] [gerade|noch|jetzt|auch|leider|gar|grad|so genau] (nicht|net|ned|nit|nich) [genau|so genau|so recht]',
    '(verstehe|versteh|verstanden|höre|hör|hören|verstehen) [ich|sie|das|dich|mich|es|leider|gerade|habe] [sie|das|leider|gerade|jetzt] (nicht|nichts|kein|net|ned|nix) [gut|so gut|richtig|ganz|deutsch|so ganz|mehr]',
    '(verstehe|spreche|kann|sprech) [ich|leider] (kein|nicht|keine) [so|gut|viel|gutes|richtig|sehr] [gut] (deutsch|englisch|hören|verstehen|reden|sprechen)',
    '[das] habe ich [jetzt|leider] nicht (verstanden|gehört|mitbekommen)|hab [ich] [das] [jetzt] nicht (verstanden|gehört|mitbekommen)|(nicht verstanden)',
    'nicht (sicher|ganz sicher|so schnell|so sicher|wahr|nur|du|ihr|sie|mehr sicher|zu hause|da|hier zuständig)|keine (ahnung|zeit|wahl|andere wahl)|kein (plan|netz|empfang)|keinen (plan|schimmer)|gar keine (ahnung|wahl)',
    'noch nicht (entschieden|sicher|fertig|ganz)|<nein> [nein] nicht (du|ihr|sie|dich)|<nein> (mama|mami|mutti|papa|papi|vati|schatz|schatzi|liebling|kinder|oma|opa|hasso|bello|hund|maus)|(mama|papa|schatz) nein',
    'oder (nicht|nein)|ob (oder|nein) nicht|mich nicht entscheiden|nicht entscheiden|kann (mich|ich) nicht (hören|entscheiden)|(falls|wenn) nicht|wenn nein|nicht der (richtige|besitzer|inhaber)|ich bin nicht (herr|frau|der|die)',
    'na (super|prima|ja|gut|und|klar|sicher|dann|schön|bitte|also|toll|wenn|los|natürlich|ja gut|logisch)|ne (frage|sekunde|minute)|wenn es nicht anders geht|(wenns|wenn es|wenn|falls) nicht anders|nicht anders|geht [es] nicht anders',
  ],
  prohibitions: [
    '(<not>|ohne|stop|stopp~|stoppen|beend~|unterlass~|unterbrech~|abbrech~|verbiet~|untersag~|lösch~|gegen) ... <record>',
    '<record> ... (<not>|aus|ab|stopp~|beend~|abbrech~|abschalt~|ausschalt~|abstell~|ausmach~|lösch~|unterlassen|bleiben|abgelehnt|verboten)',
    '(zeichne~|nimm|nehm~|schneid~|nehmt) ... <not> ... (auf|mit)',
    '(hör~) ... auf|aufhören|(schalt~|mach~|stell~) ... (ab|aus)|(ausschalten|abschalten|abstellen|ausmachen)',
  ],
  refusals: [
    `<not> [so|ganz|sehr|wirklich|damit|dazu|dem|dafür|mehr] (einverstanden|zustimm~|zugestimmt|einwillig~|eingewilligt|erlaub~|gestatt~|genehmig~|recht|erwünscht
      |gewünscht|okay|ok|in ordnung|gut|möglich|zu|ein|sein|damit|so|jetzt|heute|hier|mehr|mit mir|mit uns|für mich|gern|gerne|wirklich|unbedingt|akzeptier~
      |akzeptabel|bereit|dafür|interessiert|nötig|notwendig|im leben|im traum|machen|tun|haben|geben|bitte|danke|dass|in frage|infrage|drin|mein|von mir|weiter|wünsch~|wollen|dürfen|zulass~|vom|unter|passen|passend|willkommen)`,
    `(will|möchte|möcht|mag|darf~|dürf~|soll~|würde|wünsch~|erlaub~|gestatt~|geb~|erteil~|stimm~|willig~|akzeptier~|woll~|genehmig~|bin|haben|kriegen|bekommen|brauch~|find~|kann ich|können sie|nutz~|mach~|bitte|danke) ... <not>`,
    '<not> ... (erlaubnis|genehmigung|einwilligung|zustimmung|einverständnis|interesse|bedarf|lust|freigabe|okay|wille)',
    '(natürlich|sicher|bestimmt|lieber|eher|bitte|gar|überhaupt|absolut|definitiv|selbstverständlich|klar|besser|bloß|bloss|gewiss|vorerst|leider|wohl|vielleicht|hoffentlich|glaube|glaub|denke|auch|garantiert|ganz|sicherlich|auf jeden fall|wahrscheinlich|vermutlich|ungern|nur|doch|mal|heute|jetzt|noch|mir|einfach|ausdrücklich|aber|heut|grundsätzlich|wirklich|ja|okay|ok|gerne|gern) (nicht|net|ned|nit|nich|nicht)',
    '(lehn|lehne|lehnen) ... ab|ablehn~|abgelehnt|verweiger~|widersprech~|widerspruch|untersag~|verbiet~|verbitt~|verboten|dagegen|ungern|verzicht~|widerruf~|missbillig~',
    '(auf|in) (keinen|gar keinen|keinem) fall|unter keinen umständen|keinesfalls|keineswegs|niemals|nie|nie im leben|nie und nimmer|nimmer|mitnichten|nichts da|nix da|um keinen preis|auf keinsten',
    '(kommt|kommts|steht) [gar|überhaupt|für mich|mir] nicht [in frage|infrage|in die tüte]|vergiss es|vergessen sie (es|das)|(lass|lassen sie|lasst) [das|es] [bitte|lieber] (bleiben|sein|das)|lassen sie das|lass das|(lass|lassen sie) [es|das] [lieber] mal',
    '(<nein>|nein) [vielen|recht|besten] (danke|dank|dankeschön)|(danke|dank) (nein|nee|nö)|nein nein|nee nee|nö nö|<nein> <not>|(sag|sage|sagte|gesagt|ganz klar|eindeutig|eher|lieber|leider|dann|definitiv|absolut|klares|klar|auf jeden fall|ein|natürlich|bestimmt) (nein|nee)',
    '<not> [das|es|dieses] [gespräch|anruf] (auf|mit)|habe [da] (was|etwas) dagegen|muss [das|es|ja|nicht|wirklich] nicht sein|muss nicht|brauch~ [ich] nicht|geht (gar|überhaupt|leider) nicht|geht nicht|das geht [mir] nicht',
  ],
  endings: [
    'nicht|nich|net|ned|nit|gar nix|keine|kein',
    '(ich meine|ich mein|meine|eigentlich|moment|warten sie|warte|quatsch|sorry|entschuldigung|entschuldigen sie|halt|stopp|stop|verzeihung|pardon|vielmehr|beziehungsweise|korrektur|besser gesagt|sage|sag|doch|falsch|ähm nein) [#uh]* (<nein>|doch nein)+ [danke|bitte]',
    '(nein|nee|nö) (nein|nee|nö)+|doch nicht|(lieber|bitte|dann) ohne [bitte|danke]|lieber nein|eher nein|doch lieber nein',
  ],
  no: [
    '... (nein|nei|nee|nö|nöö|nööö|nä|neee|neein|nope|negativ) ...',
    '(<opening>|hm|hallo|ja hallo|sorry|tut mir leid|#uh|und|dann)* <nein> (<politeness>|<nein>|#uh|sorry|tut mir leid)*',
    'nix',
  ],
  noAndNot: [],
  agreement: [
    'ja|jo|jep|jawohl|jawoll|doch|klar|gerne|gern|okay|ok|gut|einverstanden|in ordnung|natürlich|sicher|passt|schon|nur zu|machen sie',
    'dürfen|darf|können|selbstverständlich|freilich|stimme|erlaube|fein|recht',
  ],
  hedges: [
    'vielleicht|glaub~|denk~|schätz~|wahrscheinlich|vermutlich|eventuell|wohl|wenn|falls|sofern|solange|aber|nur|eigentlich|meinetwegen|von mir aus',
    'mal sehen|kommt drauf an|kommt darauf an|jein|naja|na ja|tja|soll mir recht sein|halt|eh|egal|notfalls|ausnahmsweise|außer|bis auf|jedoch|allerdings|muss|irgendwie',
  ],
  keys: {
    digits: ['eins', '(zwei|zwo)', 'drei', 'vier', 'fünf', 'sechs', 'sieben', 'acht', 'neun'],
    naming:
      '[ich] (nummer|taste|die|option|drücke|drück|wähle|zahl|ziffer|auswahl|antwort|nehme) [nummer|die|taste|option|die taste]',
    told: '(drücken|wählen|sagen) [sie] [nummer|die|taste|option|die taste]',
    ambiguous: [],
  },
};
