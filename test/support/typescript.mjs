/**
 * Lets threads of the program run from its sources: the test runner turns TypeScript into
 * JavaScript for its own process only, and a thread that the program starts is not of it.
 */
import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

if (!isMainThread) register(import.meta.url);

export async function load(url, context, next) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context);
  const { transformWithOxc } = await import('vite');
  const path = new URL(url);
  const { code } = await transformWithOxc(await readFile(path, 'utf8'), path.pathname);
  return { format: 'module', source: code, shortCircuit: true };
}
