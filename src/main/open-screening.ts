/** What a command screens with: the own list and the registries, read once and then followed. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { allLists } from '../app/all-lists.ts';
import { followLists } from '../app/follow-lists.ts';
import { followOwnList } from '../app/follow-own-list.ts';
import { ownLists } from '../app/own-lists.ts';
import type { Log } from '../app/ports.ts';
import { policyOf } from '../app/screening-policy.ts';
import { readConfig } from '../config.ts';
import { screener } from '../core/suppression/calling-rules-shipped.ts';
import type { CommandScreening } from '../edges/cli/parts.ts';
import { batchPartsOf } from './batches.ts';
import { clock } from './chance.ts';
import { layFoundation } from './foundation.ts';
import { openStores } from './stores.ts';

/** Null if there is no database here: a command that only asks does not make one. */
export async function openScreening(
  tell: (text: string) => void,
): Promise<CommandScreening | null> {
  const config = readConfig();
  const isThere = config.databaseUrl !== null || existsSync(join(config.dataDir, 'postgres'));
  if (!isThere) return null;
  const foundation = await layFoundation(config, false);
  try {
    const stores = await openStores(config, foundation);
    const log = quietLog(tell);
    const follower = followOwnList({ store: stores.ownList, copy: stores.ownIndex, clock, log });
    const lists = followLists({ shelf: stores.listShelf, memory: stores.registries, log });
    await follower.catchUp();
    await follower.start();
    await lists.look();
    const { value } = await stores.settings.current('screening');
    const own = ownLists({ copy: stores.ownIndex, follower, clock });
    return {
      tenantId: foundation.tenant.id,
      parts: {
        screener,
        people: stores.knownPeople,
        lists: allLists(own, stores.registries),
        policy: policyOf(value),
        clock,
      },
      batchParts: batchPartsOf(foundation, stores, follower),
      async close() {
        await lists.stop();
        await follower.stop();
        await stores.scriptFolder.close();
        await foundation.close();
      },
    };
  } catch (error) {
    await foundation.close();
    throw error;
  }
}

/** What went wrong is told; that all is well is not. */
function quietLog(tell: (text: string) => void): Log {
  const said = (_fields: object, message: string): void => tell(message);
  const unsaid = (): void => {};
  return { debug: unsaid, info: unsaid, warn: said, error: said };
}
