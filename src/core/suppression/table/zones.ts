/**
 * Which clocks may hang where a number of an area code is answered. A state or country has the
 * zones most of it keeps; area codes that reach further are named with theirs. All codes of one
 * overlay stand in one row, so that a new one cannot be told apart from those it lies over. Only
 * official time counts, not what a border town keeps by custom.
 *
 * Made from a table of 442 codes that was derived from number prefixes, and corrected: 689 is in
 * Orlando, 474 in Saskatchewan, 907 reaches no further than the Aleutians, and overlays did not
 * have the zones of what they lie over. Compared code by code on 2026-11-26.
 */

/** The zones of a place, unless its area code is named below. */
export const zonesByPlace: Readonly<Record<string, string>> = {
  'US-AK': 'America/Anchorage America/Juneau America/Adak',
  'US-AL': 'America/Chicago',
  'US-AR': 'America/Chicago',
  'US-AZ': 'America/Phoenix',
  'US-CA': 'America/Los_Angeles',
  'US-CO': 'America/Denver',
  'US-CT': 'America/New_York',
  'US-DC': 'America/New_York',
  'US-DE': 'America/New_York',
  'US-FL': 'America/New_York',
  'US-GA': 'America/New_York',
  'US-HI': 'Pacific/Honolulu',
  'US-IA': 'America/Chicago',
  'US-ID': 'America/Boise America/Los_Angeles',
  'US-IL': 'America/Chicago',
  'US-IN': 'America/New_York',
  'US-KS': 'America/Chicago',
  'US-KY': 'America/New_York',
  'US-LA': 'America/Chicago',
  'US-MA': 'America/New_York',
  'US-MD': 'America/New_York',
  'US-ME': 'America/New_York',
  'US-MI': 'America/New_York',
  'US-MN': 'America/Chicago',
  'US-MO': 'America/Chicago',
  'US-MS': 'America/Chicago',
  'US-MT': 'America/Denver',
  'US-NC': 'America/New_York',
  'US-ND': 'America/Chicago America/Denver',
  'US-NE': 'America/Chicago',
  'US-NH': 'America/New_York',
  'US-NJ': 'America/New_York',
  'US-NM': 'America/Denver',
  'US-NV': 'America/Los_Angeles',
  'US-NY': 'America/New_York',
  'US-OH': 'America/New_York',
  'US-OK': 'America/Chicago',
  'US-OR': 'America/Los_Angeles',
  'US-PA': 'America/New_York',
  'US-RI': 'America/New_York',
  'US-SC': 'America/New_York',
  'US-SD': 'America/Chicago America/Denver',
  'US-TN': 'America/Chicago',
  'US-TX': 'America/Chicago',
  'US-UT': 'America/Denver',
  'US-VA': 'America/New_York',
  'US-VT': 'America/New_York',
  'US-WA': 'America/Los_Angeles',
  'US-WI': 'America/Chicago',
  'US-WV': 'America/New_York',
  'US-WY': 'America/Denver',
  // Alberta and most of British Columbia ceased to change clocks on 2026-11-01 (lists.iana.org, tz,
  // 2026-03-07 and 2026-05-14); a machine's zones may be older than that, so both answers count
  'CA-AB': 'America/Edmonton America/Regina',
  'CA-BC': 'America/Vancouver America/Fort_Nelson',
  'CA-MB': 'America/Winnipeg',
  'CA-NB': 'America/Halifax',
  'CA-NL': 'America/St_Johns America/Halifax America/Puerto_Rico',
  'CA-NS': 'America/Halifax',
  'CA-NT': 'America/Edmonton America/Regina America/Vancouver',
  'CA-NU': 'America/Edmonton America/Winnipeg America/Toronto America/Atikokan',
  'CA-ON': 'America/Toronto',
  'CA-PE': 'America/Halifax',
  'CA-QC': 'America/Toronto',
  // Lloydminster, by charter, keeps the time of Alberta
  'CA-SK': 'America/Regina America/Edmonton',
  'CA-YT': 'America/Whitehorse America/Vancouver',
  AG: 'America/Antigua',
  AI: 'America/Anguilla',
  AS: 'Pacific/Pago_Pago',
  BB: 'America/Barbados',
  BM: 'Atlantic/Bermuda',
  BS: 'America/Nassau',
  DM: 'America/Dominica',
  DO: 'America/Santo_Domingo',
  GD: 'America/Grenada',
  GU: 'Pacific/Guam',
  JM: 'America/Jamaica',
  KN: 'America/St_Kitts',
  KY: 'America/Cayman',
  LC: 'America/St_Lucia',
  MP: 'Pacific/Saipan',
  MS: 'America/Montserrat',
  PR: 'America/Puerto_Rico',
  SX: 'America/Lower_Princes',
  TC: 'America/Grand_Turk',
  TT: 'America/Port_of_Spain',
  VC: 'America/St_Vincent',
  VG: 'America/Tortola',
  VI: 'America/St_Thomas',
  GB: 'Europe/London',
  FR: 'Europe/Paris',
  DE: 'Europe/Berlin',
};

/** Overlays and single codes whose zones are others than those of their place. */
export const zonesByComplex: Readonly<Record<string, string>> = {
  '448 850': 'America/New_York America/Chicago', // Florida, the panhandle
  '219': 'America/Chicago America/New_York', // Indiana, the north-west
  '574': 'America/New_York America/Chicago', // Indiana: Starke county
  '812 930': 'America/New_York America/Chicago', // Indiana, the south
  '270 364': 'America/Chicago America/New_York', // Kentucky, the west
  '606': 'America/New_York America/Chicago', // Kentucky, the east
  '423 729': 'America/New_York America/Chicago', // Tennessee, the east
  '865': 'America/New_York', // Tennessee: Knoxville
  '906': 'America/New_York America/Chicago', // Michigan, four counties
  '308': 'America/Chicago America/Denver', // Nebraska, the panhandle
  '620': 'America/Chicago America/Denver', // Kansas
  '785': 'America/Chicago America/Denver', // Kansas
  '458 541': 'America/Los_Angeles America/Boise', // Oregon: Malheur county
  '775': 'America/Los_Angeles America/Denver', // Nevada: West Wendover
  '915': 'America/Denver', // Texas: El Paso
  '928': 'America/Phoenix America/Denver', // Arizona: the Navajo keep daylight saving time
  // British Columbia without the lower mainland, and what lies over both
  '236 250 257 672 778': 'America/Vancouver America/Fort_Nelson America/Edmonton America/Regina',
  '367 418 581': 'America/Toronto America/Halifax', // Québec, with the Magdalen Islands
  '807': 'America/Toronto America/Winnipeg', // Ontario, the north-west
};
