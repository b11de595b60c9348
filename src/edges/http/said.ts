/**
 * Words for the carrier to say to somebody on a bridge: prompts, in their language, one after the
 * other. Without login or state, because they are what every caller hears, and name nobody.
 */
import { Router } from 'express';
import { ConsentryError } from '../../core/error.ts';

export interface SaidParts {
  /** The document that says the prompts; null if one of them is not there. */
  document(locale: string, promptIds: readonly string[]): string | null;
}

const localeForm = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$/;
const promptsForm = /^[a-z][a-z0-9-]{0,63}(\+[a-z][a-z0-9-]{0,63}){0,9}$/;

export function saidRouter({ document }: SaidParts): Router {
  const router = Router();
  router.get('/:locale/:prompts', (request, response) => {
    const { locale = '', prompts = '' } = request.params;
    const fits = localeForm.test(locale) && promptsForm.test(prompts);
    const found = fits ? document(locale, prompts.split('+')) : null;
    if (found === null) throw new ConsentryError('not_found');
    response.set({ 'content-type': 'text/xml', 'cache-control': 'no-store' }).send(found);
  });
  return router;
}
