/**
 * Corrects what is known of a person: name, e-mail address, notes, and which other numbers are theirs
 * too. All numbers of one person say the same. An old value is overwritten and stands nowhere any
 * more; the entry of the ledger keeps a keyed hash of it.
 */
import { ConsentryError } from '../core/error.ts';
import { parsePlace } from '../core/jurisdiction/place.ts';
import type { CorrectionFacts } from '../core/ledger/correction-facts.ts';
import {
  changedProfile,
  decodeProfile,
  emptyProfile,
  encodeProfile,
  fieldsChanged,
  isEmptyProfile,
  joinedProfile,
  type Profile,
  type ProfileChange,
  profileContext,
} from '../core/person/profile.ts';
import type { Hex, Uuid } from '../core/words.ts';
import type { People, Person } from './call-ports.ts';
import type { EntryMaker } from './make-entry.ts';
import type { Clock, FieldCipher, PreparedEntry, Random } from './ports.ts';

export interface StoredProfile {
  readonly personId: Uuid;
  /** Under the person's key; null: nothing is known. */
  readonly sealed: Buffer | null;
  /** The same of all numbers of one person; null: no other is known. */
  readonly linked: Uuid | null;
}

export interface ProfileWrite {
  readonly before: StoredProfile;
  readonly after: StoredProfile;
  readonly entry: PreparedEntry;
}

export interface ProfileStore {
  /** The person first, then whoever is linked; none where nobody is there, or they are erased. */
  of(personId: Uuid): Promise<readonly StoredProfile[]>;
  /** All of them with their entries, or none. False: somebody changed one of them since. */
  write(writes: readonly ProfileWrite[]): Promise<boolean>;
}

export interface ProfileParts {
  readonly profiles: ProfileStore;
  readonly people: Pick<People, 'find' | 'ensure'>;
  readonly cipher: FieldCipher;
}

export interface CorrectParts extends ProfileParts {
  readonly entries: Pick<EntryMaker, 'correction'>;
  /** Every process drops what it remembers. */
  readonly forgetPerson: (id: Uuid) => void | Promise<void>;
  readonly clock: Clock;
  readonly random: Pick<Random, 'uuid'>;
}

export interface Correction {
  readonly change: ProfileChange;
  /** A number in E.164 that is theirs too; null: this one is theirs alone; left out: as it was. */
  readonly link?: string | null | undefined;
  /** The request that it answers. */
  readonly request: Uuid | null;
  readonly by: string;
}

export interface ProfileView extends Profile {
  readonly id: Uuid;
  /** The other numbers of the same person. */
  readonly linked: readonly { readonly id: Uuid; readonly number: string }[];
}

/** @throws `not_found`, also for who is erased */
export async function showProfile(parts: ProfileParts, id: Uuid): Promise<ProfileView> {
  const [own, ...others] = await membersOf(parts, id);
  if (own === undefined) throw new ConsentryError('not_found');
  const linked = others.map(({ person }) => ({ id: person.id, number: person.number }));
  return { id, ...own.profile, linked };
}

interface Member {
  readonly person: Person;
  readonly stored: StoredProfile;
  readonly profile: Profile;
}

async function membersOf(
  { profiles, people, cipher }: ProfileParts,
  id: Uuid,
): Promise<readonly Member[]> {
  const members: Member[] = [];
  for (const stored of await profiles.of(id)) {
    const person = await people.find(stored.personId);
    if (person === null) continue; // erased a moment ago
    members.push({ person, stored, profile: openProfile(cipher, person, stored.sealed) });
  }
  return members;
}

export function openProfile(
  cipher: FieldCipher,
  { id, key }: Pick<Person, 'id' | 'key'>,
  sealed: Buffer | null,
): Profile {
  return sealed === null
    ? emptyProfile
    : decodeProfile(cipher.open(key, profileContext(id), sealed));
}

/**
 * Resolves to the entry of the person's own number; null: nothing was different.
 *
 * @throws `not_found`; `conflict` if somebody else changes the same at this moment
 */
export async function correctPerson(
  parts: CorrectParts,
  id: Uuid,
  correction: Correction,
): Promise<Uuid | null> {
  const writes = await writesOf(parts, id, correction);
  if (writes.length === 0) return null;
  if (!(await parts.profiles.write(writes))) {
    throw new ConsentryError('conflict', 'somebody else changed them just now; look again');
  }
  for (const { after } of writes) await parts.forgetPerson(after.personId);
  return writes.find(({ after }) => after.personId === id)?.entry.id ?? writes[0]?.entry.id ?? null;
}

async function writesOf(
  parts: CorrectParts,
  id: Uuid,
  { change, link, request, by }: Correction,
): Promise<readonly ProfileWrite[]> {
  const own = await membersOf(parts, id);
  const [first] = own;
  if (first === undefined) throw new ConsentryError('not_found');
  const other = link === undefined || link === null ? null : await parts.people.ensure(link);
  const joins = other !== null && !own.some(({ person }) => person.id === other.id);
  const joined = joins ? await membersOf(parts, other.id) : [];
  const leaves = link === null && first.stored.linked !== null;
  const merged = joined.reduce((sum, one) => joinedProfile(sum, one.profile), first.profile);
  const profile = changedProfile(merged, withPlace(change));
  const group = joins
    ? (first.stored.linked ?? joined[0]?.stored.linked ?? parts.random.uuid())
    : first.stored.linked;
  // Who stays behind keeps what was known, and the link to whoever else stays.
  const staying = leaves ? [first] : [...own, ...joined];
  const writes = staying.map((member) =>
    writeOf(parts, member, profile, leaves ? null : group, { request, by }),
  );
  if (leaves && own.length === 2 && own[1] !== undefined) {
    writes.push(writeOf(parts, own[1], own[1].profile, null, { request, by }));
  }
  return writes.filter((one) => one !== null);
}

/** @throws `invalid_request` for a place that there is not */
function withPlace(change: ProfileChange): ProfileChange {
  if (change.place == null) return change;
  const place = parsePlace(change.place);
  if (place !== null) return { ...change, place };
  const allowed = 'a country such as DE, or a state such as US-CA';
  throw new ConsentryError('invalid_request', `place: is no place; allowed: ${allowed}`, {
    mistakes: [{ path: 'place', what: 'is no place', allowed }],
  });
}

function writeOf(
  { cipher, entries, clock }: CorrectParts,
  { person, stored, profile: before }: Member,
  profile: Profile,
  linked: Uuid | null,
  { request, by }: Pick<Correction, 'request' | 'by'>,
): ProfileWrite | null {
  const { id: personId, key, number } = person;
  const hash = (field: string, value: string | null): Hex | null =>
    value === null ? null : cipher.token(`profile/${personId}/${field}/${value}`).toString('hex');
  const changes: CorrectionFacts['changes'][number][] = fieldsChanged(before, profile).map(
    (field) => ({
      field,
      before: hash(field, before[field]),
      after: hash(field, profile[field]),
    }),
  );
  if (stored.linked !== linked) {
    const [was, is] = [hash('link', stored.linked), hash('link', linked)];
    changes.push({ field: 'link', before: was, after: is });
  }
  if (changes.length === 0) return null;
  const sealed = isEmptyProfile(profile)
    ? null
    : cipher.seal(key, profileContext(personId), encodeProfile(profile));
  const facts = { kind: 'correction', purpose: 'oversight', number, changes, request, by } as const;
  const entry = entries.correction({ ...facts, at: clock.now() }, person);
  return { before: stored, after: { personId, sealed, linked }, entry };
}
