import type { Language } from './language.ts';

/** French, of France, Belgium, Switzerland and Québec; spoken French drops its "ne". */
export const french: Language = {
  parts: {
    call: "((l'|cet) appel|(la|cette|notre|ma) (conversation|communication)|l'entretien|tout|ça|cela)",
    record: "(enregistrer|m'enregistrer|l'enregistrer|nous enregistrer) [<call>]",
    act: "(l'enregistrement [de (l'appel|cet appel|la conversation)]|(cet|un) enregistrement|être (enregistré|enregistrée)|cela|ça)",
    fully:
      '[tout à fait|totalement|complètement|entièrement|parfaitement|absolument|bien|bien sûr|volontiers|moi|évidemment]',
    permission: '(accord|autorisation|consentement|permission|feu vert|aval)',
    non: '(non|nan|non non|nenni|noon|nonn|nope|négatif)',
    pas: '(pas|jamais|aucun|aucune|rien|point|guère|nullement|plus question)',
    record_any: '(enregistr~|menregistr~|lenregistr~|enregister~)',
  },
  hesitation: /^(?:e+u+h+|h?e+u+|h+e+u+|e+h+|u+h*m+|h+u+m+)$/,
  opening: [
    "d'accord|daccord|ok|okay|bon|alors|ben|bah|eh bien|entendu|très bien|bien|parfait|donc|c'est d'accord",
    "s'il vous plaît",
  ],
  support: [
    "d'accord|daccord|ok|okay|c'est (bon|ok|okay|parfait|très bien|entendu) [pour moi]|pour moi [c'est] (ok|bon|d'accord)|ça me va [bien|très bien]|très bien|parfait|entendu|ça marche|ça me convient [bien|parfaitement|très bien]",
    "vous pouvez y aller|certain|c'est correct",
  ],
  politeness: [
    "s'il vous plaît|s'il te plaît|svp|merci [bien|beaucoup|à vous|infiniment|d'avance]|je vous remercie|je vous prie|je vous en prie",
    'madame|monsieur|mademoiselle|messieurs',
  ],
  assents: [
    'oui|ouais|ouaip|ouep|oui da|mais oui|mais si oui|ben oui|eh oui oui|que oui|affirmatif|oui absolument|ouioui',
    "[mais|oui] bien (sûr|entendu|évidemment) [que oui]|[mais] certainement|tout à fait|absolument|[mais] évidemment|[mais] naturellement|parfaitement|assurément|carrément|mais oui|pour sûr|c'est sûr oui|oui oui",
    '[mais] (avec [grand] plaisir|volontiers|très volontiers|de bon coeur|de bon cœur)|[je vous en prie] allez y|vas y|faites [donc|le] [je vous en prie]|faites|procédez|vous pouvez y aller [oui]',
    "j'accepte [volontiers|bien|bien sûr|tout à fait|totalement] [<act>|d'être (enregistré|enregistrée)|que (vous enregistriez|vous enregistrez|vous m'enregistriez|l'appel soit enregistré|cet appel soit enregistré|la conversation soit enregistrée|ce soit enregistré)|de (être (enregistré|enregistrée))]",
    "(je consens|j'approuve|je l'accepte|je l'autorise|j'autorise|je vous autorise|je vous y autorise|j'y consens|je donne mon aval) [bien|volontiers|tout à fait] [à] [<act>|<record>|<call>|ce que vous m'enregistriez]|accepté|autorisé|accordé",
    "je (permets|vous permets) [d'|de] [<act>|<record>]",
    "[je|moi je] suis [moi] <fully> (d'accord|daccord|favorable|consentant|consentante|pour) [avec (ça|cela|<act>)|pour (<act>|ça|cela|l'enregistrement|que vous enregistriez|que vous m'enregistriez|<record>)|moi]",
    "(je|j'y) (donne|vous donne|accorde|vous accorde|vous le donne) [tout] [mon|ma|l'|le|la] <permission> [à l'enregistrement|pour (<act>|<record>|l'enregistrement|être enregistré)]",
    "(vous avez|tu as) [bien sûr|évidemment|tout] (mon|ma) <permission> [pour (<act>|<record>|l'enregistrement)]|avec mon accord|accord donné",
    "(vous pouvez|tu peux) [tout à fait|bien sûr|bien|parfaitement|évidemment|y] [<record>|procéder|commencer l'enregistrement|aller|le faire|procéder à l'enregistrement]",
    '[vous pouvez|allez y|oui] enregistrez [moi|le|la] [donc] [<call>]|enregistre|enregistrez',
    "je veux bien [être enregistré|être enregistrée|que vous (enregistriez|m'enregistriez)]|je (souhaite|désire|préfère) [bien] être (enregistré|enregistrée)",
    "c'est (d'accord|oui) [pour moi|pour l'enregistrement]|pour moi c'est oui|(d'accord|ok|oui) pour (l'enregistrement|enregistrer [<call>]|être enregistré|que vous enregistriez)|ça va pour l'enregistrement oui|je vous dis oui|je dis oui|ah oui (bien sûr|volontiers|allez y|avec plaisir)|moi oui|pour moi oui|oui pour moi",
  ],
  vetoes: [
    '<opening>* ouais ouais+ (<politeness>|<support>)*',
    '<opening>* (vous pouvez|tu peux) [bien]',
    // What was cut off: "faites vite", "j'enregistre".
    '<opening>* (faites|enregistre)',
    "<opening>* je suis (pour|favorable|d'accord avec (ça|cela)) je",
    '<assent> ... mais ...',
    "... mais (oui|si) (mais) ...|... bonjour (oui|ouais)|mais d'accord ...|mais (ok|bon) ...",
    'je suis',
    'mais [oui] bien (sûr|entendu)',
  ],
  agreeing: [
    "[ce|il|ça|c'est|y a|il y a|n'y a] [n'est|n'y a|y a] [vraiment|absolument] (pas|aucun|aucuns|pas de|sans|sans aucun|pas un|pas d'|n'ai pas de|n'ai aucun) [gros|vrai|grand] (problème|problèmes|souci|soucis|objection|objections|inconvénient|gêne|blème|dérangement|stress|prob|hésitation|hésiter)",
    "(aucune|sans|pas d'|sans aucune) (objection|objections|inquiétude|réserve|gêne|hésiter|hésitation|doute)|aucun (problème|souci|inconvénient|doute)|pas de doute",
    "[ça|cela|ce] [ne|n'] [m'|me|nous|vous|le] [le] (dérange|gêne|ennuie|pose|fait|embête|choque) [vraiment|absolument|du tout|en] (pas|rien|pas de problème|aucun problème|pas du tout|pas plus que ça|aucun souci|pas de souci|absolument pas|en rien) [du tout|plus que ça]",
    "(je|j'|moi) [ne|n'] (suis|ai|vois|m'y oppose|m'oppose|refuse|y vois|vous en empêche|dis) (pas|rien|aucun|aucune|pas d'|pas de) (contre|d'objection|objection|problème|inconvénient|opposé|opposée|non|rien contre|gêné|de problème|pas pourquoi)",
    "(rien contre|rien à redire|rien à dire|pourquoi pas|pourquoi non|pas contre|ne m'y oppose pas|m'y oppose pas|ne m'oppose pas|pas opposé|pas opposée|ne refuse pas|pas de refus|je ne dis pas non|dis pas non|j'en vois pas|de rien|il n'y a pas de mal|pas de mal)",
    "ne vous inquiétez pas|vous inquiétez pas|t'inquiète [pas]|ne vous en faites pas|n'hésitez pas|hésitez pas|ne quittez pas|quittez pas|y a pas de (problème|souci|mal)|il n'y a pas de (problème|souci|mal)",
  ],
  aside: [
    "[je|j'] [ne|n'] [vous|t'|te|me|l'|l|en|y] [en] (sais|comprends|entends|comprend|entend|crois|suis|connais|parle|ai|reçois|vois) [vraiment|absolument|toujours] (pas|rien|plus) [trop|très|bien|encore|du tout] (quoi|bien|le choix|sûr|sûre|certain|certaine|compris|entendu|français|vous|d'idée|seul|disponible|monsieur|madame|d'autre choix|de choix|le temps|très bien|si|trop|décidé|décidée|le titulaire)",
    "[je|j'] [ne|n'] [vous|t'|te|me|l'|en] [en] (sais|comprends|entends|comprend|entend|saisis|sait) (pas|rien|plus) [trop|très|bien|du tout|bien]|(sais|comprends|entends) (pas|rien)|aucune idée|pas (compris|entendu|sûr|sûre|certain|si vite|encore|le choix|lui|elle|vraiment sûr|toi|vous)",
    '<non> (maman|papa|chéri|chérie|mon chéri|ma chérie|mon coeur|pas toi|pas vous|les enfants|médor|mon amour)|(maman|papa) <non>|ou (non|pas)|si (non|je dis non)|sinon|je dis pas ça|pas que je sache|<non> mais (allô|oh|attendez)',
    "(il|elle|on) [n'] (est|n'est|veut|sait|peut) pas [là|ici|à la maison|disponible]|c'est pas (moi|ici|le bon|lui)|ce n'est pas (moi|ici|le bon)|n'est ce pas|pas mal|[c'est] pas grave|ne (coupez|raccrochez) pas|raccrochez pas|j'ai pas (compris|entendu|le choix|d'autre choix|le temps)|je n'ai pas (compris|entendu|le choix|d'autre choix|le temps)",
  ],
  prohibitions: [
    "(<pas>|sans|ne|n'|non|arrêt~|cess~|stop~|coup~|interromp~|suspend~|refus~|contre|interdi~|désactiv~|supprim~|effac~|termin~|oppos~|annul~|évit~|mettez fin) ... <record_any>",
    '<record_any> ... (pas|jamais|rien|interdit|refusé|refuse)',
    '(éteignez|éteins|coupez|désactivez|arrêtez) [moi] (ça|cela|le|la|tout)|arrêtez tout',
  ],
  refusals: [
    "[je|j'|moi|on|vous|nous|ça|cela|c'] [ne|n'] [vous|le|l'|m'|me|y|en|la|te|t'|lui] [y|en|le] (veux|veut|voulons|accepte|consens|suis|autorise|permets|souhaite|désire|donne|préfère|tiens|pense|crois|peux|pouvez|peut|avez|voudrais|aimerais|aime|approuve|accorde|convient|va|marche|plaît|intéresse|est|tolère|concède|devez|ai|allez|préférerais|sens|passe|arrange|acquiesce|adhère) [vraiment|surtout|absolument|toujours|même] (pas|jamais|nullement|aucun|aucune|point|plus|guère|rien)",
    "(pas|aucun|aucune|plus) [du tout|très|vraiment|tellement|trop|question|envie|vraiment] (d'accord|daccord|d'enregistrement|question|possible|envie|intéressé|intéressée|favorable|maintenant|aujourd'hui|cette fois|du tout|moyen|besoin|accord|autorisation|nécessaire|ok|pour moi|question|chaud|consentement|permission|comme ça|consentant|consentante|autorisé|permis|acceptable|avec moi|ici|pour le moment|pour l'instant|ce soir|tant que|désolé|merci|autant|envie)",
    "(certainement|surtout|absolument|vraiment|sûrement|évidemment|bien sûr|naturellement|plutôt|peut être|probablement|sans doute|mieux|je pense|je crois|j'espère|merci|oui|ben|bah|même|non|toujours|franchement|surtout|je préfère|préférerais|j'aimerais mieux|mieux) (pas|que non|non merci)|pas (s'il vous plaît|svp)|pas du tout|que non|bien sûr que non",
    "je (refuse|décline|m'oppose|m'y oppose|désapprouve|conteste|vous interdis|interdis|vous l'interdis|retire|révoque|rejette|m'abstiens)|j'interdis|refusé|refus|je suis contre|contre|hors de question|pas question|(c'est|ça sera|ce sera|pour moi c'est|catégoriquement|définitivement) (non|niet)|jamais [de la vie]|en aucun cas|en aucune façon|en aucune manière|aucunement|nullement|nenni|niet|négatif|que nenni|nan merci|à aucun prix|sûrement pas|opposé|opposée|défavorable|laissez moi|laissez tomber|oubliez (ça|l'idée)|il n'en est pas question|je m'en passe|je m'en passerai|sans façon|rien du tout|tu rêves|vous rêvez|même pas en rêve|ça me (dérange|gêne)|cela me (dérange|gêne)",
    "(non|nan) (merci|non|pas|jamais|surtout|absolument|désolé|désolée|je préfère|je refuse|je (ne|veux|suis))|merci (mais|mais non) (non|sans)|(plutôt|je dis|dire|dis|j'ai dit|répète|encore|toujours|simplement|désolé|désolée|malheureusement) non|préfère (sans|ne|pas|éviter)|préférerais (sans|ne|pas|éviter)",
  ],
  endings: [
    'pas|(pardon|enfin|je veux dire|attendez|attends|désolé|désolée|plutôt|en fait|finalement|excusez moi|non pardon|je voulais dire|zut|minute|erreur|euh non) [#uh] <non>+ [merci]',
    '<non> <non>+|non non|mais finalement non',
  ],
  no: ['... (non|nan|nenni|nope) ...'],
  noAndNot: [],
  agreement: [
    "oui|ouais|d'accord|daccord|ok|okay|bien sûr|volontiers|allez y|accepte|bon|pouvez|enregistrez|va|certainement|si|avec plaisir|faites|bien",
  ],
  hedges: [
    "peut être|je crois|je pense|je suppose|sans doute|probablement|éventuellement|si|mais|seulement|uniquement|à condition|tant que|sauf|ça dépend|bof|mouais|comme vous (voulez|voudrez)|égal|j'imagine|il faut|faut bien|à la limite|disons|pourvu|juste|quoique|plus ou moins",
  ],
  keys: {
    digits: ['un', 'deux', 'trois', 'quatre', 'cinq', 'six', 'sept', 'huit', 'neuf'],
    naming:
      "(numéro|touche|option|choix|le numéro|la touche|l'option|le choix|le chiffre|je tape|j'appuie sur|je choisis) [le|la|numéro|touche|option|la touche|le numéro]",
    told: '(tapez|composez|faites|dites|appuyez sur|appuyer sur) [le|la|numéro|touche|option|la touche|le numéro]',
    ambiguous: ['1'],
  },
};
