/**
 * Changes the key-encryption key (L0). What it wraps is few and small: the keys of tenants, the
 * secrets that servers share, the identities of recordings. All else stays as it is. May be killed
 * at any point and asked again: until the next key is in force both lie there, and either opens what
 * it wrapped.
 */
import type { KeyProvider } from './ports.ts';

type Key = Pick<KeyProvider, 'keyId' | 'wrap' | 'unwrap'>;

/** Where a key lies, without a word of it. */
export interface KeyPlace {
  readonly keyId: string;
  readonly path: string;
  readonly state: 'in force' | 'next' | 'earlier';
}

export interface KeyRotation {
  /** Whether a next key lies there already: a change was interrupted, or prepared. */
  isBegun(): Promise<boolean>;
  /** The next key; made if there is none. */
  next(): Promise<Key>;
  /** Puts the next key in force. Resolves to where the one before lies; null: another did it. */
  promote(): Promise<string | null>;
  places(): Promise<readonly KeyPlace[]>;
}

export interface WrappedRows {
  /** Wraps under `to` what does not open with it, in one transaction. Resolves to how many. */
  rewrap(from: Key, to: Key): Promise<number>;
  /** How many values name which key. */
  counts(): Promise<ReadonlyMap<string, number>>;
}

export interface RotationParts {
  readonly keys: Key;
  readonly rotation: KeyRotation;
  readonly wrapped: WrappedRows;
}

export interface Rotated {
  readonly keyId: string;
  /** True: this went on with a change that was begun before. */
  readonly wasBegun: boolean;
  readonly rewrapped: number;
  /** Where the key that was in force lies now; null: it still is, or another change was quicker. */
  readonly earlier: string | null;
}

/** Makes the next key and stops, for it has to lie beside the key of every server first. */
export async function prepareRotation({ rotation }: RotationParts): Promise<Rotated> {
  const wasBegun = await rotation.isBegun();
  const next = await rotation.next();
  return { keyId: next.keyId(), wasBegun, rewrapped: 0, earlier: null };
}

export async function rotateKeys({ keys, rotation, wrapped }: RotationParts): Promise<Rotated> {
  const wasBegun = await rotation.isBegun();
  const next = await rotation.next();
  const before = await wrapped.rewrap(keys, next);
  const earlier = await rotation.promote();
  // A server may have wrapped something under the earlier key meanwhile.
  const after = await wrapped.rewrap(keys, next);
  return { keyId: next.keyId(), wasBegun, rewrapped: before + after, earlier };
}

export interface KeyUse extends KeyPlace {
  /** Values that it wraps. */
  readonly wraps: number;
}

/** @returns keys that lie here, and, without a place, those that something is wrapped under */
export async function keysInUse({
  rotation,
  wrapped,
}: RotationParts): Promise<
  readonly (KeyUse | { readonly keyId: string; readonly wraps: number })[]
> {
  const counts = await wrapped.counts();
  const places = await rotation.places();
  const missing = [...counts.keys()].filter((id) => places.every(({ keyId }) => keyId !== id));
  return [
    ...places.map((place) => ({ ...place, wraps: counts.get(place.keyId) ?? 0 })),
    ...missing.map((keyId) => ({ keyId, wraps: counts.get(keyId) ?? 0 })),
  ];
}
