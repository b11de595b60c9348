/** Lists on a real database, with versions and sealed files in folders of the test's own. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sql } from 'postgres';
import { openShelf } from '../../src/adapters/lists/shelf.ts';
import { readSource } from '../../src/adapters/lists/source.ts';
import { createListAccesses } from '../../src/adapters/postgres/list-accesses.ts';
import { createListBook } from '../../src/adapters/postgres/list-book.ts';
import { createListJobs } from '../../src/adapters/postgres/list-jobs.ts';
import { createOwnListBulk } from '../../src/adapters/postgres/own-list-bulk.ts';
import { sftpSources } from '../../src/adapters/sftp/pull.ts';
import { openFileVault } from '../../src/adapters/vault/file.ts';
import type { ListParts } from '../../src/app/list-parts.ts';
import { createEntryMaker, openingContext } from '../../src/app/make-entry.ts';
import { decodeOpening } from '../../src/core/ledger/entry.ts';
import { OwnIndex } from '../../src/core/suppression/own-index.ts';
import type { SeededTenant } from './seed-call.ts';

export interface ListWorld {
  readonly parts: ListParts;
  readonly folder: string;
  /** Where files lie that were sent. */
  readonly sent: string;
}

export async function listWorld(
  sql: Sql,
  tenant: SeededTenant,
  now: () => number,
  ownCopy: ListParts['ownCopy'] = new OwnIndex(),
): Promise<ListWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'consentry-list-world-'));
  const sent = join(folder, 'sent');
  const random = { bytes: (count: number) => randomBytes(count), uuid: () => randomUUID() };
  const parts: ListParts = {
    shelf: openShelf(join(folder, 'lists'), Buffer.alloc(32, 7)),
    readSource,
    jobs: createListJobs(sql, tenant.id),
    book: createListBook(sql, tenant.id),
    accesses: createListAccesses(sql, tenant.id),
    ownBulk: createOwnListBulk(sql, tenant),
    ownCopy,
    files: await openFileVault(sent),
    targets: sftpSources(join(folder, 'sftp.json'), () => true),
    entries: createEntryMaker(
      tenant,
      random,
      () => '',
      () => null,
    ),
    addressToken: () => '',
    openOpening: async ({ id, openingSealed }) =>
      decodeOpening(tenant.cipher.open(null, openingContext(id), openingSealed ?? Buffer.of())),
    tokenOf: (account) => tenant.cipher.token(`account/${account}`).toString('hex'),
    ciphers: () => tenant.cipher,
    tenantId: tenant.id,
    clock: { now, monotonic: now },
    random,
  };
  return { parts, folder, sent };
}

/** Numbers as the FTC writes them. */
export const numbers = (area: number, count: number, from = 0): readonly string[] =>
  Array.from({ length: count }, (_, i) => `${area},${2_000_000 + from + i}`);

export async function* inPieces(text: string | Buffer, size = 65_536): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
