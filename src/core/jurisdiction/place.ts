/**
 * Places as laws see them: a country (`DE`), or a state or province of one (`US-CA`). Codes are
 * those of ISO 3166; territories of the United States go by their country code (`PR`).
 */
import { isSupportedCountry } from 'libphonenumber-js/min';
import { canadianProvinces, usStates, usTerritories } from './table/places.ts';

export type Place = string;

/** Divisions that are known by name; those of other countries are taken as they come. */
const divisions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  US: usStates,
  CA: canadianProvinces,
};

/** Null if there is no such place. */
export function parsePlace(text: string): Place | null {
  const upper = text.trim().toUpperCase();
  if (!/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/.test(upper)) return null;
  const [country = '', division] = upper.split('-');
  if (!isSupportedCountry(country)) return null;
  if (division === undefined) return country;
  if (country === 'US' && usTerritories.has(division)) return division;
  const known = divisions[country];
  return known === undefined || Object.hasOwn(known, division) ? upper : null;
}

export const countryOf = (place: Place): string => place.slice(0, 2);

/** Null if one of two places does not lie in the other; otherwise the smaller one. */
export function smallerOf(one: Place, other: Place): Place | null {
  if (one === other || one.startsWith(`${other}-`)) return one;
  return other.startsWith(`${one}-`) ? other : null;
}

const regions = new Intl.DisplayNames('en', { type: 'region' });

/** `California (US-CA)` */
export function placeName(place: Place): string {
  const country = countryOf(place);
  const known = divisions[country]?.[place.slice(3)];
  const name = known ?? regions.of(country) ?? country;
  return `${name} (${place})`;
}
