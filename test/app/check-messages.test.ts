import { expect, test } from 'vitest';
import { checkMessages } from '../../src/app/check-messages.ts';
import { texting } from '../model/flows.ts';

const flows = [{ definition: texting, locales: ['en', 'de'] }];

test('no server starts with a message that says something of a person [cap 69]', () => {
  const said = (locale: string) =>
    locale === 'de' ? '{controller}: Anruf von {{from}}' : '{controller}: {choices}';
  expect(() => checkMessages(flows, said)).toThrow(
    expect.objectContaining({
      code: 'prompt_invalid',
      publicText: expect.stringContaining('de/address has the variable {{from}}'),
    }),
  );
  expect(() => checkMessages(flows, () => '{controller}: {choices}')).not.toThrow();
});
