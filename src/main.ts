/** The program: `consentry serve`, and the commands beside it. */
import { SettingsError } from './config.ts';
import { ConsentryError } from './core/error.ts';
import { serveCommand } from './main/serve-command.ts';

async function main(argv: readonly string[]): Promise<number> {
  return serveCommand(argv.slice(1));
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const told = error instanceof SettingsError || error instanceof ConsentryError;
  const text = told ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
}
