/** Text that is markup already. Only `html` and `raw` make it. */
export interface Html {
  readonly text: string;
}

type Value = string | number | Html | readonly Value[];

/** Markup with values in it; every value that is not markup itself is escaped. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  const text = parts.map((part, index) => part + render(values[index] ?? '')).join('');
  return { text };
}

/** Only for text of our own. */
export const raw = (text: string): Html => ({ text });

function render(value: Value): string {
  if (typeof value === 'string' || typeof value === 'number') return escaped(String(value));
  return isList(value) ? value.map(render).join('') : value.text;
}

const isList = (value: readonly Value[] | Html): value is readonly Value[] => Array.isArray(value);

const marks: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (mark) => marks[mark] ?? '');
