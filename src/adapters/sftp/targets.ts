/**
 * The SFTP servers exports may be brought to, from a file of the operator's: secrets stay in files
 * of their own, and nobody who can only use the API chooses where data of people goes.
 */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ConsentryError } from '../../core/error.ts';

export interface SftpTarget {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** SHA-256 fingerprints as `ssh-keygen -l` shows them; any of them is the server's. */
  readonly hostKeys: readonly string[];
  /** A private key, or a password, each in a file of its own. */
  readonly keyFile: string | null;
  readonly passwordFile: string | null;
  readonly folder: string;
}

const fingerprint = /^SHA256:[A-Za-z0-9+/]{43}$/;
const nameForm = /^[a-z0-9-]{1,40}$/;
const known = new Set([
  'name',
  'host',
  'port',
  'user',
  'hostKeys',
  'keyFile',
  'passwordFile',
  'folder',
]);

/** None when there is no file. @throws `setting_invalid`, with what is wrong and where */
export async function readTargets(path: string): Promise<readonly SftpTarget[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw wrong('cannot be read', error);
  }
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (error) {
    throw wrong('is not JSON', error);
  }
  if (!Array.isArray(list)) throw wrong('is not a list of targets');
  const targets = list.map((one: unknown, i) => readOne(one, i, dirname(path)));
  const names = targets.map(({ name }) => name);
  if (new Set(names).size < names.length) throw wrong('has two targets of one name');
  return targets;
}

function readOne(one: unknown, i: number, beside: string): SftpTarget {
  const at = (what: string) => wrong(`target ${i + 1}: ${what}`);
  if (typeof one !== 'object' || one === null) throw at('is not an object');
  const given = one as Readonly<Record<string, unknown>>;
  const strange = Object.keys(given).find((key) => !known.has(key));
  if (strange !== undefined) throw at(`\`${strange}\` is not known`);
  const text = (key: string): string | null => {
    const value = given[key];
    if (value === undefined) return null;
    if (typeof value !== 'string' || value === '') throw at(`\`${key}\` is not a text`);
    return value;
  };
  const needed = (key: string): string => {
    const value = text(key);
    if (value === null) throw at(`\`${key}\` is missing`);
    return value;
  };
  const name = needed('name');
  if (!nameForm.test(name)) throw at('`name` may have a-z, 0-9 and -, up to 40');
  const port = given['port'] ?? 22;
  if (!Number.isInteger(port) || Number(port) < 1 || Number(port) > 65_535) {
    throw at('`port` is not from 1 to 65535');
  }
  const hostKeys = given['hostKeys'];
  if (!Array.isArray(hostKeys) || hostKeys.length === 0) {
    throw at('`hostKeys` is missing: fingerprints as `ssh-keygen -l` shows them');
  }
  if (!hostKeys.every((key) => typeof key === 'string' && fingerprint.test(key))) {
    throw at('`hostKeys` has one that is not SHA256: and 43 characters');
  }
  const file = (key: string): string | null => {
    const value = text(key);
    return value === null ? null : resolve(beside, value);
  };
  const [keyFile, passwordFile] = [file('keyFile'), file('passwordFile')];
  if ((keyFile === null) === (passwordFile === null)) {
    throw at('one of `keyFile` and `passwordFile` has to be there');
  }
  return {
    name,
    host: needed('host'),
    port: Number(port),
    user: needed('user'),
    hostKeys: hostKeys as readonly string[],
    keyFile,
    passwordFile,
    folder: text('folder') ?? '.',
  };
}

function wrong(what: string, cause?: unknown): ConsentryError {
  return new ConsentryError('setting_invalid', `DATA_DIR/sftp.json ${what}`, { cause });
}
