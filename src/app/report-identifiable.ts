/** What is still identifiable: counts by kind, and how strong the last release is. */
import {
  type IdentifiableKind,
  type Remaining,
  redactedPercent,
  strengthOf,
} from '../core/retention/identifiable.ts';
import type { Instant } from '../core/words.ts';
import type { ReleaseStore } from './report-ports.ts';

export interface IdentifiableReads {
  /** Nothing of anybody is read. */
  remaining(): Promise<Readonly<Record<IdentifiableKind, Remaining>>>;
}

export interface IdentifiableParts {
  readonly identifiable: IdentifiableReads;
  readonly releases: Pick<ReleaseStore, 'list'>;
}

const dayMs = 86_400_000;

export async function reportIdentifiable(
  { identifiable, releases }: IdentifiableParts,
  asOf: Instant,
) {
  const [kinds, [last]] = await Promise.all([identifiable.remaining(), releases.list()]);
  return {
    asOf,
    kinds: Object.entries(kinds).map(([kind, of]) => ({
      kind: kind as IdentifiableKind,
      ...of,
      oldestDays: of.oldest === null ? null : Math.floor((asOf - of.oldest) / dayMs),
      redactedPercent: redactedPercent(of),
    })),
    release: last === undefined ? null : strengthOf(last.month, last.table),
  };
}
