import type { Element } from './twiml-parse.ts';
import { ssml, twimlRules } from './twiml-schema.ts';

/** Name and value of one stream parameter together must be shorter than this. */
const parameterLengthMax = 500;

/**
 * Everything in a document that breaks the language, one sentence each. Twilio warns (12200) and
 * plays what it understands; so do we.
 */
export function problemsOf(root: Element): readonly string[] {
  const problems: string[] = [];
  check(root, problems);
  return problems;
}

function check(element: Element, problems: string[]): void {
  if (ssml.has(element.name)) return;
  const rule = twimlRules[element.name];
  if (rule === undefined) return;
  for (const [name, value] of Object.entries(element.attributes)) {
    const allowed = rule.attributes[name];
    if (allowed === undefined) problems.push(`<${element.name}> has no attribute "${name}"`);
    else {
      const expected = allowed(value);
      if (expected !== null) {
        problems.push(`<${element.name} ${name}="${value}">: allowed is ${expected}`);
      }
    }
  }
  for (const name of rule.required ?? []) {
    if (!(name in element.attributes)) problems.push(`<${element.name}> needs "${name}"`);
  }
  if (!rule.text && element.ownText !== '') problems.push(`text inside <${element.name}>`);
  for (const inner of element.elements) {
    if (rule.elements.includes(inner.name)) check(inner, problems);
    else problems.push(`<${inner.name}> is not allowed inside <${element.name}>`);
  }
  problems.push(...togetherProblems(element));
}

/** Rules about more than one attribute. */
function togetherProblems(element: Element): readonly string[] {
  const { attributes, name } = element;
  if (name === 'Gather') {
    const model = attributes['speechModel'];
    return model !== undefined && model !== 'default' && attributes['speechTimeout'] === 'auto'
      ? ['<Gather> with a speechModel needs speechTimeout as a number']
      : [];
  }
  if (name === 'Say') return element.text === '' ? ['<Say> without words'] : [];
  if (name === 'Play') {
    return (element.text === '') === (attributes['digits'] === undefined)
      ? ['<Play> needs either a URL or digits']
      : [];
  }
  if (['Conference', 'Number', 'Sip'].includes(name)) {
    return element.text === '' ? [`<${name}> without a name`] : [];
  }
  if (name === 'Dial') {
    const bridges = element.elements.filter((inner) => inner.name === 'Conference').length;
    const parts = element.elements.length + (element.ownText === '' ? 0 : 1);
    return parts === 0 || (bridges > 0 && parts > 1)
      ? ['<Dial> takes one <Conference>, or one number or address or more']
      : [];
  }
  if (name === 'Parameter') {
    const length = (attributes['name'] ?? '').length + (attributes['value'] ?? '').length;
    return length >= parameterLengthMax
      ? [`<Parameter> is ${length} characters; fewer than 500`]
      : [];
  }
  return [];
}
