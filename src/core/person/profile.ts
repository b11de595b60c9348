/**
 * What is known of a person beside their number: contact data that they may have corrected, and where
 * they say they are (a place of `jurisdiction/place`), which the law of their calls goes by.
 */

import type { Uuid } from '../words.ts';

export const profileFields = ['name', 'email', 'notes', 'place'] as const;
export type ProfileField = (typeof profileFields)[number];
export type Profile = Readonly<Record<ProfileField, string | null>>;

export const emptyProfile: Profile = { name: null, email: null, notes: null, place: null };

/** What a sealed profile is bound to. */
export const profileContext = (personId: Uuid): string => `person/${personId}/profile`;

/** In characters; RFC 5321, 4.5.3.1, has addresses end at 254. */
export const profileLengths: Readonly<Record<ProfileField, number>> = {
  name: 200,
  email: 254,
  notes: 4_000,
  place: 6,
};

/** Left out: it stays; null: it goes. */
export type ProfileChange = { readonly [Field in ProfileField]?: string | null | undefined };

export function changedProfile(before: Profile, change: ProfileChange): Profile {
  const after = (field: ProfileField): string | null => {
    const wanted = change[field];
    return wanted === undefined ? before[field] : wanted;
  };
  return {
    name: after('name'),
    email: after('email'),
    notes: after('notes'),
    place: after('place'),
  };
}

/** Two numbers turn out to be one person's: what the first says counts, else the second. */
export const joinedProfile = (first: Profile, second: Profile): Profile => ({
  name: first.name ?? second.name,
  email: first.email ?? second.email,
  notes: first.notes ?? second.notes,
  place: first.place ?? second.place,
});

export const fieldsChanged = (before: Profile, after: Profile): readonly ProfileField[] =>
  profileFields.filter((field) => before[field] !== after[field]);

export const isEmptyProfile = (profile: Profile): boolean =>
  profileFields.every((field) => profile[field] === null);

export const encodeProfile = (profile: Profile): Buffer => Buffer.from(JSON.stringify(profile));

export const decodeProfile = (bytes: Uint8Array): Profile => ({
  ...emptyProfile,
  ...(JSON.parse(Buffer.from(bytes).toString('utf8')) as Profile),
});
