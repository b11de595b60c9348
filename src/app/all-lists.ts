/** Everything that a screening looks at: the own list, and the registries in force. */

import type { Hit } from '../core/suppression/inquiry.ts';
import type { ListsInMemory } from './loaded-lists.ts';
import type { Lists, ListsNow } from './screen.ts';

export function allLists(own: Lists, registries: ListsInMemory): Lists {
  return {
    now(tenantId): ListsNow {
      const asked = own.now(tenantId);
      return {
        ...asked,
        states: registries.states(),
        hits: (number, channel, scopes) =>
          both(asked.hits(number, channel, scopes), registries.hits(number, channel)),
        hitsOfEach(numbers, channel, scopes) {
          const refused = asked.hitsOfEach(numbers, channel, scopes);
          const listed = registries.hitsOfEach(numbers, channel);
          return refused.map((hits, n) => both(hits, listed[n] ?? noHits));
        },
      };
    },
  };
}

const noHits: readonly Hit[] = Object.freeze([]);

function both(refused: readonly Hit[], listed: readonly Hit[]): readonly Hit[] {
  if (listed.length === 0) return refused;
  return refused.length === 0 ? listed : [...refused, ...listed];
}
