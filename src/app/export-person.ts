/**
 * What is held of one person, for that person: their calls, every fact with what it says, choices,
 * listings and recordings. Each fact has its receipt's id; what it says is what its leaf commits to.
 */
import { ConsentryError } from '../core/error.ts';
import type { Json } from '../core/ledger/canonical.ts';
import type { Opening } from '../core/ledger/entry.ts';
import { emptyProfile } from '../core/person/profile.ts';
import type { Instant, Uuid } from '../core/words.ts';
import type { People } from './call-ports.ts';
import { type ChoiceParts, showChoices } from './choices.ts';
import { type ProfileParts, showProfile } from './correct-person.ts';
import { type InventoryStore, type InventoryView, showInventory } from './inventory.ts';
import type { OpenOpening, SealedOpening } from './ledger-ports.ts';
import type { OwnListStore } from './own-list-ports.ts';
import { type RestrictionStore, refuseRestricted } from './restrictions.ts';

export interface ExportStore {
  calls(personId: Uuid): Promise<
    readonly {
      readonly id: Uuid;
      readonly role: string;
      readonly direction: string;
      readonly startedAt: Instant;
      readonly endedAt: Instant | null;
      /** How many others were on it, whose data is not in here. */
      readonly others: number;
    }[]
  >;
  recordings(personId: Uuid): Promise<
    readonly {
      readonly id: Uuid;
      readonly callId: Uuid;
      readonly state: string;
      readonly startedAt: Instant;
      readonly durationMs: number | null;
      readonly sha256: string | null;
    }[]
  >;
  entries(personId: Uuid): Promise<
    readonly (SealedOpening & {
      readonly kind: string;
      readonly purpose: string | null;
      readonly at: Instant;
    })[]
  >;
}

export interface ExportPersonParts {
  readonly exports: ExportStore;
  readonly inventory: InventoryStore;
  readonly people: Pick<People, 'find'>;
  readonly ownList: Pick<OwnListStore, 'find'>;
  readonly openOpening: OpenOpening;
  readonly restrictions: Pick<RestrictionStore, 'ofPerson'>;
  readonly profileParts: ProfileParts;
  /** Whether they asked for a copy themselves, and are known to be who they say. */
  readonly wantsCopy: (personId: Uuid) => Promise<boolean>;
  readonly choiceParts: Pick<ChoiceParts, 'choices' | 'clock'>;
}

const iso = (at: Instant): string => new Date(at).toISOString();

/** @throws `not_found`; `restricted`, unless it is the copy that they asked for */
export async function exportPerson(parts: ExportPersonParts, id: Uuid) {
  const { exports, people, ownList, openOpening, choiceParts, restrictions } = parts;
  const { linked, ...profile } = await profileOf(parts.profileParts, id);
  if (!(await parts.wantsCopy(id))) await refuseRestricted(restrictions.ofPerson(id));
  const inventory: InventoryView = await showInventory(parts.inventory, id);
  const person = await people.find(id);
  const [calls, recordings, entries, choices, listings] = await Promise.all([
    exports.calls(id),
    exports.recordings(id),
    exports.entries(id),
    showChoices(choiceParts, id),
    person === null ? [] : ownList.find(person.number),
  ]);
  const facts = [];
  for (const entry of entries) {
    const { kind, purpose, at } = entry;
    const opening = entry.openingSealed === null ? null : await openOpening(entry);
    const says = opening === null ? null : saidIn(opening);
    facts.push({ receiptId: entry.id, kind, purpose, at: iso(at), says });
  }
  return {
    id,
    number: person?.number ?? null,
    profile,
    linked,
    erased: inventory.erased,
    exportedAt: iso(choiceParts.clock.now()),
    held: inventory.categories,
    calls: calls.map(({ startedAt, endedAt, others, ...call }) => ({
      ...call,
      startedAt: iso(startedAt),
      endedAt: endedAt === null ? null : iso(endedAt),
      thirdParties: others > 0,
    })),
    recordings: recordings.map(({ startedAt, ...one }) => ({
      ...one,
      startedAt: iso(startedAt),
      audio: `/v1/recordings/${one.id}/audio`,
    })),
    facts,
    choices,
    listings: listings.map(({ channel, scope, listed, reason, since, until }) => ({
      channel,
      scope,
      listed,
      reason,
      since: iso(since),
      until: until === null ? null : iso(until),
    })),
  };
}

/** Of who is erased nothing is known. */
async function profileOf(parts: ProfileParts, personId: Uuid) {
  const known = await showProfile(parts, personId).catch((error: unknown) => {
    if (error instanceof ConsentryError && error.code === 'not_found') return null;
    throw error;
  });
  if (known === null) return { ...emptyProfile, linked: [] };
  const { id: _, ...profile } = known;
  return profile;
}

const saidIn = (opening: Opening): Readonly<Record<string, Json>> =>
  Object.fromEntries(Object.entries(opening).map(([label, { value }]) => [label, value]));
