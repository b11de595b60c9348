/** A browser without script, as far as forms go: what is filled in, ticked and sent. */

export interface ShownPage {
  readonly status: number;
  readonly url: string;
  readonly html: string;
  readonly headers: Headers;
  /** By the path they are sent to. */
  readonly forms: ReadonlyMap<string, ShownForm>;
  /** What somebody reads, without markup. */
  readonly text: string;
}

export interface ShownForm {
  /** Values of hidden fields, and of what is ticked from the start. */
  readonly values: Readonly<Record<string, string>>;
  /** Every field there is, by its name. */
  readonly names: readonly string[];
  readonly ticked: readonly string[];
}

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};
const unescaped = (text: string): string =>
  text.replaceAll(/&(amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity);

function attribute(tag: string, name: string): string | null {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
  return value === undefined ? null : unescaped(value);
}

function formOf(inner: string): ShownForm {
  const values: Record<string, string> = {};
  const names: string[] = [];
  const ticked: string[] = [];
  for (const [tag] of inner.matchAll(/<(?:input|textarea|select|button)\b[^>]*>/g)) {
    const name = attribute(tag, 'name');
    if (name === null) continue;
    if (!names.includes(name)) names.push(name);
    const type = attribute(tag, 'type');
    const isChecked = /\schecked[\s>]/.test(tag);
    if (type === 'checkbox' && isChecked) ticked.push(name);
    if (type === 'hidden' || type === 'text' || isChecked) {
      values[name] = attribute(tag, 'value') ?? '';
    }
  }
  return { values, names, ticked };
}

async function shown(answer: Response): Promise<ShownPage> {
  const html = await answer.text();
  const forms = [...html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)].map(
    ([, head = '', inner = '']) => [attribute(` ${head}`, 'action') ?? '', formOf(inner)] as const,
  );
  const text = html
    .replaceAll(/<style>.*?<\/style>/gs, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
  const { status, url, headers } = answer;
  return { status, url, html, headers, forms: new Map(forms), text: unescaped(text) };
}

export const openPage = async (
  url: string,
  headers: Record<string, string> = {},
): Promise<ShownPage> => shown(await fetch(url, { headers }));

/** Sends the form of a page that goes to `path`, with what stands in it and what is filled in. */
export async function sendForm(
  page: ShownPage,
  path: string,
  filled: Readonly<Record<string, string>>,
  headers: Record<string, string> = {},
): Promise<ShownPage> {
  const form = page.forms.get(path);
  if (form === undefined) throw new Error(`the page has no form for ${path}: ${page.text}`);
  const strange = Object.keys(filled).filter((name) => !form.names.includes(name));
  if (strange.length > 0) throw new Error(`the form has no fields ${strange.join(', ')}`);
  const body = new URLSearchParams({ ...form.values, ...filled });
  return shown(await fetch(new URL(path, page.url), { method: 'POST', body, headers }));
}
