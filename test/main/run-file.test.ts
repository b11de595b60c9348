import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readRunFile, removeRunFile, writeRunFile } from '../../src/main/run-file.ts';

function place(): { folder: string; path: string } {
  const folder = mkdtempSync(join(tmpdir(), 'run-file-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return { folder, path: join(folder, 'run.json') };
}

/** A process that is alive, and ends with the test. */
async function another(): Promise<{ pid: number; end(): Promise<void> }> {
  const child: ChildProcess = spawn(process.execPath, ['-e', 'process.stdin.resume()']);
  const over = once(child, 'exit');
  await once(child, 'spawn');
  const end = async () => {
    child.kill('SIGKILL');
    await over;
  };
  onTestFinished(end);
  return { pid: child.pid ?? 0, end };
}

const where = { url: 'http://127.0.0.1:1', carrier: null };

test('a running server is found where it says it is, until it says it no more', async () => {
  const { folder, path } = place();
  const { pid } = await another();
  const carrier = { url: 'http://127.0.0.1:2', accountSid: `AC${'0'.repeat(32)}` };
  expect(readRunFile(path)).toBeNull();
  writeRunFile(path, { pid, ...where, carrier });
  expect(readRunFile(path)).toEqual({ pid, ...where, carrier });
  expect(readdirSync(folder)).toEqual(['run.json']);
  removeRunFile(path);
  expect(readRunFile(path)).toBeNull();
});

test('a server that was killed runs no more', async () => {
  const { path } = place();
  const { pid, end } = await another();
  writeRunFile(path, { pid, ...where });
  await end();
  expect(readRunFile(path)).toBeNull();
});

test('the own process is no other server, whatever a former one with its number left', () => {
  const { path } = place();
  writeRunFile(path, { pid: process.pid, ...where });
  expect(readRunFile(path)).toBeNull();
});

test.runIf(existsSync('/proc/self/stat'))(
  'a stranger that was given the number of a killed server is no server',
  async () => {
    const { path } = place();
    const { pid } = await another();
    writeRunFile(path, { pid, ...where });
    const content = JSON.parse(readFileSync(path, 'utf8'));
    expect(content.begun).toMatch(/^\d+$/);
    writeFileSync(path, JSON.stringify({ ...content, begun: String(Number(content.begun) - 1) }));
    expect(readRunFile(path)).toBeNull();
  },
);

test.each(['', '\0\0\0', '{"pid":', '[]', 'null', '{"pid":-1,"url":"","carrier":null}'])(
  'what cannot be understood (%j) keeps nobody from starting',
  async (text) => {
    const { path } = place();
    const { pid } = await another();
    writeFileSync(path, text);
    expect(readRunFile(path)).toBeNull();
    writeRunFile(path, { pid, ...where });
    expect(readRunFile(path)).toEqual({ pid, ...where });
  },
);

test('a file that cannot be put in its place leaves nothing half written', () => {
  const { folder, path } = place();
  mkdirSync(join(path, 'in-the-way'), { recursive: true });
  expect(() => writeRunFile(path, { pid: process.pid, ...where })).toThrow();
  expect(readdirSync(folder)).toEqual(['run.json']);
});
