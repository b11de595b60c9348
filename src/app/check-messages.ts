/** For the start: no published flow may write a message that says something of a person. */
import { ConsentryError } from '../core/error.ts';
import type { CompiledFlow } from '../core/flow/compile.ts';
import { templateFaults } from '../core/messages/template.ts';

/** @throws `prompt_invalid`, with the prompt and what is wrong with it */
export function checkMessages(
  flows: readonly Pick<CompiledFlow, 'definition' | 'locales'>[],
  textOf: (locale: string, id: string) => string | null,
): void {
  for (const { definition, locales } of flows) {
    const ids = Object.values(definition.steps).flatMap((step) =>
      'text' in step ? [step.text] : [],
    );
    for (const locale of locales) {
      for (const id of ids) {
        const [fault] = templateFaults(textOf(locale, id) ?? '');
        if (fault === undefined) continue;
        throw new ConsentryError('prompt_invalid', `${locale}/${id} ${fault}`);
      }
    }
  }
}
