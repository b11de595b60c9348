import type { Language } from './language.ts';

/** Portuguese, of Portugal and of Brazil. "Pois sim" is a no and "pois não" a yes, so both are unclear. */
export const portuguese: Language = {
  parts: {
    call: '((a|esta|essa|minha|nossa|a minha) (chamada|ligação|conversa|conversação|telefonema)|(o|este) telefonema|tudo|isso|isto)',
    record: '(gravar|gravar me|me gravar|gravá la|gravá lo) [<call>]',
    act: '((a|à|com a|esta|essa|na) gravação [(da|desta|dessa) (chamada|ligação|conversa)]|ser (gravado|gravada)|isso|isto|gravar [<call>])',
    permission: '(permissão|autorização|consentimento|aval|acordo|aprovação|licença)',
    fully: '[totalmente|completamente|plenamente|perfeitamente|absolutamente|inteiramente|sim]',
    no: '(não|#nao|nao|nem|nope|negativo|naum|num|nãão)',
    nao: '(não|#nao|naum|num)',
    record_any: '(grav~|regist~)',
  },
  hesitation: /^(?:e+h+m+|a+h*m+|h+u+m+|h+m+|e+h+|u+h+m+|ã+h*m*|ahn+)$/,
  opening: [
    'ok|okay|está bem|tá bem|tá bom|está bom|tá certo|tá|bem|bom|certo|muito bem|pronto|claro|beleza|tudo bem|tranquilo|perfeito|ótimo|combinado|é|de acordo',
    'por favor|se faz favor|faz favor',
  ],
  support: [
    'claro|claro claro|sem dúvida [alguma|nenhuma]|sem [nenhuma] dúvida|tudo certo|ok|okay|está bem|tá bom|tá bem|tudo bem|certo|certeza|com certeza absoluta|perfeito|beleza|de acordo|está certo|por mim (tudo bem|está bem|ok|tá bom|tá tudo bem)|ótimo|tranquilo|combinado|pode|podem',
  ],
  politeness: [
    'por favor|por gentileza|se faz favor|faz favor|obrigado|obrigada|muito (obrigado|obrigada)|brigado|brigada|senhor|senhora|moço|moça|agradeço|grato|grata',
  ],
  assents: [
    'sim|sim sim|claro que sim|[é] claro que (pode|podem)|com certeza que sim|é claro que sim|lógico que sim|óbvio que sim|sim senhor|sim senhora|afirmativo|positivo sim|com certeza [sim]|certamente [que sim]|[é] claro sim|evidentemente [que sim]|naturalmente [que sim]|obviamente [que sim]|absolutamente sim|é lógico que sim|lógico sim|seguramente que sim|ah sim (claro|com certeza|pode gravar)',
    'com [muito|todo o|todo] (gosto|prazer)|à vontade|esteja à vontade|estejam à vontade|fique à vontade|fiquem à vontade|fica à vontade|avance|avancem|pode avançar|podem avançar|prossiga|prossigam|vá em frente|vai em frente|pode prosseguir|podem prosseguir|de bom grado|faça favor sim|faça favor de gravar [<call>]',
    '[sim] [eu] [a|o|os|lhe|lhes|vos] [sim] (aceito|autorizo|concordo|consinto|permito|aprovo|dou o meu aval) [sim] [plenamente|totalmente] [<act>|com <act>|em <act>|a <act>|que (gravem|grave|me gravem|me grave|seja gravada|seja gravado) [<call>]|que (<call> seja (gravada|gravado))|a (gravarem|gravar) [<call>]|sim]',
    '(aceite|autorizado|aceito sim|autorizada|concedido|concedida)',
    '[eu] estou <fully> de acordo [com <act>|em <act>|com a gravação|que gravem|que me gravem|com isso|sim]|tou de acordo|tô de acordo',
    '[eu] [lhe|lhes|vos|te] [sim] (dou|concedo|dou lhe|dou lhes|dou vos) [sim] [toda] [o|a|o meu|a minha|minha|meu] <permission> [para <record>|para <act>|para a gravação|à gravação|sim]',
    '(tem|têm|tens|vocês têm|você tem) [toda] (o meu|a minha|minha|meu) <permission> [para <record>|para a gravação|para <act>|sim]',
    '[você|vocês] [me] (pode|podem|podes|podeis) [sim|perfeitamente|claro|certamente] (<record>|fazer (isso|a gravação)|fazê lo|começar a gravar|iniciar a gravação) [sim|claro|à vontade|tranquilo]',
    '[sim] (grave|gravem) [me] [à vontade] [<call>] [à vontade|sim]|[sim] (quero|desejo|prefiro) (ser (gravado|gravada)|que (gravem|me gravem))|quero sim|aceito sim|podem sim|pode sim|autorizo sim|dou sim|por mim (sim|pode gravar|podem gravar)|da minha parte sim|sim da minha parte|pode ser gravado|pode ser gravada|<call> pode ser (gravada|gravado)',
  ],
  vetoes: [
    'claro',
    '(... pois ...)',
    '(com certeza absoluta)',
    '<opening>* (tá|ok) isso',
    '<opening>* certo sim senhor',
    '<assent> ... mas ...',
    'aceite',
    // The answers to other questions: "é a Maria?", "está?".
    '<opening>* (é|tá) sim (<politeness>)*',
    // What is announced to everybody.
    '<opening>* <call> pode ser (gravada|gravado)',
  ],
  agreeing: [
    '(sem|nenhum|nenhuma|não (há|tem|tenho|vejo|existe|haveria|teria|é|faz|ponho) [nenhum|nenhuma|qualquer|algum|o menor]) (problema|problemas|inconveniente|objeção|objeções|crise|stress|estresse|galho|maka|grilo|oposição|impedimento|mal|diferença|dúvida|dúvidas)',
    '<nao> (me|nos) (importo|incomoda|importa|oponho|incomodo|chateia|atrapalha|faz diferença|afeta|preocupa|perturba|recuso|molesta) [nada|de todo|nem um pouco|de forma alguma|minimamente|que gravem]|<nao> (importo me|importa|oponho me|faz mal|tem problema|há problema|tem problema nenhum|tem problema não|há problema nenhum|tem importância)',
    '<nao> (se preocupe|te preocupes|se preocupem|há de quê|há crise|dá nada|esquenta|tem de quê|vejo por que não|vejo porque não|posso recusar|digo que não)|por que não|porque não|por quê não|e porque não|como não|pois não|pois claro|nada contra|nada a opor|nada em contrário|de nada|tenho nada contra|não tenho nada contra',
  ],
  aside: [
    '<nao> [o|a|lhe|te|vos|me|eu|estou a|tô|to] [ainda] (sei|saberia|entendo|entendi|percebo|percebi|compreendo|compreendi|ouço|ouvi|oiço|escuto|lembro|falo|conheço|perceber|ouvir|consigo|escutando|ouvindo|entendendo|decidi)|<nao> (estou|tenho|tô) [bem|muito] (certo|certa|seguro|segura|a certeza|certeza|em casa|ideia|a certeza|tempo|escolha|outra escolha|opção|alternativa|outra opção|sozinho|sozinha)',
    '<nao> (é|está|sou|estão|mora|tá) (aqui|em casa|ele|ela|cá|o titular|a titular|eu|comigo|mais aqui|da minha)|<nao> (desligue|desliga|tão depressa|tão rápido|você|tu|é você|vás|faças isso|contigo|mexas)|<nao> (mãe|mamã|mamãe|pai|papai|filho|filha|amor|querido|querida|meu amor|crianças|meu bem|vó)|(mãe|mamãe|pai|amor|filho) <nao>',
    '(ou|se|caso|e se|senão|quer dizer que) não|se eu disser que não|não é verdade|não é isso|sei lá não|ainda não (sei|decidi)|não propriamente|não sei não|(sim|né) e não|não só|não só isso|não é|nem sei',
  ],
  prohibitions: [
    '(<no>|sem|nunca|jamais|nada de|proíbo|proibido|evite|evitem|contra|recuso|nego|nenhuma|tampouco|oponho) ... <record_any>',
    '(pare|parem|parar|para de|pára|para com|deixe|deixem|deixar|interrompa|interrompam|suspenda|suspendam|cancele|cancelem|desligue|desliguem|desliga|desative|desativem|termine|terminem|encerre|encerrem|apague|apaguem|elimine|corte|cortem|tire|tirem|cesse|cessem|pause) [já] [de|com|a|essa|esta|o|imediatamente] [a|essa|esta|por favor] <record_any>',
    '(desligue|desliguem|desliga|pare|parem) (isso|isto|o gravador|a gravação|essa coisa|com isso|com isto)',
  ],
  refusals: [
    `<no> [eu|o|a|lhe|lhes|vos|me|se|te|os|as] [o|a|me] (aceit~|autoriz~|concord~|consint~|permit~|quero|queria|queremos|quer|desej~|dou|darei|damos|estou [nada|totalmente|muito] (de acordo|interessado|interessada|confortável|disposto|disposta|a fim|afim|à vontade)|tô a fim|gost~|interess~|pode|podem|podes|concedo|aprov~|conv~|acho|creio|penso|vou|vamos|precis~|deve|devem|prefir~|preferia|hoje|agora|por agora|por enquanto|para já|por favor|assim|tem [a|o|o meu|a minha|minha] (permissão|autorização|consentimento)|têm|faça|façam|faz favor|confio|apetece|me apetece|me agrada|agrada|senhor|senhora|moço|moça|tenho interesse|tenho vontade|mesmo|dá|rola|é possível|é permitido|me grave|admito|tolero|cedo|compactuo|pretendo|fico|me sinto)`,
    '<nao> [muito] (obrigado|obrigada|brigado|brigada|grato|grata|agradeço|lamento|desculpe|não)|(obrigado|obrigada) [mas] <nao>|<nao> [e] <nao>|<nao> (nunca|jamais|mesmo|de jeito|de modo|de forma|nada)',
    '(claro|certeza|lógico|óbvio|melhor|acho|creio|digo|disse|dizer|diria|prefiro|preferia|preferiria|espero|penso|suponho|receio|evidente|evidentemente|obviamente|certamente|naturalmente|parece|imagino|temo|repito) que <nao>|(melhor|talvez|absolutamente|definitivamente|hoje|agora|ainda|por enquanto|preferencialmente|de preferência|obviamente|lógico|provavelmente|claro|certeza|certamente|infelizmente|quero|posso|aceito|autorizo|concordo|pode|podem|gosto|deixo|permito|dou|acho|grave|gravem|mesmo|eu|isso|ah|ai|pra mim|para mim) <nao>',
    '(me recuso|recuso|recuso me|oponho me|me oponho|rejeito|nego|declino|discordo|dispenso|proíbo|revogo|retiro|desautorizo|desaprovo|prefiro (não|sem|que não)|preferia (não|sem|que não)|preferiria (não|sem|que não)|contra|incomoda me|me incomoda)',
    '(nunca|jamais|nunca na vida|de (jeito|maneira|modo|forma) (nenhum|nenhuma|algum|alguma)|de (maneira|forma|modo) nenhuma|de modo nenhum|nem (pensar|morto|morta|a pau|sonhando|em sonhos|por sombras|ferrando|que a vaca tussa|vem|brincando|de brincadeira)|em (caso|hipótese|circunstância) (nenhum|nenhuma|algum|alguma)|em hipótese alguma|sob nenhuma|em nenhuma circunstância|nada disso|negativo|nada feito|fora de questão|fora de cogitação|está fora|esqueça|esquece|tampouco|também não|ora essa não|de todo não|sem gravação|nãnão|não não|nananinanão)',
    'que não',
  ],
  endings: [
    '(desculpe|desculpa|perdão|digo|espere|espera|quer dizer|quero dizer|aliás|melhor|enganei me|me enganei|na verdade|ou melhor|um momento|calma|minto|pensando bem|peraí|corrijo|opa|ops|afinal) [#uh] <nao>+ [obrigado|obrigada|por favor]',
    '<nao> <nao>+|que não|melhor não|não quero|não aceito|sem',
  ],
  no: [
    '(<opening>|#uh|olá|alô|desculpe|lamento|ah|oh|ai|hm|e|mas)* <nao>+ (<politeness>|<nao>|lamento|desculpe|sinto muito)*',
    '... (#nao|nope|negativo) ...',
    '... não',
    '<opening>* não (eu|isso|mas|porque|é que|já|lamento|sinto|desculpe|olhe|olha|nada|muito|senhor|senhora|a verdade|na verdade) ...',
  ],
  noAndNot: ['não', 'nao'],
  agreement: [
    'sim|claro|aceito|pode|podem|tudo bem|está bem|tá bom|tá|ok|okay|concordo|autorizo|certo|certeza|beleza|à vontade|grave|gravem|bom|bem|avance',
  ],
  hedges: [
    'talvez|acho|creio|penso|suponho|imagino|provavelmente|se|mas|só|somente|apenas|desde que|contanto|depende|tanto faz|sei lá|pode ser|quem sabe|porventura|caso|enquanto|salvo|exceto|mais ou menos|é que|porém|parece|pois|condição|que remédio|já agora|né',
  ],
  keys: {
    digits: ['um', '(dois|duas)', 'três', 'quatro', 'cinco', '(seis|meia)', 'sete', 'oito', 'nove'],
    naming:
      '(número|tecla|opção|o número|a tecla|a opção|carrego no|carrego na tecla|marco|aperto|escolho|digito|pressiono) [o|a|número|tecla|opção|a opção|o número|a tecla]',
    told: '(prima|aperte|tecle|digite|disque|pressione|diga|carregue (no|na)) [o|a|número|tecla|opção|a opção|o número|a tecla]',
    ambiguous: ['1'],
  },
};
