/** The own list as screening reads it: this process's copy, and whether it may be behind. */
import type { Channel, Hit } from '../core/suppression/inquiry.ts';
import type { ListingScope } from '../core/suppression/own-change.ts';
import type { OwnIndex, OwnListing } from '../core/suppression/own-index.ts';
import type { Follower } from './follow-own-list.ts';
import type { Clock } from './ports.ts';
import { type Lists, type ListsNow, oneByOne } from './screen.ts';

export interface OwnListParts {
  readonly copy: Pick<OwnIndex, 'find' | 'mayHold'>;
  readonly follower: Pick<Follower, 'isStale' | 'place'>;
  readonly clock: Clock;
}

const none: readonly Hit[] = Object.freeze([]);
const otherChannel = { call: 'text', text: 'call' } as const;
/** The copy counts in seconds; a request is taken to be as late as it may have been. */
const secondMs = 1_000;

export function ownLists({ copy, follower, clock }: OwnListParts): Lists {
  function hits(number: string, channel: Channel, scopes: readonly ListingScope[]): readonly Hit[] {
    if (!copy.mayHold(number)) return none;
    const at = clock.now();
    const own = copy.find(number, channel, scopes, at);
    // a stop that is only probable covers both until somebody has looked at it
    const other = copy.find(number, otherChannel[channel], scopes, at);
    if (own.length === 0 && other.length === 0) return none;
    const probable = other.filter(({ provisional }) => provisional);
    return [...own, ...probable].map(hitOf);
  }
  return {
    now: (): ListsNow => ({
      states: new Map(),
      asOf: follower.place()?.seq ?? null,
      ageMs: follower.isStale() ? Number.POSITIVE_INFINITY : 0,
      hits,
      hitsOfEach: oneByOne(hits),
    }),
  };
}

function hitOf({ scope, reason, provisional, since, seq }: OwnListing): Hit {
  const hit = {
    list: 'own',
    version: String(seq),
    since: since + secondMs - 1,
    provisional,
  };
  if (scope.startsWith('campaign:')) {
    return { ...hit, kind: 'campaign', campaign: scope.slice('campaign:'.length) };
  }
  return { ...hit, kind: reason === 'withdrawal' ? 'withdrawn' : 'internal' };
}
