/**
 * Why this exists: postgres 3.4.9 throws a TypeError that nobody can catch when a connection dies
 * inside a transaction (its issues 1154 and 1208), which would take the server down together with
 * its database, and it leaks the connection. Until a release has the guard, two checks for a
 * missing socket are put into the installed copy. Running it again changes nothing; any other
 * version is left alone, and has to be looked at by whoever installs it.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const guardedVersion = '3.4.9';
const folder = new URL('../node_modules/postgres/', import.meta.url);
const file = new URL('src/connection.js', folder);
const mark = '/* guarded */';

const guards = [
  [
    "      return queryError(q, Errors.connection('CONNECTION_DESTROYED', options))\n",
    `\n    if (!socket) ${mark}\n      return queryError(q, Errors.connection('CONNECTION_CLOSED', options)), true\n`,
  ],
  [
    '  function nextWrite(fn) {\n',
    `    if (!socket) { ${mark}\n      chunk = nextWriteTimer = null\n      return false\n    }\n`,
  ],
];

const { version } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'));
let text = readFileSync(file, 'utf8');
if (version === guardedVersion && !text.includes(mark)) {
  for (const [after, guard] of guards) {
    if (!text.includes(after)) throw new Error(`postgres ${version} is not as it was: ${after}`);
    text = text.replace(after, after + guard);
  }
  writeFileSync(file, text);
} else if (version !== guardedVersion) {
  process.stderr.write(
    `postgres is ${version}, the guard is for ${guardedVersion}: see scripts/guard-postgres.js\n`,
  );
}
