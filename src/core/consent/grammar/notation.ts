/**
 * The notation in which a language is described. Words stand one after the other; `[x]` may be left
 * out, `(x|y)` is one of them, `x*` any number, `x+` at least one, `<name>` a part named before,
 * `stem~` any word that begins so, `...` any words at all. An apostrophe parts words, as it does in
 * what is heard.
 */
export type Pattern =
  | { readonly kind: 'word'; readonly word: string }
  | { readonly kind: 'stem'; readonly stem: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'row'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'choice'; readonly options: readonly Pattern[] }
  | { readonly kind: 'repeat'; readonly part: Pattern };

/** Throws on a text that is not in the notation: descriptions are ours, so it is a mistake of ours. */
export function parsePattern(text: string, named: ReadonlyMap<string, Pattern>): Pattern {
  const tokens = text.match(/\.\.\.|<[\w-]+>|[[\]()|*+]|[^\s'[\]()|*+<>.]+|[^\s']/g) ?? [];
  let at = 0;
  const choice = (): Pattern => {
    const options = [row()];
    while (tokens[at] === '|') {
      at += 1;
      options.push(row());
    }
    const [only] = options;
    return options.length === 1 && only !== undefined ? only : { kind: 'choice', options };
  };
  const row = (): Pattern => {
    const parts: Pattern[] = [];
    for (let token = tokens[at]; token !== undefined && !'|)]'.includes(token); ) {
      at += 1;
      const part = item(token);
      token = tokens[at];
      if (token === '*' || token === '+') {
        at += 1;
        if (token === '+') parts.push(part);
        parts.push({ kind: 'repeat', part });
        token = tokens[at];
      } else {
        parts.push(part);
      }
    }
    return { kind: 'row', parts };
  };
  const item = (token: string): Pattern => {
    if (token === '...') return { kind: 'repeat', part: { kind: 'any' } };
    if (token === '(') return closed(')');
    if (token === '[') return { kind: 'choice', options: [nothing, closed(']')] };
    if (token.startsWith('<')) {
      const part = named.get(token.slice(1, -1));
      if (part === undefined) throw new Error(`${token} is not named before: ${text}`);
      return part;
    }
    if (token.endsWith('~')) return { kind: 'stem', stem: token.slice(0, -1) };
    if (!/^[\p{L}\p{N}#-]+$/u.test(token)) throw new Error(`${token} is no word: ${text}`);
    return { kind: 'word', word: token };
  };
  const closed = (bracket: string): Pattern => {
    const inner = choice();
    if (tokens[at] !== bracket) throw new Error(`${bracket} is missing: ${text}`);
    at += 1;
    return inner;
  };
  const pattern = choice();
  if (at < tokens.length) throw new Error(`${tokens[at]} opens nothing: ${text}`);
  return pattern;
}

const nothing: Pattern = { kind: 'row', parts: [] };
