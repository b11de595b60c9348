import type { Language } from './language.ts';

/** Dutch, of the Netherlands and of Flanders. */
export const dutch: Language = {
  parts: {
    call: '((het|dit|ons) (gesprek|telefoongesprek)|(deze|de) oproep|dit|het|dat|alles|mij|me|ons)',
    record: '(opnemen|registreren|vastleggen)',
    act: '((de|een|deze|het) (opname|opnemen|opnames) [van (het|dit) gesprek]|een opname|opname)',
    permission: '(toestemming|akkoord|goedkeuring|permissie|instemming)',
    fully:
      '[helemaal|volledig|zeker|natuurlijk|absoluut|hiermee|daarmee|ermee|graag|gerust|volmondig]',
    not: '(niet|nie|geen|nooit|niks|niets|geenszins|nimmer|ni|nergens|zonder)',
    nee: '(nee|neen|neeh|neeë|nope|nee hoor|neen hoor|neenee|nei|nee nee|nah)',
    record_any:
      '(opneem~|opneme~|opnam~|opgenomen|opname~|registre~|vastleg~|record~|afluister~|bandje|op te nemen|neem ... op|neemt ... op|nemen ... op)',
  },
  hesitation: /^(?:e+h+m*|u+h+m*|u+m+|e+u+h*|h+u+m+|ehm+)$/,
  opening: ['oké|oke|okee|okay|ok|goed|prima|is goed|in orde|mooi|fijn|alsjeblieft|alstublieft'],
  support: [
    'goed|oké|oke|okee|okay|ok|prima|[dat|het|t] is [helemaal|voor mij|wat mij betreft] (goed|prima|oké|oke|okay|ok|in orde|best goed|akkoord|fijn) [hoor|voor mij]|in orde|dat kan|doe maar|ik vind (het|dat) (goed|prima)|<record>|hoor|mag|uiteraard|voor mij (goed|prima|oké)|perfect|best goed|helemaal goed|komt in orde|mij goed|is prima|dat vind ik (goed|prima|oké|oke)|gerust|voor mij is (dat|het) (goed|prima|in orde)',
  ],
  politeness: [
    'graag|alsjeblieft|alstublieft|dank u [wel|zeer]|dank je [wel]|dankjewel|dankuwel|bedankt|hartelijk dank|merci|meneer|mevrouw|hoor',
  ],
  assents: [
    'ja|jazeker|jawohl ja|ja hoor|jep|jup|jawel ja|ja zeker|zeker|zeker wel|[ja] zeker weten|jaja zeker|jazeker wel|ja absoluut|absoluut|vanzelfsprekend|[ja] (natuurlijk|tuurlijk|uiteraard)|natuurlijk wel|welzeker|beslist|bevestigend',
    '[ja] [heel|zeer] graag|met [alle] plezier|met genoegen|volgaarne|gaarne',
    'ga uw gang|ga je gang|gaat uw gang|ga gerust uw gang|doet u maar|doe gerust|doet u gerust',
    '[ik] [ben|ga] [er] [hier|daar|hiermee] <fully> [mee] akkoord [met <act>|mee|daarmee|hiermee|ermee]|[ik] ben [het] [er|hiermee|daarmee|daar] <fully> [mee] eens|ik ben het er [helemaal] mee eens|daar ben ik het mee eens|daar ga ik mee akkoord|ik ga [er] <fully> [mee] akkoord [met <act>]|wij gaan akkoord',
    '[ik] (stem|stemt) <fully> [daar|daarmee|ermee|hiermee|er] [mee|met <act>] (toe|in) [met <act>]|daar stem ik mee in|daarmee stem ik in|toegestemd|ingestemd|goedgekeurd|toegestaan|ik aanvaard [dat|het|<act>]|ik accepteer [dat|het|<act>]|ik keur [het|dat] goed|ik sta [het|dat|<act>] [<fully>] toe|ik sta (het|dat) toe',
    '[ik] (geef|verleen) [u|jullie|je] [hierbij|graag|hiervoor|daarvoor|daar|er|gerust|bij deze] [mijn|de|alle|volledige] <permission> [voor [<act>]|daarvoor|hiervoor|om <call> op te nemen|om op te nemen|ervoor|voor de opname|daartoe|hiertoe]',
    '(u heeft|u hebt|je hebt|jullie hebben|je heeft) [hierbij|bij deze] mijn [volledige] <permission> [daarvoor|hiervoor|om <call> op te nemen|om op te nemen|voor de opname|ervoor]|toestemming gegeven|toestemming verleend',
    '(u|je|jullie|jij|ge) (mag|moogt|mogen|kan|kunt|kunnen) [<call>] [gerust|rustig|zeker|natuurlijk|wel|altijd|graag|best] [<call>] <record>|(u|je|jullie) (mag|mogen) (dat|het) [gerust|zeker|natuurlijk] [doen]|(dat|dit|het) mag [gerust|hoor|zeker|natuurlijk|wel|van mij] [opgenomen worden]|dat mag u [gerust] [doen]|(het|dit|dat) gesprek mag [gerust] opgenomen worden|(het|dit|dat) gesprek mag worden opgenomen|mag opgenomen worden|van mij mag (het|dat|u)|mag [van mij]',
    '(neem|neemt u|nemen jullie|neemt) [<call>] (maar|gerust|rustig|maar gerust) op|opnemen mag|[ja] opnemen is (goed|prima|oké|oke)|[ja] (de opname|opname|opnemen) is (akkoord|goed|prima|oké|oke|in orde)|u mag het opnemen|neem [het] gerust op|ja opnemen|opnemen ja|opnemen graag',
    '(akkoord|accoord|eens)|dat is [voor mij|wat mij betreft|helemaal] (goed|in orde|akkoord) [voor mij]|wat mij betreft (ja|akkoord|wel|graag)|voor mij (akkoord|ja)|is akkoord|(natuurlijk|uiteraard|zeker) mag (dat|het)',
  ],
  vetoes: [
    '<opening>* ja ja+ (ja|<support>|<politeness>|hoor)*',
    '<opening>* (mag|eens|natuurlijk wel)',
    // As grudging as "mij best".
    '<opening>* (mag van mij|van mij mag (het|dat|u)) (hoor|<politeness>)*',
    '<assent> ... maar (ja|zeker|goed|natuurlijk|akkoord|graag|oké|oke)|maar ...',
    'nou ... |... wel ja',
  ],
  agreeing: [
    '(geen|geen enkel|geen enkele|zonder|geen groot) (probleem|problemen|bezwaar|bezwaren|punt|zorgen|moeite|aarzelen|twijfel|issue|stress)|niet (erg|bezwaarlijk|tegen)|niets (tegen|op tegen|mis mee)|niks (op tegen|tegen|mis mee)',
    '(maakt|maak) [me|mij|het] [me|mij] [helemaal|echt] (niet|niets|niks) [uit|veel uit]|(stoort|hindert|deert|boeit) [me|mij] [dat|het] [helemaal] (niet|niks)|(heb|hebben) [ik|er|daar|wij] [er|daar|ook] (niets|niks|geen bezwaar) [op] [tegen]|(vind|vinden) [ik] [het|dat] niet erg|vind het niet erg|niet vervelend|niet storend|kan geen kwaad',
    'waarom [ook] niet|mij niet gelaten|waarom eigenlijk niet|geeft (niet|niks|niets)|ik zeg geen nee|geen nee|niet weigeren|geen dank|niets aan de hand|geen nood|geen punt|niet op tegen',
  ],
  aside: [
    '(weet|zou) [ik] [het|dat|ik|u] [het] [ook|nog|echt|eigenlijk|even] niet [weten|zeker|goed|precies|zo|of]|(versta|begrijp|hoor|snap|hoorde|verstond|verstaan|begrepen) [ik] [u|het|je|dat|jullie|er] [helemaal|goed|even|nu] (niet|niks|niets) [goed|zo goed|helemaal]|[ik] heb [u|je|het|dat] niet (verstaan|gehoord|begrepen|goed verstaan)|heb ik niet (verstaan|gehoord|begrepen)',
    '(spreek|spreekt|praat) [ik] geen [nederlands|duits|engels]|geen (idee|keus|keuze|andere keus|tijd|andere keuze|flauw idee|benul|bereik)|niet (zeker|zo snel|helemaal zeker|jij|u|jou|zo zeker|ophangen|thuis|aanwezig|alleen|te verstaan|begrepen|verstaan|gehoord|beslist)|<nee> [nee] niet (jij|jou|u|hij|zij)|<nee> (mama|mam|papa|pap|schat|schatje|lieverd|liefje|jongens|kinderen|oma|opa|mams)|(mama|mam|papa|schat) nee',
    'of (niet|nee)|als (nee|het niet|ik niet|het niet anders)|zo niet|als het niet anders kan|niet anders|kan niet anders|als ik nee zeg|niet waar|niet alleen|ik ben niet (de|die|meneer|mevrouw|zeker|thuis)|(hij|zij|ze) is (er|nu|hier|er nu) niet|nog niet (zeker|besloten)|niet helemaal',
  ],
  prohibitions: [
    '(<not>|stop~|zonder|verbied~|weiger~|tegen|beëindig~|beeindig~|verwijder~|wis~|annuleer~|staak|niet) ... <record_any>',
    '<record_any> ... (<not>|stop~|uitzetten|uit|weigeren|stoppen|verboden|afzetten|af)',
    '(neem|neemt|nemen) ... <not> ... op|(zet|zetten|schakel|doe) ... (uit|af)|uitzetten|uitschakelen|hou[d] [hier|er|daar] mee op|stop (ermee|daarmee|hiermee)',
  ],
  refusals: [
    `<not> [mee|echt|helemaal|zo|erg|zomaar|meer|daarmee|ermee|hiermee] (akkoord|accoord|mee eens|eens|toe|goed|oké|oke|ok|okay|prima|in orde|toegestaan|gewenst|nodig|graag|nu|vandaag|hier|doen|zo|op|mee|meer|willen|wil|mogen|mag|hebben|mijn toestemming|voor mij|met mij|van mij|fijn|prettig|goedgekeurd|de bedoeling|accepteren|toestaan|geïnteresseerd|geinteresseerd|a u blieft|alstublieft|alsjeblieft|bedankt|dank|gediend|denken|aan|in|langer|blij)`,
    '(wil|wilt|mag|mogen|hoeft|hoef|zou|wens|sta|stem|ga|geef|accepteer|ben|heb|heeft|hebt|hebben|kan|kunt|kunnen|doe|doet|denk|vind|hoop|zeg|moet|houd|hou|verleen|wenst|zie|aanvaard|keur|lijkt|voel|laat) ... (niet|geen|nooit|niks|niets|nie|ni)',
    '(geen|nooit|zonder) ... (toestemming|sprake|akkoord|interesse|behoefte|opname|opnames|zin|denken|permissie|goedkeuring|trek|medewerking)|geen (haar|kwestie van)|daar komt niets van in|komt niks van in|geen sprake van|niks ervan|niets ervan',
    '(liever|natuurlijk|zeker|absoluut|beslist|bij voorkeur|beter|tuurlijk|uiteraard|vast|helemaal|echt|alsjeblieft|alstublieft|graag|maar|even|dus|ook|misschien|waarschijnlijk|denk|voorlopig|nu|vandaag|toch|hoop|liefst|definitief|zeer|eigenlijk|jammer genoeg|helaas|nog|vooral|dan|hoe dan ook|dat|gewoon) (niet|nie|geen|van niet|ik van niet)|van niet|liever [van] niet',
    '(nee|neen) [nee|hoor] (dank|bedankt|dankjewel|dankuwel|merci|danku|sorry|liever|nooit|absoluut|echt|alstublieft|alsjeblieft|meneer|mevrouw|niet|geen|nee|neen)|nee hoor|neen hoor|(liever|zeg|zei|gezegd|toch|helaas|duidelijk|echt|dikke|nadrukkelijk|dan|dank u|bedankt maar|volmondig|resoluut|antwoord is) (nee|neen)',
    '(nooit|nooit van mijn leven|nimmer|geenszins|in geen geval|onder geen (beding|voorwaarde|enkele)|weiger|ik weiger|weiger ik|geweigerd|bezwaar|ik maak bezwaar|afgewezen|wijs ... af|afwijzen|tegen|ben er tegen|ertegen|daartegen|verbied|vergeet het|vergeet het maar|laat maar zitten|over mijn lijk|ammehoela|mooi niet|dacht het niet|om de dooie dood niet|trek ... in|intrekken|bedank ervoor|ik bedank|ik pas|liever zonder|hoeft [van mij] niet|hoeft niet|mag niet|kan niet)',
  ],
  endings: [
    'niet|nie|niet hoor|niet graag',
    '(sorry|ik bedoel|bedoel|wacht|wacht even|eigenlijk|toch|of|pardon|excuus|excuseer|correctie|beter gezegd|nee wacht|moment|momentje|ik bedoelde|oeps|bij nader inzien|foutje|toch maar|toch liever) [#uh] <nee>+ [dank u|bedankt|hoor]',
    '(nee|neen) (nee|neen)+|toch niet|toch maar niet',
  ],
  no: ['... (nee|neen|neeh|nope|neenee) ...'],
  noAndNot: [],
  agreement: [
    'ja|jawel|jazeker|zeker|goed|oké|oke|ok|okay|prima|akkoord|natuurlijk|mag|graag|ga uw gang|ga je gang|doe maar|is goed|best|eens',
  ],
  hedges: [
    'misschien|denk|geloof|waarschijnlijk|vermoed|eventueel|als|maar|alleen|mits|tenzij|zolang|mij best|nou ja|tja|hangt ervan af|ligt eraan|vooruit|wel|mocht|zou|liefst|behalve|nou|enkel|slechts|ooit|moet|eigenlijk|hooguit|voor deze keer|om het even|maakt niet uit',
  ],
  keys: {
    digits: ['(een|één)', 'twee', 'drie', 'vier', 'vijf', 'zes', 'zeven', 'acht', 'negen'],
    naming:
      '(nummer|optie|de optie|het nummer|ik druk|ik druk op|ik kies|keuze) [op|nummer|toets|optie]',
    told: '(toets|toetst u|druk|druk op|drukt u|drukt u op|kies|kiest u) [op|nummer|toets|optie]',
    ambiguous: ['1'],
  },
};
