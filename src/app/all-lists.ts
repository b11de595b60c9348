/** Everything that a screening looks at: the own list, and the registries in force. */

import type { ListsInMemory } from './loaded-lists.ts';
import type { Lists, ListsNow } from './screen.ts';

export function allLists(own: Lists, registries: ListsInMemory): Lists {
  return {
    now(tenantId): ListsNow {
      const asked = own.now(tenantId);
      return {
        ...asked,
        states: registries.states(),
        hits(number, channel, campaign) {
          const listed = registries.hits(number, channel);
          const refused = asked.hits(number, channel, campaign);
          if (listed.length === 0) return refused;
          return refused.length === 0 ? listed : [...refused, ...listed];
        },
      };
    },
  };
}
