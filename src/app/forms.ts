/** Forms that ask for permissions: published as versions that stay, and shown by their hash. */
import { type ConsentForm, formHash, supersededBy } from '../core/consent/form.ts';
import { formFaults } from '../core/consent/form-faults.ts';
import { preferencesName, shippedPreferences } from '../core/consent/preferences-form.ts';
import { ConsentryError } from '../core/error.ts';
import type { FormStore, FormVersion } from './form-ports.ts';
import type { Clock } from './ports.ts';

export interface FormParts {
  readonly forms: FormStore;
  readonly clock: Clock;
}

/**
 * Publishing again what is in force changes nothing.
 *
 * @throws `form_invalid` with every mistake; `conflict` where somebody else published meanwhile
 */
export async function publishForm(
  { forms, clock }: FormParts,
  form: ConsentForm,
  by: string,
): Promise<FormVersion> {
  const mistakes = formFaults(form);
  if (mistakes.length > 0) {
    const text = mistakes.map(({ path, what, allowed }) => `${path}: ${what}; allowed: ${allowed}`);
    throw new ConsentryError('form_invalid', text.join(' | '), { mistakes });
  }
  const earlier = await forms.versions(form.name, form.locale);
  const last = earlier.at(-1);
  if (last !== undefined && formHash(form, last.version) === last.hash) return last;
  const version = (last?.version ?? 0) + 1;
  const made = { form, version, hash: formHash(form, version), by, at: clock.now() };
  if (await forms.publish(made, supersededBy(form, earlier))) return made;
  throw new ConsentryError('conflict', 'somebody published that version meanwhile; look at it');
}

/** The form of the page of choices: the business's own, or the one that the program brings. */
export async function preferencesForm(parts: FormParts, controller: string): Promise<FormVersion> {
  const current = await parts.forms.current(preferencesName, 'en');
  if (current !== null && current.by !== 'shipped') return current;
  try {
    return await publishForm(parts, shippedPreferences(controller), 'shipped');
  } catch (thrown) {
    // Another process was quicker with the same.
    const now = await parts.forms.current(preferencesName, 'en');
    if (now === null) throw thrown;
    return now;
  }
}

/** @throws `not_found` */
export async function formInForce(
  { forms }: Pick<FormParts, 'forms'>,
  name: string,
  locale: string,
): Promise<FormVersion> {
  const found = await forms.current(name, locale);
  if (found === null) throw new ConsentryError('not_found');
  return found;
}
