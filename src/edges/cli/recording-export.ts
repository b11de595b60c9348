import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type ExportedFile, exportAge, exportWav } from '../../app/export-recording.ts';
import type { Uuid } from '../../core/words.ts';
import { command, exitCodes, type Input, UsageError } from './command.ts';
import { idOf } from './operands.ts';
import { type CommandParts, type CommandStores, withStores } from './parts.ts';
import { showProgress } from './progress.ts';
import { refuseTaken, writeWhole } from './write-file.ts';

export const recordingExport = command({
  summary: 'writes a recording as a WAV file, or sealed as an age file',
  about:
    'Writes the sound with silence where it has gaps: mu-law, 8 kHz, one channel. With --age the ' +
    'recording is not decrypted: it is handed over as a standard age v1 file that the holder of ' +
    "the recipient's identity opens with `age -d`. Each export is entered in the ledger as a " +
    'download before the first byte is written. Files are readable by their owner only, and are ' +
    'there whole or not at all.',
  operands: [{ name: 'ID', about: 'The recording, as `consentry recording list` shows it.' }],
  options: {
    out: {
      value: 'FILE',
      about: 'Where to write.',
      default: './ID.wav, with --age ./ID.wav.age',
    },
    age: {
      value: 'RECIPIENT',
      valueIf: /^age1/,
      about: 'Writes an age file for this X25519 recipient (age1…); needs one, or --identity-out.',
    },
    'identity-out': {
      value: 'FILE',
      about:
        'With --age: makes a fresh identity, writes it here and seals to it. Never replaces a file.',
    },
    force: { about: 'Replaces the file of --out if it is there.' },
  },
  examples: [
    {
      args: '0198c2f4-7a10-4c56-8e21-5d0f4b6a9c33',
      does: 'writes ./0198c2f4-7a10-4c56-8e21-5d0f4b6a9c33.wav',
    },
    {
      args: '0198c2f4-7a10-4c56-8e21-5d0f4b6a9c33 --age --identity-out key.txt --out call.age',
      does: 'writes call.age; `age -d -i key.txt call.age > call.wav` opens it',
    },
    {
      args: '0198c2f4-7a10-4c56-8e21-5d0f4b6a9c33 --age age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg',
      does: 'seals it to somebody who gave you their recipient',
    },
  ],
  async run(input, parts) {
    const id = idOf(input.operands[0], 'a recording', 'recording list');
    const wanted = readWanted(input, id);
    await refuseTaken(wanted.out, wanted.force);
    if (wanted.age !== null && 'identityOut' in wanted.age) {
      await refuseTaken(wanted.age.identityOut, false);
    }
    const exported = await withStores(parts, (stores) => exportTo(parts, stores, id, wanted));
    report(input, parts, exported);
    return exitCodes.done;
  },
});

interface Wanted {
  readonly out: string;
  readonly force: boolean;
  /** Null: a WAV file. */
  readonly age: { readonly recipient: string } | { readonly identityOut: string } | null;
}

function readWanted(input: Input<'out' | 'age' | 'identity-out' | 'force'>, id: Uuid): Wanted {
  const identityOut = input.value('identity-out');
  const recipient = input.value('age');
  if (identityOut !== null && !input.has('age')) {
    throw new UsageError('--identity-out belongs to --age; a WAV file is not sealed');
  }
  if (identityOut !== null && recipient !== null) {
    throw new UsageError('--age has a recipient already; leave out it or --identity-out');
  }
  const out = input.value('out') ?? `./${id}.wav${input.has('age') ? '.age' : ''}`;
  const wanted = { out, force: input.has('force') };
  if (!input.has('age')) return { ...wanted, age: null };
  if (recipient !== null) return { ...wanted, age: { recipient } };
  if (identityOut === null) {
    throw new UsageError(
      '--age needs to know for whom: a recipient (age1…) or --identity-out FILE',
    );
  }
  if (resolve(identityOut) === resolve(out)) {
    throw new UsageError('--identity-out and --out name the same file');
  }
  return { ...wanted, age: { identityOut } };
}

interface Exported {
  readonly id: Uuid;
  readonly file: string;
  readonly format: 'wav' | 'age';
  readonly bytes: number;
  /** Whom an age file was sealed to. */
  readonly recipient: string | null;
  /** Where the identity made for it lies. */
  readonly identityFile: string | null;
}

async function exportTo(
  parts: CommandParts,
  stores: CommandStores,
  id: Uuid,
  { out, force, age }: Wanted,
): Promise<Exported> {
  const { recordings } = stores;
  if (age === null) {
    const bytes = await pour(parts, stores, id, await exportWav(recordings, id), { out, force });
    return { id, file: out, format: 'wav', bytes, recipient: null, identityFile: null };
  }
  const made = 'identityOut' in age ? { ...(await parts.newIdentity()), ...age } : null;
  const recipient = made?.recipient ?? ('recipient' in age ? age.recipient : '');
  const file = await exportAge(recordings, id, recipient);
  const identityFile = made?.identityOut ?? null;
  // The identity is on disk before anything is sealed to it, and goes if nothing was.
  if (made !== null) await writeIdentity(made);
  try {
    const bytes = await pour(parts, stores, id, file, { out, force });
    return { id, file: out, format: 'age', bytes, recipient, identityFile };
  } catch (error) {
    if (identityFile !== null) await rm(identityFile, { force: true });
    throw error;
  }
}

async function writeIdentity(made: {
  readonly identity: string;
  readonly recipient: string;
  readonly identityOut: string;
}): Promise<void> {
  const text = `# public key: ${made.recipient}\n${made.identity}\n`;
  await writeWhole(made.identityOut, [Buffer.from(text)], { force: false });
}

async function pour(
  { terminal }: CommandParts,
  { noteDownload }: CommandStores,
  id: Uuid,
  file: ExportedFile,
  { out, force }: { readonly out: string; readonly force: boolean },
): Promise<number> {
  await noteDownload(id);
  const progress = showProgress(terminal, 'writing');
  try {
    return await writeWhole(out, file.chunks, {
      force,
      onBytes: (bytes) => progress.at(bytes, file.bytes),
    });
  } finally {
    progress.end();
  }
}

function report({ json }: Input, { terminal }: CommandParts, exported: Exported): void {
  if (json) {
    terminal.out(JSON.stringify(exported));
    return;
  }
  const { file, bytes, identityFile } = exported;
  terminal.out(`wrote ${file} (${bytes} bytes)`);
  if (identityFile !== null) {
    terminal.out(
      `wrote ${identityFile}; \`age -d -i ${identityFile} ${file}\` opens the recording`,
    );
  }
}
