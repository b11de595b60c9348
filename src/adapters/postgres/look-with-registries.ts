/**
 * Looks at all lines of a batch with registries that came into force, which may take a minute. The row
 * of the batch is held only while what was found is written, so that whoever reads changes of own
 * requests does not wait; and a transaction that has written nothing holds nobody's stream back.
 */
import type { Sql } from 'postgres';
import type { NewVersion, RegistryLook } from '../../app/batch-ports.ts';
import type { Tenant } from '../../app/call-ports.ts';
import type { Random } from '../../app/ports.ts';
import type { LineChange } from '../../core/suppression/live-batch.ts';
import type { Uuid } from '../../core/words.ts';
import { foundIn } from './batch-changes.ts';
import { against, pagesOf } from './batch-pages.ts';
import { type Live, liveBatches } from './live-batch-rows.ts';

/** Lines that changed, kept until they are written. */
const linesAtOnce = 2_000;

/** Those that a batch was not looked at with yet. */
export const missing = ({ asked, isMixed, looked }: Live, versions: readonly NewVersion[]) =>
  versions.filter((one) => !looked.includes(one.name) && one.matters(asked, isMixed));

/**
 * Cut short, it begins anew, and what was written is not written again. True: something was found.
 * False also if another process is at it.
 */
export async function lookWithRegistries(
  sql: Sql,
  tenant: Tenant,
  random: Pick<Random, 'uuid'>,
  { id, versions, at, isOver }: RegistryLook & { readonly id: Uuid },
): Promise<boolean> {
  let lines: LineChange[] = [];
  let isNews = false;

  async function write(looked: readonly string[]): Promise<void> {
    await sql.begin(async (tx) => {
      const [held] = await liveBatches(tx, tenant, id, 'wait');
      // It was ended meanwhile.
      if (held === undefined) return;
      const found = foundIn(tx, tenant.id, random);
      // The next version of the same list is no news of it.
      for (const line of lines) found.add(id, line, at, line.list);
      await tx`
        update screening_batch set looked = looked || ${[...looked]}::text[] where id = ${id}`;
      isNews = (await found.end()) || isNews;
    });
    lines = [];
  }

  await sql.begin(async (reading) => {
    const [lock] = await reading`
      select pg_try_advisory_xact_lock(hashtextextended(${`batch/${id}/registries`}, 0)) as mine`;
    if (lock?.['mine'] !== true) return;
    const [batch] = await liveBatches(reading, tenant, id, 'read');
    const due = batch === undefined ? [] : missing(batch, versions);
    if (batch === undefined || due.length === 0) return;
    for await (const pages of pagesOf(reading, id, null)) {
      if (isOver()) return;
      for (const { entries } of pages) lines.push(...against(batch, due, entries));
      if (lines.length >= linesAtOnce) await write([]);
    }
    await write(due.map(({ name }) => name));
  });
  return isNews;
}
