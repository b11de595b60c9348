/** A file of the server that runs, written whole or not at all. */
import { z } from 'zod';
import type { Scope } from '../../core/access/scope.ts';
import type { CommandParts, ServerAsk } from './parts.ts';
import { showProgress } from './progress.ts';
import { refuseTaken, writeWhole } from './write-file.ts';

const problem = z.looseObject({ title: z.string(), detail: z.string() });

/** False, with the reason said, where the server refused. Throws where it broke off. */
export async function fetchFile(
  parts: CommandParts,
  scope: Scope,
  { to, ...ask }: Pick<ServerAsk, 'path' | 'also'> & { readonly to: string },
  force: boolean,
): Promise<boolean> {
  await refuseTaken(to, force);
  const response = await parts.askServer(scope, { method: 'GET', ...ask });
  if (!response.ok || response.body === null) {
    const { title, detail } = problem.parse(await response.json());
    parts.terminal.err(detail === '' ? title : detail);
    return false;
  }
  const total = Number(response.headers.get('content-length') ?? 0);
  const progress = showProgress(parts.terminal, 'fetching');
  const onBytes = (bytes: number) => progress.at(bytes, total);
  try {
    await writeWhole(to, response.body, { force, onBytes });
  } finally {
    progress.end();
  }
  return true;
}
