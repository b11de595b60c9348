import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { describe, expect, test } from 'vitest';
import { isZone } from '../../../src/core/flow/hours.ts';
import { areaCodes, serviceCodes } from '../../../src/core/jurisdiction/table/area-codes.ts';
import { servicePrefixes } from '../../../src/core/suppression/table/service-numbers.ts';
import { zonesByComplex } from '../../../src/core/suppression/table/zones.ts';
import {
  destinationOf,
  zonesOfAreaCode,
  zonesOfPlace,
} from '../../../src/core/suppression/zones.ts';

const ny = 'America/New_York';
const chicago = 'America/Chicago';
const denver = 'America/Denver';
const la = 'America/Los_Angeles';

describe('an area code has every zone it reaches into', () => {
  test.each([
    ['212', [ny]],
    ['850', [ny, chicago]],
    ['219', [chicago, ny]],
    ['317', [ny]],
    ['270', [chicago, ny]],
    ['502', [ny]],
    ['480', ['America/Phoenix']],
    ['928', ['America/Phoenix', denver]],
    ['808', ['Pacific/Honolulu']],
    ['907', ['America/Anchorage', 'America/Juneau', 'America/Adak']],
    ['541', [la, 'America/Boise']],
    ['775', [la, denver]],
    ['915', [denver]],
    ['787', ['America/Puerto_Rico']],
    ['671', ['Pacific/Guam']],
  ])('%s', (code, zones) => {
    expect(zonesOfAreaCode(code)).toEqual(zones);
  });

  test.each([
    ['480 is not in Denver: Phoenix keeps no daylight saving time', '480', denver],
    ['689 is in Orlando and not in Chicago', '689', chicago],
    ['474 is in Saskatchewan and not in Winnipeg', '474', 'America/Winnipeg'],
    ['907 is not in Honolulu', '907', 'Pacific/Honolulu'],
  ])('%s', (_what, code, zone) => {
    expect(zonesOfAreaCode(code)).not.toContain(zone);
  });

  test('850 is not in New York only', () => {
    expect(zonesOfAreaCode('850')).toContain(chicago);
  });

  test('toll-free numbers are nowhere, and not in Adak', () => {
    for (const code of serviceCodes.keys()) expect(zonesOfAreaCode(code)).toEqual([]);
  });

  test.each([
    ['850', '448'],
    ['270', '364'],
    ['812', '930'],
    ['541', '458'],
    ['208', '986'],
    ['423', '729'],
    ['418', '367'],
    ['418', '581'],
    ['709', '879'],
    ['250', '236'],
    ['250', '257'],
    ['250', '672'],
    ['250', '778'],
    ['306', '474'],
    ['305', '645'],
  ])('%s is overlaid by %s, which inherits all of its zones', (code, overlay) => {
    expect(zonesOfAreaCode(overlay)).toEqual(zonesOfAreaCode(code));
    expect(zonesOfAreaCode(code)).not.toEqual([]);
  });

  test('where clocks ceased to be changed, a machine with older zones does not call too late', () => {
    expect(zonesOfAreaCode('604')).toContain('America/Fort_Nelson');
    expect(zonesOfAreaCode('403')).toContain('America/Regina');
  });

  test('every code that has a place has zones, and every zone exists', () => {
    const zones = [...areaCodes.keys()].map((code) => [code, zonesOfAreaCode(code)] as const);
    expect(zones.filter(([, all]) => all.length === 0)).toEqual([]);
    expect(zones.length).toBeGreaterThan(430);
    expect(new Set(zones.flatMap(([, all]) => all.filter((zone) => !isZone(zone))))).toEqual(
      new Set(),
    );
  });

  test('codes that are named with zones of their own are codes, and all of one place', () => {
    for (const complex of Object.keys(zonesByComplex)) {
      const places = new Set(complex.split(' ').map((code) => areaCodes.get(code)?.join(' ')));
      expect([complex, places.size, places.has(undefined)]).toEqual([complex, 1, false]);
    }
  });
});

describe('a place has the zones of all its area codes', () => {
  test.each([
    ['US-NY', [ny]],
    ['US-TN', [chicago, ny]],
    ['US-FL', [ny, chicago]],
    ['GB', ['Europe/London']],
    ['JP', []],
  ])('%s', (place, zones) => {
    expect(zonesOfPlace(place)).toEqual(zones);
  });

  test('a country has the zones of all its parts', () => {
    expect(zonesOfPlace('US')).toEqual(expect.arrayContaining([ny, chicago, denver, la]));
    expect(zonesOfPlace('CA')).not.toContain(ny);
  });
});

describe('what kind of destination a number is', () => {
  test.each([
    ['+12125550123', 'area'],
    ['+442079460018', 'area'],
    ['+33612345678', 'area'],
    ['+493012345678', 'area'],
    ['+14575550123', 'unknown'], // an overlay that is not in the table
    ['+12995550123', 'unknown'],
    ['+81312345678', 'unknown'],
    ['+18005550123', 'service'],
    ['+18885550123', 'service'],
    ['+19005550123', 'service'],
    ['+15005550123', 'service'],
    ['+15335550123', 'service'],
    ['+16005550123', 'service'],
    ['+17005550123', 'service'],
    ['+14115550123', 'service'],
    ['411', 'service'],
    ['+1611', 'service'],
    ['+448001111111', 'service'],
    ['+449012345678', 'service'],
    ['+33892123456', 'service'],
    ['+4990012345678', 'service'],
    ['+80012345678', 'service'],
    ['911', 'emergency'],
    ['+19115550123', 'emergency'],
    ['112', 'emergency'],
    ['999', 'emergency'],
    ['+112', 'emergency'],
    ['', 'invalid'],
    ['2125550123', 'invalid'],
    ['+1212555012', 'invalid'],
    ['+121255501234', 'invalid'],
    ['+11125550123', 'invalid'],
    ['+12121550123', 'invalid'],
    ['+1212555O123', 'invalid'],
    ['+02125550123', 'invalid'],
    ['anonymous', 'invalid'],
    ['sip:+12125550123@example.com', 'invalid'],
  ])('%s: %s', (number, is) => {
    expect(destinationOf(number).is).toBe(is);
  });

  test.each([
    ['+448081570192', 'TOLL_FREE'],
    ['+448445715678', 'PREMIUM_RATE'],
    ['+449012345678', 'PREMIUM_RATE'],
    ['+447012345678', 'PERSONAL_NUMBER'],
    ['+445512345678', 'UAN'],
    ['+33801234567', 'TOLL_FREE'],
    ['+33891123456', 'PREMIUM_RATE'],
    ['+498001234567', 'TOLL_FREE'],
    ['+499001234567', 'PREMIUM_RATE'],
    ['+4918012345', 'SHARED_COST'],
    ['+4970012345678', 'PERSONAL_NUMBER'],
  ])('%s is %s to the library, and no person to us', (number, type) => {
    expect(parsePhoneNumberFromString(number)?.getType()).toBe(type);
    expect(destinationOf(number).is).toBe('service');
  });

  test('no range of people’s numbers is taken for a service', () => {
    const people = ['+442012345678', '+447912345678', '+33612345678', '+33912345678'];
    const german = ['+493012345678', '+4915112345678', '+4917612345678'];
    for (const number of [...people, ...german]) {
      expect([number, destinationOf(number).is]).toEqual([number, 'area']);
    }
    expect(servicePrefixes.every((one) => /^\+\d{3,6}$/.test(one))).toBe(true);
  });
});
