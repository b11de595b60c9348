/** What is known of a person beside their number: contact data that they may have corrected. */

export const profileFields = ['name', 'email', 'notes'] as const;
export type ProfileField = (typeof profileFields)[number];
export type Profile = Readonly<Record<ProfileField, string | null>>;

export const emptyProfile: Profile = { name: null, email: null, notes: null };

/** In characters; RFC 5321, 4.5.3.1, has addresses end at 254. */
export const profileLengths: Readonly<Record<ProfileField, number>> = {
  name: 200,
  email: 254,
  notes: 4_000,
};

/** Left out: it stays; null: it goes. */
export type ProfileChange = { readonly [Field in ProfileField]?: string | null | undefined };

export function changedProfile(before: Profile, change: ProfileChange): Profile {
  const after = (field: ProfileField): string | null => {
    const wanted = change[field];
    return wanted === undefined ? before[field] : wanted;
  };
  return { name: after('name'), email: after('email'), notes: after('notes') };
}

/** Two numbers turn out to be one person's: what the first says counts, else the second. */
export const joinedProfile = (first: Profile, second: Profile): Profile => ({
  name: first.name ?? second.name,
  email: first.email ?? second.email,
  notes: first.notes ?? second.notes,
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
