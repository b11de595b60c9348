/**
 * Who is in which export, so that a person's own extract shows an export that held them. A row per
 * person and export would be as many rows as there are people; instead pseudonyms are kept in sorted
 * parts of some thousands, each with its first and last, of which a search reads one in sixteen.
 */
import { holdingPartTokens } from '../core/exports/holding.ts';
import type { Uuid } from '../core/words.ts';
import type { ExportJob } from './export-ports.ts';

export interface ExportHoldings {
  /** Of a person's id: the same as in the audit, cut to 16 bytes. */
  tokenOf(personId: Uuid): Buffer;
  /** Forgets what an earlier try wrote. */
  clear(exportId: Uuid): Promise<void>;
  /** Writes parts, each of tokens in order. */
  add(exportId: Uuid, parts: readonly Buffer[]): Promise<void>;
}

/** Held in memory, at about 100 bytes each, before they are sorted and written. */
const runTokens = 16 * holdingPartTokens;

export interface HeldPersons {
  add(persons: readonly Uuid[]): Promise<void>;
  end(): Promise<void>;
}

export async function rememberHeld(
  { holdings }: { readonly holdings: ExportHoldings },
  { id }: Pick<ExportJob, 'id'>,
): Promise<HeldPersons> {
  await holdings.clear(id);
  const run = new Set<Uuid>();
  async function write(): Promise<void> {
    if (run.size === 0) return;
    const tokens = [...run].map((person) => holdings.tokenOf(person)).sort(Buffer.compare);
    run.clear();
    const parts: Buffer[] = [];
    for (let i = 0; i < tokens.length; i += holdingPartTokens) {
      parts.push(Buffer.concat(tokens.slice(i, i + holdingPartTokens)));
    }
    await holdings.add(id, parts);
  }
  return {
    async add(persons) {
      for (const person of persons) run.add(person);
      if (run.size >= runTokens) await write();
    },
    end: write,
  };
}
