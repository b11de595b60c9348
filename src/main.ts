/** The program: `consentry serve`, and the commands beside it. */
import { SettingsError } from './config.ts';
import { ConsentryError } from './core/error.ts';
import { runCommand } from './edges/cli/run.ts';
import { commandParts } from './main/commands.ts';

try {
  process.exitCode = await runCommand(process.argv.slice(2), commandParts());
} catch (error) {
  // What a person did wrong is one line; what we did wrong is a stack.
  const told = error instanceof SettingsError || error instanceof ConsentryError;
  const text = told ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
}
