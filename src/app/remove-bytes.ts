/** Removes what is left of recordings whose headers are gone, and looks again. */
import { ConsentryError } from '../core/error.ts';
import type { Uuid } from '../core/words.ts';
import type { Spool, Vault } from './ports.ts';
import type { RetentionStore } from './retention-ports.ts';

export interface BytesParts {
  readonly retention: Pick<RetentionStore, 'vaultNames'>;
  readonly vault: Pick<Vault, 'remove' | 'size'>;
  readonly spool: Pick<Spool, 'remove' | 'read'>;
}

/** Resolves to those that are still there, or could not be looked at. */
export async function removeBytes(
  { retention, vault, spool }: BytesParts,
  ids: readonly Uuid[],
): Promise<readonly Uuid[]> {
  if (ids.length === 0) return [];
  const left: Uuid[] = [];
  for (const [id, name] of await retention.vaultNames(ids)) {
    const isGone = await attempt(async () => {
      await vault.remove(name);
      await spool.remove(id);
      return (await vault.size(name)) === null && (await spool.read(id)) === null;
    });
    if (!isGone) left.push(id);
  }
  return left;
}

async function attempt(remove: () => Promise<boolean>): Promise<boolean> {
  try {
    return await remove();
  } catch (error) {
    if (error instanceof ConsentryError) return false;
    throw error;
  }
}
