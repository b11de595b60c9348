/** Permissions that ran out: each gets its entry, once, when its time has come. */
import type { Person } from './call-ports.ts';
import type { KeptChoice } from './choice-ports.ts';
import type { ChoiceParts } from './choices.ts';

const batch = 50;

export async function expireChoices(
  parts: Pick<ChoiceParts, 'choices' | 'people' | 'entries' | 'clock'>,
): Promise<void> {
  const at = parts.clock.now();
  for (const grant of await parts.choices.over(at, batch)) {
    const person = await parts.people.find(grant.personId);
    // Whoever was erased has no choices any more that could end.
    if (person !== null) await expire(parts, grant, person, at);
  }
}

async function expire(
  { choices, entries }: Pick<ChoiceParts, 'choices' | 'entries'>,
  grant: KeptChoice,
  person: Person,
  at: number,
): Promise<void> {
  const { purpose, scope, validUntil } = grant;
  const nothing = { document: null, box: null, guardian: null, ageBand: null };
  const entry = entries.choice(
    {
      ...nothing,
      kind: 'choice',
      purpose,
      number: person.number,
      what: 'expired',
      channel: 'clock',
      scope: scope === 'tenant' ? 'all' : `line:${scope.line}`,
      validUntil,
      by: 'clock',
      at,
    },
    person,
  );
  const choice: KeptChoice = {
    ...grant,
    id: entry.id,
    kind: 'expired',
    at,
    validUntil: null,
    channel: 'clock',
    document: null,
    guardian: false,
  };
  await choices.end(grant.id, choice, entry);
}
