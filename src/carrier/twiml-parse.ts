import { SaxesParser } from 'saxes';

/** One element of a TwiML document. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly elements: readonly Element[];
  /** Its text and that of everything in it, white space collapsed. */
  readonly text: string;
  /** Text of its own, outside of its elements. */
  readonly ownText: string;
}

/** The document is not XML, or not TwiML at all (Twilio's error 12100). */
export class TwimlUnreadable extends Error {}

interface Building {
  name: string;
  attributes: Record<string, string>;
  elements: Element[];
  text: string;
  ownText: string;
}

const depthMax = 20;

/** The verbs of a document, in order. Throws TwimlUnreadable. */
export function parseTwiml(xml: string): Element {
  const parser = new SaxesParser();
  const open: Building[] = [];
  let root: Element | null = null;
  const text = (part: string) => {
    const inner = open.at(-1);
    if (inner !== undefined) inner.ownText += part;
    for (const element of open) element.text += part;
  };
  parser.on('error', (error) => {
    throw new TwimlUnreadable(error.message);
  });
  parser.on('doctype', () => {
    throw new TwimlUnreadable('a document type is not allowed');
  });
  parser.on('text', text);
  parser.on('cdata', text);
  parser.on('opentag', (tag) => {
    if (open.length >= depthMax) throw new TwimlUnreadable(`deeper than ${depthMax} elements`);
    const attributes = tag.attributes as Record<string, string>;
    open.push({ name: tag.name, attributes, elements: [], text: '', ownText: '' });
  });
  parser.on('closetag', () => {
    const built = open.pop();
    if (built === undefined) return;
    const element = { ...built, text: squeeze(built.text), ownText: squeeze(built.ownText) };
    const parent = open.at(-1);
    if (parent === undefined) root = element;
    else parent.elements.push(element);
  });
  parser.write(xml).close();
  return responseOf(root);
}

function responseOf(root: Element | null): Element {
  if (root === null) throw new TwimlUnreadable('the document is empty');
  if (root.name !== 'Response') throw new TwimlUnreadable(`the root is <${root.name}>`);
  return root;
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
