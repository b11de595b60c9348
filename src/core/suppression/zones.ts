/** Where a number may be answered: every place and every time zone of its area code or country. */
import { countryOf, type Place } from '../jurisdiction/place.ts';
import { areaCodes, serviceCodes } from '../jurisdiction/table/area-codes.ts';
import { servicePrefixes } from './table/service-numbers.ts';
import { zonesByComplex, zonesByPlace } from './table/zones.ts';

export type Zone = string;

/** What kind of destination a number is; only `area` can ever be contacted. */
export type Destination =
  | {
      readonly is: 'area';
      /** `+1212`, `+44`: the part of the number that was read. */
      readonly prefix: string;
      readonly places: readonly Place[];
      readonly zones: readonly Zone[];
    }
  | { readonly is: 'emergency' | 'service' | 'unknown' | 'invalid'; readonly prefix: string };

const named: ReadonlyMap<string, string> = new Map(
  Object.entries(zonesByComplex).flatMap(([codes, zones]) =>
    codes.split(' ').map((code) => [code, zones] as const),
  ),
);

/** None if the code is not in the table; then nothing is known of its clocks. */
export function zonesOfAreaCode(code: string): readonly Zone[] {
  const own = named.get(code);
  if (own !== undefined) return own.split(' ');
  return union((areaCodes.get(code) ?? []).map((place) => split(zonesByPlace[place])));
}

/** Every zone of a place, whichever of its area codes one has; none if the place is not known. */
export function zonesOfPlace(place: Place): readonly Zone[] {
  const codes = [...areaCodes].filter(([, places]) => places.some((one) => lies(one, place)));
  const ofCodes = codes.map(([code]) => zonesOfAreaCode(code));
  const ofPlaces = Object.keys(zonesByPlace).filter((one) => lies(one, place));
  return union([...ofPlaces.map((one) => split(zonesByPlace[one])), ...ofCodes]);
}

const lies = (place: Place, within: Place): boolean =>
  place === within || (countryOf(place) === within && within.length === 2);

const split = (text: string | undefined): readonly Zone[] => text?.split(' ') ?? [];

export const union = (lists: readonly (readonly string[])[]): readonly string[] => [
  ...new Set(lists.flat()),
];

/** Countries outside of North America whose calling rules are known, by their calling code. */
const countries: ReadonlyMap<string, Place> = new Map([
  ['44', 'GB'],
  ['33', 'FR'],
  ['49', 'DE'],
]);

/** Short numbers of help in an emergency that people are likely to type. */
const emergencies: ReadonlySet<string> = new Set('911 112 999 988 933 110 115 119 000'.split(' '));
const shortCode = /^\+?1?([2-9]11)$/;

/** @param text E.164; anything else is invalid, or a number that must never be dialled */
export function destinationOf(text: string): Destination {
  const digits = text.replace(/^\+/, '');
  if (emergencies.has(digits)) return { is: 'emergency', prefix: digits };
  const short = shortCode.exec(text)?.[1];
  if (short !== undefined) return { is: 'service', prefix: short };
  if (!/^\+[1-9]\d{6,14}$/.test(text)) return { is: 'invalid', prefix: '' };
  return text.startsWith('+1') ? northAmerican(text) : abroad(text);
}

function northAmerican(text: string): Destination {
  const code = text.slice(2, 5);
  const prefix = text.slice(0, 5);
  if (text.length !== 12 || !/^[2-9]\d\d[2-9]/.test(text.slice(2))) {
    return { is: 'invalid', prefix };
  }
  if (code === '911') return { is: 'emergency', prefix };
  if (serviceCodes.has(code) || /^[2-9]11$/.test(code)) return { is: 'service', prefix };
  const zones = zonesOfAreaCode(code);
  if (zones.length === 0) return { is: 'unknown', prefix };
  return { is: 'area', prefix, places: areaCodes.get(code) ?? [], zones };
}

function abroad(text: string): Destination {
  const calling = [...countries.keys()].find((one) => text.startsWith(`+${one}`));
  const service = servicePrefixes.find((one) => text.startsWith(one));
  if (service !== undefined) return { is: 'service', prefix: service };
  if (calling === undefined) return { is: 'unknown', prefix: text.slice(0, 3) };
  const place = countries.get(calling) ?? '';
  const zones = split(zonesByPlace[place]);
  return { is: 'area', prefix: `+${calling}`, places: [place], zones };
}
