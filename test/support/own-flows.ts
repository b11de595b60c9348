/** A folder with flows of a test's own, published, beside the shipped prompts and some of its own. */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadFlows, lockFileIn } from '../../src/adapters/flows/files.ts';
import { versionLock } from '../../src/adapters/flows/lock-file.ts';
import { loadPrompts } from '../../src/adapters/prompts/files.ts';
import { publishFlow } from '../../src/app/publish-flow.ts';
import { root } from './imports.ts';

export interface OwnFlows {
  readonly folders: { readonly flows: string; readonly prompts: string };
  remove(): Promise<void>;
}

/**
 * @param yamls whole flows, by name; `agent` and `inbound` are there too
 * @param words English prompts, by id
 */
export async function ownFlows(
  yamls: Readonly<Record<string, string>>,
  words: Readonly<Record<string, string>> = {},
): Promise<OwnFlows> {
  const folder = await mkdtemp(join(tmpdir(), 'consentry-flows-'));
  const folders = { flows: join(folder, 'flows'), prompts: join(folder, 'prompts') };
  await cp(join(root, 'prompts'), folders.prompts, { recursive: true });
  await mkdir(folders.flows);
  await writeFile(lockFileIn(folders.flows), '');
  for (const name of ['agent', 'inbound']) {
    await mkdir(join(folders.flows, name));
    await cp(join(root, 'flows', name, '1.yaml'), join(folders.flows, name, '1.yaml'));
  }
  for (const [id, text] of Object.entries(words)) {
    await writeFile(join(folders.prompts, 'en', `${id}.txt`), text);
  }
  for (const [name, yaml] of Object.entries(yamls)) {
    await mkdir(join(folders.flows, name), { recursive: true });
    await writeFile(join(folders.flows, name, '1.yaml'), yaml);
  }
  for (const name of ['agent', 'inbound', ...Object.keys(yamls)]) {
    const flows = await loadFlows(folders.flows);
    const { text: promptText } = await loadPrompts(folders.prompts);
    const lock = versionLock(lockFileIn(folders.flows));
    const isUnchanged = async () => true;
    const parts = { flows: flows.all(), published: flows.published, promptText, lock, isUnchanged };
    const outcome = await publishFlow(parts, name, 1);
    if (!outcome.done) throw new Error(`${name}: ${JSON.stringify(outcome)}`);
  }
  return { folders, remove: () => rm(folder, { recursive: true }) };
}
