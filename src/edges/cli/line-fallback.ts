import { command, exitCodes } from './command.ts';
import { lineInForce } from './line-in-force.ts';
import { numberOf } from './operands.ts';
import { withStores } from './parts.ts';

export const lineFallback = command({
  summary: "prints the document for the carrier's fallback URL of a number",
  about:
    'When this server cannot be reached, the carrier fetches the document of the fallback URL ' +
    'instead: it says that the call is not recorded and lets the caller through. Put it on any ' +
    'other host, and print it again after the agent of the line has changed.',
  operands: [{ name: 'NUMBER', about: 'Your number, in international form.' }],
  options: {},
  examples: [
    { args: '+4930123456 > fallback.xml', does: 'writes the document to a file' },
    { args: '+4930123456 --json', does: 'prints number and document as JSON' },
  ],
  run(input, parts) {
    const number = numberOf(input.operands[0]);
    return withStores(parts, async ({ lines, tenantId, fallbackDocument }) => {
      const line = await lineInForce(lines, tenantId, number);
      const document = fallbackDocument({ ...line, number });
      parts.terminal.out(input.json ? JSON.stringify({ number, document }) : document.trimEnd());
      return exitCodes.done;
    });
  },
});
