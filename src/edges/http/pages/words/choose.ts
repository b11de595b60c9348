/** Which language a page is in: what the browser asks for first of those there are. */
import type { IncomingMessage } from 'node:http';
import { en } from './en.ts';
import type { PageWords } from './page-words.ts';

const books: readonly PageWords[] = [en];

/** Longer lists than any browser's are not looked through. */
const tagsMax = 20;

export function wordsFor({ headers }: Pick<IncomingMessage, 'headers'>): PageWords {
  const wanted = (headers['accept-language'] ?? '')
    .split(',', tagsMax)
    .map((part) => {
      const [tag = '', weight = ''] = part.split(';');
      const q = Number(/^\s*q=([\d.]+)/.exec(weight)?.[1] ?? 1);
      return { tag: tag.trim().toLowerCase(), q };
    })
    .filter(({ q }) => q > 0)
    .toSorted((a, b) => b.q - a.q);
  for (const { tag } of wanted) {
    const found = books.find(({ locale }) => tag === locale || tag.startsWith(`${locale}-`));
    if (found !== undefined) return found;
  }
  return en;
}

/** Of a page that has a language of its own. */
export const wordsIn = (locale: string): PageWords =>
  books.find((one) => one.locale === locale.slice(0, 2)) ?? en;
