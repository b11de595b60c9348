/** How numbers are screened beyond the rules: own hours, emergencies, how long it rings. */
import { z } from 'zod';
import type { Clock } from '../../../app/ports.ts';
import {
  areHours,
  ringSMax,
  ringSMin,
  type ScreeningSettings,
  textStops,
} from '../../../app/screening-policy.ts';
import type { SettingStore, SettingVersion } from '../../../app/settings.ts';
import { ConsentryError } from '../../../core/error.ts';
import { isZone } from '../../../core/flow/hours.ts';
import { parsePlace } from '../../../core/jurisdiction/place.ts';
import { invalidRequest } from './check-shape.ts';
import { type Route, route } from './route.ts';
import { nameShapes } from './shapes.ts';

export interface ScreeningSettingParts {
  readonly settings: SettingStore;
  readonly clock: Clock;
}

const day = z.string().max(100);
const settingsFields = {
  ringS: z
    .int()
    .min(ringSMin)
    .max(ringSMax)
    .describe('Seconds a call may ring: it has to end within the hours.'),
  emergencies: z
    .array(z.string().max(6))
    .max(100)
    .describe('States such as `US-LA` in a declared emergency: nobody in them is sold to.'),
  hours: z
    .strictObject({
      zone: z.string().max(64).describe('IANA, such as America/New_York.'),
      weekdays: day.describe('Such as `9-12 13:30-18`, or `closed`.'),
      saturday: day.optional().describe('As on weekdays if it is left out.'),
      sunday: day.optional(),
    })
    .nullable()
    .describe('Your own hours, beside those of the rules; null: none.'),
  textStop: z
    .enum(textStops)
    .default('calls-and-texts')
    .describe('What a clear stop by text message ends; one that is only probable ends both.'),
};
const wanted = z.strictObject({
  ...settingsFields,
  version: z.int().min(0).describe('The version that was looked at.'),
});
const screeningSetting = z.object({
  ...settingsFields,
  version: z.int().min(0).describe('0: nothing was ever set.'),
  by: z.string().nullable(),
  at: z.iso.datetime().nullable(),
});
nameShapes({ screeningSetting });

export function screeningSettingRoutes(parts: ScreeningSettingParts): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/settings/screening',
      name: 'getScreeningSettings',
      scope: 'lists:read',
      audit: 'none',
      summary: 'How numbers are screened beyond the rules',
      answers: [{ status: 200, about: 'The settings in force.', shape: screeningSetting }],
      handle: async () => ({
        status: 200,
        json: view(await parts.settings.current('screening')),
      }),
    }),
    route({
      method: 'put',
      path: '/settings/screening',
      name: 'setScreeningSettings',
      scope: 'lists:write',
      audit: 'change',
      summary: 'Set how numbers are screened beyond the rules',
      about:
        'They narrow what the rules allow, within two seconds on every server. Every change is ' +
        'kept as a version; `version` is the one that was looked at.',
      body: wanted,
      answers: [{ status: 200, about: 'The settings in force.', shape: screeningSetting }],
      errors: ['conflict'],
      handle: async ({ key, body: { version, ...asked } }) => {
        const value = checked(asked);
        const at = parts.clock.now();
        const set = await parts.settings.put('screening', value, version, key.id, at);
        if (set === null) {
          throw new ConsentryError('conflict', 'somebody changed it since; look at it again');
        }
        return { status: 200, json: view(set) };
      },
    }),
  ];
}

function checked({
  ringS,
  emergencies,
  hours,
  textStop,
}: Omit<z.output<typeof wanted>, 'version'>) {
  const places = emergencies.map((text, i) => {
    const place = parsePlace(text);
    if (place !== null) return place;
    throw refused(`body.emergencies.${i}`, 'a country, or a state such as US-LA');
  });
  if (hours !== null && !isZone(hours.zone)) {
    throw refused('body.hours.zone', 'an IANA zone such as America/New_York');
  }
  const { saturday, sunday, ...rest } = hours ?? {};
  const own = { ...rest, ...(saturday && { saturday }), ...(sunday && { sunday }) };
  const value: ScreeningSettings = {
    ringS,
    emergencies: [...new Set(places)],
    hours: hours === null ? null : (own as ScreeningSettings['hours']),
    textStop,
  };
  if (value.hours !== null && !areHours(value.hours)) {
    throw refused('body.hours', 'hours of a day such as 9-12 13:30-18 in their order, or closed');
  }
  return value;
}

const refused = (path: string, allowed: string): ConsentryError =>
  invalidRequest([{ path, what: 'is not allowed', allowed }]);

function view({ version, value, by, at }: SettingVersion<'screening'>) {
  const { textStop = 'calls-and-texts' } = value;
  return { ...value, textStop, version, by, at: at === null ? null : new Date(at).toISOString() };
}
