/** Joins requests about one's own data to what carries them out. */
import { addEntry } from '../adapters/postgres/entries.ts';
import type { CallLine } from '../app/call-parts.ts';
import { carryOutRight } from '../app/carry-out-right.ts';
import { withdrawChoices } from '../app/choices.ts';
import { correctPerson } from '../app/correct-person.ts';
import { erasePerson } from '../app/erase-person.ts';
import { optOut } from '../app/opt-out.ts';
import type { Screen } from '../app/outbound-ports.ts';
import type { RightsParts } from '../app/rights.ts';
import { codeSender } from '../app/send-code.ts';
import type { CallSystem } from './call-system.ts';
import { clock, random } from './chance.ts';
import type { Foundation } from './foundation.ts';
import type { Stores } from './stores.ts';

export function createRightsParts(
  { tenant, sql }: Foundation,
  stores: Stores,
  system: CallSystem,
  { screen, line }: { screen: Screen; line: () => Promise<CallLine | null> },
): RightsParts {
  const { people, entries } = stores;
  const { carrier, contacts } = system.parts;
  return {
    rights: stores.rights,
    people,
    entries,
    cipher: tenant.cipher,
    sender: codeSender({
      carrier,
      line,
      contacts,
      screen,
      people,
      entries,
      addEntry: (entry) => addEntry(sql, entry),
      clock,
      random,
    }),
    clock,
    random,
    async liftRestriction(personId) {
      const done = await stores.restrictions.set(personId, null);
      await system.forgetChannel.announce(personId);
      return done;
    },
    carryOut: carryOutRight({
      async restrict(personId) {
        await stores.restrictions.set(personId, clock.now());
        await system.forgetChannel.announce(personId);
      },
      withdraw: (personId, purpose, by) =>
        withdrawChoices(system.choiceParts, personId, purpose, by, 'api'),
      async optOut(personId, channels, by) {
        const person = await people.find(personId);
        if (person === null) return; // erased: the list has them if it had them
        const { number } = person;
        const why = { reason: 'withdrawal', source: 'api', scope: 'all', by } as const;
        await optOut(system.optOutParts, { number, channels, ...why });
      },
      correct: (personId, change, how) =>
        correctPerson(system.correctParts, personId, { change, ...how }),
      erase: (personId, by) => erasePerson(system.erasePersonParts, personId, by),
    }),
  };
}
