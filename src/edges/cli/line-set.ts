import { setLine } from '../../app/lines.ts';
import { command, exitCodes, UsageError } from './command.ts';
import { lineInForce } from './line-in-force.ts';
import { lineText, viewLine } from './line-show.ts';
import { numberOf } from './operands.ts';
import { withStores } from './parts.ts';

export const lineSet = command({
  summary: 'sets a line up, or changes it',
  about:
    'What is not given stays as it is; a new line begins with what its callers get today: the ' +
    "default line's settings, or the built-in ones. Calls that are under way keep what they began " +
    'with; new ones hear the change within five seconds.',
  operands: [{ name: 'NUMBER', about: 'Your number, in international form.' }],
  options: {
    flow: { value: 'NAME', about: 'A published flow, such as inbound or inbound-speech.' },
    locale: { value: 'TAG', about: 'A locale of that flow, such as en.' },
    controller: { value: 'NAME', about: 'Who asks for permission, as spoken to the caller.' },
    agent: {
      value: 'ADDRESS',
      about: 'Who answers calls: a number, or sip:desk@example.com.',
    },
    'no-agent': { about: 'Dials nobody: callers wait alone in the bridge.' },
    team: { value: 'NAME', about: 'Whose calls they are, for people who see those of their team.' },
    'no-team': { about: 'The line belongs to no team.' },
    default: { about: 'Makes it the line that calls go out from when nothing else is said.' },
  },
  examples: [
    {
      args: "+4930123456 --controller 'Example Ltd' --agent +4930123457",
      does: 'asks in the name of Example Ltd and puts callers through',
    },
    { args: '+4930123456 --flow inbound-speech', does: 'takes words as answers too' },
    { args: '+4930123456 --no-agent --default', does: 'dials nobody, and is the default line' },
  ],
  run(input, parts) {
    const number = numberOf(input.operands[0]);
    if (input.has('agent') && input.has('no-agent')) {
      throw new UsageError('--agent and --no-agent exclude each other');
    }
    if (input.has('team') && input.has('no-team')) {
      throw new UsageError('--team and --no-team exclude each other');
    }
    return withStores(parts, async ({ lines, tenantId }) => {
      const now = await lineInForce(lines, tenantId, number);
      const line = await setLine(lines, tenantId, number, {
        flow: input.value('flow') ?? now.flow,
        locale: input.value('locale') ?? now.locale,
        controller: input.value('controller') ?? now.controller,
        agent: input.has('no-agent') ? null : (input.value('agent') ?? now.agent),
        team: input.has('no-team') ? null : (input.value('team') ?? undefined),
        isDefault: input.has('default') ? true : undefined,
      });
      parts.terminal.out(input.json ? JSON.stringify(viewLine(line)) : lineText(line));
      return exitCodes.done;
    });
  },
});
