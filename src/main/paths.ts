/** Where things lie: beside the program, and in the data folder. */
import { join } from 'node:path';
import type { Config } from '../config.ts';

/** The same from `src/main` and from `dist/main`. */
const projectRoot = join(import.meta.dirname, '..', '..');

/** Of the program itself. */
export const programDir = projectRoot;

export const flowsDir = join(projectRoot, 'flows');
export const promptsDir = join(projectRoot, 'prompts');

export const spoolDir = (config: Config): string => join(config.dataDir, 'spool');
/** Files of lists that were sent and not read yet, sealed. */
export const listFilesDir = (config: Config): string => join(config.dataDir, 'list-files');
/** National-size lists, in versions. */
export const listsDir = (config: Config): string => join(config.dataDir, 'lists');
/** Sealed files of exports, until they expire. */
export const exportsDir = (config: Config): string => join(config.dataDir, 'exports');
/** Servers that exports may be brought to; written by the operator. */
export const sftpFile = (config: Config): string => join(config.dataDir, 'sftp.json');
/** Checkpoints kept outside the database. */
export const checkpointFile = (config: Config): string => join(config.dataDir, 'checkpoints');
/** Who was erased, kept outside the database. */
export const erasureFile = (config: Config): string => join(config.dataDir, 'erasures');
/** Its time is when the last backup was made: the way of the README touches it. */
export const backupFile = (config: Config): string => join(config.dataDir, 'last-backup');
/** Which calls were redacted by hand, kept outside the database. */
export const redactionFile = (config: Config): string => join(config.dataDir, 'redactions');
/** While a business ends, what it is at; afterwards, its certificate. */
export const endingDir = (config: Config): string => join(config.dataDir, 'ending');
/** Tells commands where the running server is. */
export const runFile = (config: Config): string => join(config.dataDir, 'run.json');
