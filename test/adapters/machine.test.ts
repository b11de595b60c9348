/** What the machine says of itself, looked at on the real one. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lookAtMachine } from '../../src/adapters/machine/look.ts';
import { consentry } from '../edges/cli/console.ts';
import { type ApiServer, startApi } from '../edges/http/api/support.ts';
import { root } from '../support/imports.ts';
import { smallDisk } from '../support/small-disk.ts';

let server: ApiServer;
let dir: string;
let keyPath: string;
beforeAll(async () => {
  server = await startApi();
  dir = mkdtempSync(join(tmpdir(), 'consentry-machine-'));
  keyPath = join(dir, 'kek');
  mkdirSync(join(dir, 'data', 'keys'), { recursive: true });
  writeFileSync(keyPath, Buffer.alloc(32));
  writeFileSync(join(dir, 'data', 'keys', 'kek'), Buffer.alloc(32));
  symlinkSync(join(dir, 'data', 'keys'), join(dir, 'elsewhere'));
});
afterAll(async () => {
  await server.close();
  rmSync(dir, { recursive: true, force: true });
});

const machineOf = (changes: Partial<Parameters<typeof lookAtMachine>[0]> = {}) =>
  lookAtMachine({
    dataDir: join(dir, 'data'),
    programDir: dir,
    keyPath,
    backupFile: join(dir, 'last-backup'),
    ...changes,
  });

describe('[cap 11] the doctor', () => {
  test('prints disk encryption, where the key lies, root and whether the program is read-only', async () => {
    const doctor = { ...server.parts.doctorParts, machine: machineOf() };
    const { out } = await consentry({ stores: { doctor } }, 'doctor', '--json');
    const finding = JSON.parse(out).findings.find(
      ({ capability }: { capability: number }) => capability === 11,
    );
    const root = process.getuid?.() === 0 ? 'runs as root' : 'does not run as root';
    expect(finding.says.split('; ')).toEqual([
      root,
      'can write its own program',
      expect.stringMatching(/^the disk is (not seen to be )?encrypted$/),
      `the key lies in ${keyPath}, apart from DATA_DIR`,
    ]);
    expect(finding.state).toBe('warn');
    expect(finding.mend).toContain('encrypted disk');
  });

  test('finds a key among what it opens, also behind a link', async () => {
    const inside = [join(dir, 'data', 'keys', 'kek'), join(dir, 'elsewhere', 'kek')];
    for (const path of inside) {
      expect((await machineOf({ keyPath: path }).look()).isKeyApart).toBe(false);
    }
    expect((await machineOf().look()).isKeyApart).toBe(true);
  });

  test('is beside a checklist for what no program can see', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const [, list = ''] = readme.split('**Before it goes live**');
    const [steps = ''] = list.split('\n- **');
    for (const word of [
      'disk is encrypted',
      'never as root',
      '--read-only',
      '`KEYS_URL`',
      'hoster',
    ]) {
      expect(steps).toContain(word);
    }
  });

  test('sees a file system that is read-only', async () => {
    const disk = await smallDisk('64k');
    try {
      const machine = machineOf({ programDir: disk.path });
      expect((await machine.look()).canChangeProgram).toBe(true);
      await disk.readOnly();
      expect((await machine.look()).canChangeProgram).toBe(false);
    } finally {
      await disk.close();
    }
  });
});
