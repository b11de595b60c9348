/** Which listings of the own list concern a contact. */
import type { ScreeningPurpose } from './inquiry.ts';
import type { ListingScope } from './own-change.ts';

/** Stand for every campaign and for every line, where a contact may be of any. */
export const anyCampaign = 'campaign:*';
export const anyLine = 'line:*';

/**
 * Those for everything, for its campaign and for its line. What sells and does not say which campaign
 * it belongs to, or which line it is from, may be of the one that somebody wants to be left alone by:
 * then all of them concern it.
 *
 * @param line the id of a line of ours
 */
export function scopesOf(
  purpose: ScreeningPurpose,
  campaign: string | null,
  line: string | null,
): readonly ListingScope[] {
  const sells = purpose !== 'service';
  const scopes: ListingScope[] = ['all'];
  if (campaign !== null) scopes.push(`campaign:${campaign}`);
  else if (sells) scopes.push(anyCampaign);
  if (line !== null) scopes.push(`line:${line}`);
  else if (sells) scopes.push(anyLine);
  return scopes;
}

/** @param scopes those that concern a contact */
export function concerns(scopes: readonly ListingScope[], scope: ListingScope): boolean {
  if (scope === 'all' || scopes.includes(scope)) return true;
  return scopes.includes(scope.startsWith('campaign:') ? anyCampaign : anyLine);
}
