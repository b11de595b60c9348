import type { Language } from './language.ts';

/** Spanish, of Spain and of the Americas. `si` is what a recogniser may write for `sí`. */
export const spanish: Language = {
  parts: {
    call: '((la|esta|mi) (llamada|conversación)|todo|me|esto)',
    record: '(grabar|grabarme|grabarla|grabarlo|grabarnos) [<call>]',
    act: '(la grabación [de (la|esta) llamada]|ser (grabado|grabada)|grabar [<call>]|ello|eso|esto)',
    'that-they': `que (me graben|me grabe|lo graben|la graben|graben [<call>]|grabe [<call>]|se grabe [<call>]|lo hagan|lo haga)`,
    permission: '(permiso|autorización|consentimiento|aprobación)',
    fully: '[totalmente|completamente|muy|plenamente|absolutamente|perfectamente|también|sí]',
    no: '(no|#no|nop|nope|ño|noo|nooo|nel|negativo)',
    me: '[lo|la|le|les|os|los|las|me|te|se|nos|yo|a mí|eso|usted|ustedes] [lo|la|le|les|me|te|se|nos]',
    record_any: '(grab~|regrab~|registr~)',
  },
  hesitation: /^(?:e+h*m+|e+h+|a+h*m+|u+h*m+|m{2,})$/,
  opening: [
    'vale|bueno|okay|ok|okey|oka|bien|muy bien|pues|de acuerdo|perfecto|listo|sale|órale|venga|está bien',
    'este|hombre',
    'por favor',
  ],
  support: [
    'claro [claro]|vale|okay|ok|okey|está bien|de acuerdo|perfecto|muy bien|seguro|obvio|dale|hágale',
    '[me] parece [muy|bien] (bien|perfecto)|sin [ninguna] duda [alguna]|ándele|ándale|naturalmente|desde ya|todo bien|encantado|encantada',
  ],
  politeness: [
    'por favor|gracias|muchas gracias|mil gracias|muchísimas gracias|muy amable|se lo agradezco',
    'señor|señora|señorita|caballero',
  ],
  assents: [
    'sí|síp|sip|sí [que] (quiero|acepto|autorizo|puede|pueden)|[pues] claro que (sí|acepto|autorizo)|claro sí|sí sí',
    '(por supuesto|desde luego|naturalmente) [que sí]|obvio que sí|obviamente sí|afirmativo|adelante|[estoy] conforme sí',
    '[yo] [sí] [lo|la|les|le] (acepto|autorizo|consiento|permito|apruebo) [<act>|<that-they>|todo]|[yo] [sí] doy [mi] conformidad',
    '(aceptado|autorizado|aceptada|autorizada|concedido)',
    '[yo] [sí] [les|le|te|os] autorizo (a|para) (que (graben|grabe|me graben|me grabe) [<call>]|<record>)|[yo] autorizo (que|a que) (graben|grabe|se grabe|me graben) [<call>]',
    '[sí] estoy <fully> de acuerdo [con <act>|en <act>|con <that-they>|en <that-they>|con que me graben]|estamos de acuerdo|[estoy] <fully> conforme con <act>',
    'con [mucho|todo] gusto|con placer|por mí (encantado|encantada|adelante)',
    '[me|la|lo] (puede|pueden|puedes|podéis) [ya] (<record>|proceder|hacerlo)|proceda|procedan|proceded|hágalo|háganlo',
    '[sí] (grabe|graben|grábenme|grábeme|grábela|grábenla|grábelo|grábenlo|grabad|grabadme|grábame|grabá|grabame|grabalo|grabala) [<call>] [tranquilo|tranquila]',
    'pueden (grabarme|grabar) [<call>]|se puede grabar [<call>]|pueden hacer la grabación|puede hacer la grabación',
    '(tiene|tienen|tienes|tenéis) [todo] mi <permission> [para <record>]|cuenten con mi <permission>|cuenta con mi <permission>',
    '[yo] [sí] [les|le|te|os] (doy|otorgo|concedo) [todo] [mi|el|la] <permission> [para <record>|para <act>|para la grabación|para <that-they>]',
    '(quiero|deseo|prefiero) que (me graben|graben [<call>]|se grabe [<call>])|por mi parte sí|por mí sí|sí por mí',
    '[a mí] me parece (bien|perfecto) que (graben|me graben) [<call>]',
  ],
  vetoes: [
    '... si (puede|pueden|puedes|podéis|grabe|graben|me|la|lo|se|les|le|quiero|tiene|tienen|tienes|proceda|hacen|doy) ...',
    '<opening>* (puede|pueden|puedes|podéis|graba|estamos de acuerdo)',
    // As often asked as said: "¿se puede grabar?"
    '<opening>* (se|me) (puede|pueden|puedes|podéis) (grabar|grabarme) [<call>]',
  ],
  agreeing: [
    'no (me|nos) (importa|molesta|opongo|incomoda|preocupa|afecta|disgusta|niego) [para nada|en absoluto|nada|en lo más mínimo|tampoco] [que me graben|que graben]',
    'no (hay|habría|habrá|existe|es|supone|sería|tengo|veo|pongo|tendría|da) [ningún|ninguna|ninguno] [problema de|tipo de] (problema|problemas|inconveniente|inconvenientes|pega|pegas|objeción|objeciones|reparo|lío|drama|cuidado|bronca|rollo|nada en contra|molestia)',
    'sin [ningún|ninguna] (problema|problemas|inconveniente|objeción|objeciones|falta|duda|pegas|miedo|lugar a dudas|rollo|bronca)|(ningún|ninguno|ninguna) [tipo de] (problema|inconveniente|objeción|pega)',
    'no (se preocupe|te preocupes|se preocupen|os preocupéis|pasa nada|faltaba más|faltaría más|hay de qué|puedo negarme|puedo decir que no)|nada en contra|por qué no|porqué no|y por qué no|cómo no|faltaba más|no veo por qué no',
  ],
  aside: [
    '<no> [lo|yo|aún|todavía] (sé|sabría|entiendo|comprendo|oigo|escucho|recuerdo|me acuerdo|hablo|he entendido|entendí|escuché|oí|he oído|capto|sabe)|no (se|te|le|les|os|lo|la|me) (oye|escucha|oigo|escucho|entiendo|entendí|comprendo|acuerdo|he entendido|he oído|escuché)',
    'no estoy [muy|tan|del todo|completamente] (seguro|segura|en casa|solo|sola|disponible)|no (está|es|soy|están|vive|se encuentra) ...|no (tengo|hay|queda|me queda|nos queda) (idea|ni idea|tiempo|opción|elección|nadie|otra|otra opción|más remedio|otro remedio|señal|cobertura|de otra)|ni idea',
    '<no> tú [no]|no (cuelgue|cuelgues|tan rápido|tan deprisa|tú|a ti|a usted|vos|te muevas|hagas eso|puedo oír|puedo escuchar|puedo hablar|puedo decidir|puedo oírle|estaba|llores|ahora mamá)|<no> (mamá|papá|cariño|hijo|hija|mi amor|cielo|mi vida|niños|abuela|mi hijita)|(mamá|papá|cariño) no',
    '(o|si|y si) no [hay (más|otro) remedio|queda otra]|si digo que no|eso no lo sé|no del todo|no (mucho|tanto)|ya no sé',
  ],
  prohibitions: [
    '(<no>|sin|nunca|jamás|ni|nada de|tampoco|prohíbo|prohibido|evite|evitar|eviten|niego|opongo|contra) ... <record_any>',
    '(deje|dejen|deja|dejar|dejad|dejes|dejaran|termine|terminen) de <record_any>',
    '(pare|paren|parar|parad|detenga|detengan|detener|detén|cancele|cancelen|cancelar|interrumpa|interrumpan|suspenda|suspendan|corte|corten|quite|quiten|apague|apaguen|apagar|apaga|desactive|desactiven|desactivar|borre|borren|elimine|eliminen|termine|terminen|finalice|finalicen|pausen|pause) ... <record_any>',
    '(apáguelo|apáguenlo|apágalo|apáguela|apáguenla|apaguen (eso|esto)|apague (eso|esto)|párenlo|párelo)',
  ],
  refusals: [
    `<no> <me> (acept~|autoriz~|consient~|consent~|permit~|quier~|quis~|querem~|querr~|dese~|dé|den|doy|damos|daré|da la gana|estoy [para nada|nada|totalmente|muy|tan] (de acuerdo|conforme|dispuesto|dispuesta|interesado|interesada|cómodo|cómoda)
      |estamos|acced~|gust~|interes~|apetec~|grab~|puede~|podéis|podrá~|conviene|parece|concuerd~|conced~|otorg~|aprueb~|aprob~|hagan|haga|hagas|voy a|vamos a|hace falta|es necesario
      |necesit~|deb~|creo|pienso|prefier~|preferir~|hoy|ahora|de momento|por ahora|por el momento|por favor|todavía|así|va a ser|tiene[n] [mi] permiso|tiene|tienen|tienes|tenéis|cuenten|fío|confío|me (da|dé) la gana|siento|se (puede|pueden)|toler~|soporto|admit~|comparto|corresponde|procede|apoyo)`,
    '<no> [muchas|muchísimas|mil|que] (gracias|señor|señora|señorita|caballero|lo siento|lo lamento)|gracias [pero|que] no|(no|#no) [y] (no|#no)|no (nunca|jamás|para nada|nada|de ninguna|en absoluto|ni hablar|qué va)',
    '(claro|supuesto|luego|mejor|creo|digo|dije|dicho|decir|diría|prefiero|preferiría|espero|pienso|supongo|temo|obvio|seguro|naturalmente|evidentemente|pues|parece|va a ser|hombre|imagino|diciendo|probablemente) que no|(mejor|pues|preferiblemente|preferentemente|casi|casi mejor|absolutamente|definitivamente|obviamente|rotundamente|todavía|aún|hoy|ahora|rotundo|rotundamente) <no>|que va a ser que no',
    'me (niego|opongo|rehúso|molestaría|molesta|importaría)|rechazo|deniego|rehúso|declino|prefiero (no|sin)|preferiría (no|sin)|paso|desautorizo|revoco|retiro|discrepo|en desacuerdo|desapruebo|prohíbo',
    'nunca|jamás|de (ninguna|ningún) (manera|modo|forma)|de eso nada|ni (hablar|loco|loca|de broma|en sueños|pensarlo|de coña|muerto|muerta|modo|borracho|por asomo|lo sueñe|se le ocurra|se les ocurra|en pedo|madres)|en absoluto|para nada|bajo (ningún|ninguna) (concepto|circunstancia)|(en|por) ningún (caso|motivo|concepto|modo)|nada de eso|nanay|nel|nones|negativo|olvídelo|olvídalo|qué va|tampoco|ni lo piense|nop|a otro perro',
    'sin grabación|que no [me|se|lo]',
  ],
  endings: [
    '(perdón|perdone|perdona|digo|espere|espera|esperen|quiero decir|mejor|bueno|miento|disculpe|disculpa|corrijo|en realidad|realidad|un momento|rectifico|mejor dicho|ay|uy|aguarde|me equivoqué|o sea) [#uh] <no>+ [gracias|por favor|mejor]',
    '<no> <no>+|(claro|yo|eso|a mí|por mí|esta vez|hoy|ahora|así) <no>|que no|mejor no|no quiero|no acepto',
  ],
  no: [
    '(<opening>|#uh|hola|lo siento|perdón|perdone|uy|ay|mm|hm|ah|oh|y)* <no>+ (<politeness>|<no>|la verdad|lo siento|disculpe|perdone|perdón)*',
    '... (#no|nop|nope) ...',
    '... no',
    '<opening>* no (la verdad|eso|yo|pero|porque|es que|ya|lo siento|lo lamento|disculpe|perdone|perdón|mire|oiga|nada|muchas|señor|señora|qué va) ...',
  ],
  noAndNot: ['no', 'si'],
  agreement: [
    'sí|si|#si|claro|acepto|vale|adelante|de acuerdo|supuesto|grabe|graben|puede|pueden|okay|ok|bueno|perfecto|está bien|autorizo|bien|dale',
  ],
  hedges: [
    'quizá|quizás|tal vez|a lo mejor|creo|supongo|imagino|depende|pero|solo|sólo|solamente|siempre que|siempre y cuando|cuando|igual|acaso|puede que|puede ser|probablemente|posiblemente|pienso|parece|da igual|mientras|con tal|excepto|salvo|aunque',
    'si (me|hay|es|quiere~|usted|quieren|lo|la|se|hace|borran|dice|gustan)|qué remedio|en fin|más o menos|sí y no|según|condición|únicamente',
  ],
  keys: {
    digits: ['uno', 'dos', 'tres', 'cuatro', 'cinco', 'seis', 'siete', 'ocho', 'nueve'],
    naming:
      '(el|la|opción|número|marco|pulso|presiono|oprimo|tecla|la opción|el número|la tecla|elijo) [el|la|número|opción|la opción|el número|la tecla]',
    told: '(marque|pulse|presione|oprima|diga) [el|la|número|opción|la opción|el número|la tecla]',
    ambiguous: [],
  },
};
