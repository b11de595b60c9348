/** `consentry serve`: starts, tells people where to look, and stops on a signal. */
import { readConfig } from '../config.ts';
import { type RunningServer, serve } from './serve.ts';

export const serveSummary = 'start the server, and stay until it is stopped';

export const serveHelp = `consentry serve

Starts the server and stays until it is stopped (Ctrl-C, or SIGTERM): then answered webhooks finish
and live recordings are sealed.

Without settings everything runs on this machine: an embedded PostgreSQL and the vault in ./data,
and a loopback carrier to place simulated calls with. Settings are environment variables:

  PORT 8080, HOST 127.0.0.1, PUBLIC_URL     where the server listens, and what the carrier calls
  DATA_DIR ./data, DATABASE_URL             where things lie; absent: embedded PostgreSQL
  TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN     a real account instead of the loopback carrier
  BOOTSTRAP_API_KEY                         an administrator's API key, valid from the start
  API_PER_SECOND 1000                       requests a second for each key; screening is not counted
  LOG_LEVEL info, DURABILITY process        see the README for the whole table

Examples:
  npx consentry serve
  PORT=9000 DATA_DIR=/tmp/try npx consentry serve
`;

function banner(server: RunningServer): string {
  const lines = [
    '',
    `Consentry listens on ${server.listensAt}`,
    `  API      ${server.listensAt}/docs (description: ${server.listensAt}/openapi.json)`,
    `  health   ${server.listensAt}/readyz`,
  ];
  if (server.firstKey !== null) {
    lines.push(
      '',
      'Your first API key (an administrator; shown only now):',
      `  ${server.firstKey}`,
      'Use it as a bearer token:',
      `  curl -H "Authorization: Bearer ${server.firstKey}" ${server.listensAt}/v1/calls`,
    );
  } else {
    lines.push('', 'More API keys: npx consentry key create --name NAME --scopes admin');
  }
  if (server.carrierUrl !== null) {
    lines.push(
      '',
      'No carrier account is set, so a loopback carrier runs here. Place a call from another terminal:',
      '  npx consentry call --answer 1',
    );
  } else {
    lines.push(
      '',
      'In the carrier console, set the number up with:',
      `  voice    POST ${server.url}/twilio/voice`,
      `  status   POST ${server.url}/twilio/status`,
    );
  }
  return `${lines.join('\n')}\n\n`;
}

/**
 * Resolves when somebody asks for the end. It has to be called before anything is begun: who asks
 * during the start is heard then, and as the first process of a container nobody else hears them.
 */
function endAsked(): Promise<void> {
  return new Promise((resolve) => {
    let asked = 0;
    const onSignal = () => {
      asked += 1;
      if (asked === 2) process.exit(1); // whoever asks twice means now
      resolve();
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
}

/** Resolves to the exit code once the server has stopped. */
export async function serveCommand(argv: readonly string[]): Promise<number> {
  if (argv.length > 0) {
    process.stderr.write(
      `serve takes no arguments (got ${argv.length}); see consentry serve --help\n`,
    );
    return 2;
  }
  const asked = endAsked();
  const server = await serve(readConfig());
  process.stdout.write(banner(server)); // whether it stays or not: the first key is shown only now
  await asked;
  try {
    await server.stop();
    return 0;
  } catch (error) {
    process.stderr.write(`stopping failed: ${error instanceof Error ? error.message : error}\n`);
    return 1;
  }
}
