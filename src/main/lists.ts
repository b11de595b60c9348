/** What works on lists, in the server and beside it. */
import { readSource } from '../adapters/lists/source.ts';
import type { ListParts } from '../app/list-parts.ts';
import { clock, random } from './chance.ts';
import type { Foundation } from './foundation.ts';
import type { Stores } from './stores.ts';

export function listPartsOf({ tenant }: Foundation, stores: Stores): Omit<ListParts, 'ownCopy'> {
  return {
    shelf: stores.listShelf,
    readSource,
    jobs: stores.listJobs,
    book: stores.listBook,
    accesses: stores.listAccesses,
    ownBulk: stores.ownBulk,
    files: stores.listFiles,
    targets: stores.pullTargets,
    entries: stores.entries,
    addressToken: stores.addressToken,
    openOpening: stores.openOpening,
    tokenOf: (account) => tenant.cipher.token(`account/${account}`).toString('hex'),
    ciphers: stores.ciphers,
    tenantId: tenant.id,
    clock,
    random,
  };
}
