/** In which advertisement the number of a line is shown. */
import { z } from 'zod';
import { command, exitCodes, UsageError } from './command.ts';
import { numberOf } from './operands.ts';
import { askPerson as ask } from './person.ts';

const line = z.looseObject({ id: z.string() });
const tracked = z.object({ line: z.string(), campaign: z.string(), source: z.string() });
const settings = z.looseObject({ lines: z.array(tracked), version: z.number() });
const path = '/settings/call-tracking';

export const lineTrack = command({
  summary: 'says in which advertisement the number of a line is shown',
  about:
    'Campaign and source are kept of a call as it ends, if its caller allows `call-tracking`, and ' +
    'taken away when they say no. Put what `notice render call-tracking --html` prints beside the ' +
    'number.',
  operands: [{ name: 'NUMBER', about: 'Your number, in international form.' }],
  options: {
    campaign: { value: 'NAME', about: 'The campaign.' },
    source: { value: 'NAME', about: 'Where it is shown, such as a website or a newspaper.' },
    off: { about: 'It is shown in no advertisement of its own any more.' },
  },
  examples: [
    {
      args: '+18885550100 --campaign spring --source newspaper',
      does: 'tells calls of the newspaper from others',
    },
    { args: '+18885550100 --off --json', does: 'ends it' },
  ],
  async run(input, parts) {
    const number = numberOf(input.operands[0]);
    const [campaign, source] = [input.value('campaign'), input.value('source')];
    const isOff = input.has('off');
    const isOn = campaign !== null && source !== null;
    if (isOff ? campaign !== null || source !== null : !isOn) {
      throw new UsageError('give --campaign and --source, or --off alone');
    }
    const at = `/lines/${encodeURIComponent(number)}`;
    const found = await ask(parts, 'lines:read', { method: 'GET', path: at });
    if (found === null) return exitCodes.failed;
    const now = await ask(parts, 'lines:read', { method: 'GET', path });
    if (now === null) return exitCodes.failed;
    const { id } = line.parse(found);
    const { lines, version } = settings.parse(now);
    const others = lines.filter((one) => one.line !== id);
    const own = isOn ? [{ line: id, campaign, source }] : [];
    const body = { lines: [...others, ...own], version };
    const answer = await ask(parts, 'lines:write', { method: 'PUT', path, body });
    if (answer === null) return exitCodes.failed;
    const said = isOn ? `calls come from ${campaign}, ${source}` : 'nothing is kept of it any more';
    parts.terminal.out(input.json ? JSON.stringify(answer) : said);
    return exitCodes.done;
  },
});
