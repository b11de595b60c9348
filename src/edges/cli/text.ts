import { command, exitCodes, UsageError } from './command.ts';

const number = /^\+[1-9]\d{6,14}$/;

export const text = command({
  summary: 'sends a text message to the server, as somebody would',
  about:
    'Needs a running server that was started without a carrier account. Whoever writes stop, in ' +
    'whatever words, has what they allowed taken back in all of their calls, and is not called ' +
    'or texted any more. Shows what is answered.',
  operands: [{ name: 'WORDS', about: 'What is written, such as STOP.' }],
  options: {
    from: { value: 'NUMBER', about: 'Who writes, in E.164.', default: 'who calls by default' },
    to: { value: 'NUMBER', about: 'The number of yours, in E.164.' },
  },
  examples: [
    { args: 'STOP', does: 'takes back what the practice caller allowed' },
    { args: '"please no more calls" --from +12025550143', does: 'leaves a task for a person, too' },
    { args: 'STOP --json', does: 'prints {messageSid, replies}' },
  ],
  async run(input, { terminal, sendText }) {
    const [body = ''] = input.operands;
    const [from, to] = [input.value('from'), input.value('to')];
    for (const [option, given] of Object.entries({ from, to })) {
      if (given !== null && !number.test(given)) {
        throw new UsageError(`--${option} is not a number; allowed: E.164, such as +12025550143`);
      }
    }
    const { messageSid, replies } = await sendText({
      body,
      ...(from !== null && { from }),
      ...(to !== null && { to }),
    });
    if (input.json) terminal.out(JSON.stringify({ messageSid, replies }));
    else if (replies.length === 0) terminal.out('Nothing is answered.');
    else for (const reply of replies) terminal.out(`Answered: ${reply}`);
    return exitCodes.done;
  },
});
