/**
 * What a text message or an e-mail may hold: words of ours, the name of the business, and links
 * behind which somebody signs in or chooses. Nothing of a person: what is sent lies with carriers and
 * in inboxes for ever, and neither of them asks who reads it.
 */

/** What may be left open in a template: ids, addresses of ours, and who writes. */
export const templateVariables = ['controller', 'choices', 'link', 'request', 'receipt'] as const;

const variable = /\{+\s*([^{}]*?)\s*\}+/g;
const address = /https?:\/\/\S+/gi;
const mail = /[^\s@{}]+@[^\s@{}]+\.[^\s@{}]+/;
/** As people write numbers: seven digits or more, however they are grouped. */
const number = /\+?\d(?:[\s()./-]*\d){6,}/;
/** In an address what is looked up by a number or a name would say whom it is about. */
const telling = /[?&#](?:from|to|number|phone|tel|name|mail|email)=/i;

/** Everything in it that may say something of a person; each the end of a sentence. */
export function templateFaults(text: string): readonly string[] {
  const known = new Set<string>(templateVariables);
  const strangers = [...text.matchAll(variable)].flatMap(([whole, name = '']) =>
    known.has(name) && whole === `{${name}}` ? [] : [`has the variable ${whole}`],
  );
  const links = [...text.matchAll(address)].map(([link]) => link);
  const words = text.replace(address, ' ').replace(variable, ' ');
  return [
    ...strangers,
    ...(number.test(words) ? ['holds a number; only ids and links may be in a message'] : []),
    ...(mail.test(words) ? ['holds an e-mail address'] : []),
    ...(links.some((link) => telling.test(link) || mail.test(link) || number.test(link))
      ? ['has a link that says whom it is about']
      : []),
  ];
}
