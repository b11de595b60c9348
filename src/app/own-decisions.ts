/** Numbers that stand on the own list by our own decision: read, and taken off again. */
import { ConsentryError } from '../core/error.ts';
import { mayLift } from '../core/suppression/lifting.ts';
import type { Channel, ListingScope } from '../core/suppression/own-change.ts';
import { invalid } from './cursor.ts';
import { change, type OptOutParts, type OptOutView, viewOfAll } from './opt-out.ts';
import type { Listed, OwnListBulk } from './own-list-ports.ts';

export interface Decision {
  /** E.164, or the beginning of numbers with `*` behind it. */
  readonly number: string;
  readonly channels: readonly Channel[];
  readonly scope: ListingScope;
  readonly by: string;
}

/**
 * @throws `not_found` where nothing of the kind is listed; `conflict` where it stands by the word of
 * somebody else, which only their own later word lifts
 */
export async function removeDecision(
  parts: OptOutParts,
  { number, channels, scope, by }: Decision,
): Promise<OptOutView> {
  const stands = (await parts.ownList.find(number)).filter(
    (one) => one.listed && channels.includes(one.channel) && one.scope === scope,
  );
  if (stands.length === 0) {
    throw new ConsentryError('not_found', 'the number is not listed in that scope');
  }
  const ours = stands.filter((one) => mayLift('decision', one));
  if (ours.length < stands.length) {
    const text =
      'it stands by their own word or by an import; their later word lifts it (POST /v1/opt-outs/lift), or undoing the import';
    throw new ConsentryError('conflict', text);
  }
  const about = { number, scope, by, reason: 'policy', source: 'api', evidence: null } as const;
  const guard = { reasons: ['policy'], listed: true } as const;
  const lifted = { ...about, channels: ours.map((one) => one.channel), listed: false, guard };
  for (const made of await change(parts, lifted)) parts.ownCopy.apply(made);
  return viewOfAll(number, await parts.ownList.find(number));
}

export interface OwnPage {
  readonly rows: readonly Listed[];
  readonly next: string | null;
}

/** Newest first. @throws `invalid_request` for a cursor that is not one of ours */
export async function pageOwnList(
  ownBulk: Pick<OwnListBulk, 'page'>,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<OwnPage> {
  const below = cursor === undefined ? null : placeOf(cursor);
  const rows = await ownBulk.page({ below, limit: limit + 1, source: null });
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  const next = last === undefined ? null : Buffer.from(String(last.seq)).toString('base64url');
  return { rows: shown, next };
}

function placeOf(cursor: string): number {
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw invalid('cursor', 'is not one of ours', '`next` of the page before');
}
