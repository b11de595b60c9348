/** What somebody reads or hears who is sent a code. English where the language is not known. */
const texts: Readonly<Record<string, (controller: string, code: string) => string>> = {
  en: (who, code) =>
    `${who}: somebody made a request about your data. If it was you, the code is ${code}. It is good for 10 minutes. If not, do nothing.`,
  de: (who, code) =>
    `${who}: Jemand hat eine Anfrage zu Ihren Daten gestellt. Wenn Sie das waren, lautet der Code ${code}. Er gilt 10 Minuten. Wenn nicht, tun Sie nichts.`,
  fr: (who, code) =>
    `${who} : quelqu'un a fait une demande au sujet de vos données. Si c'est vous, le code est ${code}. Il est valable 10 minutes. Sinon, ne faites rien.`,
  es: (who, code) =>
    `${who}: alguien ha hecho una solicitud sobre sus datos. Si ha sido usted, el código es ${code}. Vale 10 minutos. Si no, no haga nada.`,
};

/** Digits are spoken one by one, and twice, because nobody can look at them again. */
export function codeWords(
  locale: string,
  controller: string,
  code: string,
  means: 'text' | 'call',
): string {
  const make = texts[locale.slice(0, 2)] ?? texts['en'];
  if (make === undefined) return code;
  if (means === 'text') return make(controller, code);
  const spoken = make(controller, [...code].join(', '));
  return `${spoken} ${spoken}`;
}
