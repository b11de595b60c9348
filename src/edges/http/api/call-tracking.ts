/** Lines whose number is shown in one advertisement: where calls to them come from. */
import { z } from 'zod';
import { type LineParts, listLines } from '../../../app/lines.ts';
import type { SettingStore, SettingVersion } from '../../../app/settings.ts';
import {
  trackedLinesMax,
  trackingWords,
  trackingWordsMax,
} from '../../../core/consent/tracking.ts';
import { ConsentryError } from '../../../core/error.ts';
import { invalidRequest } from './check-shape.ts';
import { type Route, route } from './route.ts';
import { nameShapes, uuid } from './shapes.ts';

export interface CallTrackingRouteParts extends LineParts {
  readonly settings: SettingStore;
}

const words = z.string().min(1).max(trackingWordsMax).regex(trackingWords);
const trackedLine = z.strictObject({
  line: uuid.describe('As `GET /v1/lines` has it.'),
  campaign: words,
  source: words.describe('Where it is shown, such as a website or a newspaper.'),
});
const wanted = z.strictObject({
  lines: z.array(trackedLine).max(trackedLinesMax),
  version: z.int().min(0).describe('The version that was looked at.'),
});
const callTracking = z.object({
  lines: z.array(trackedLine),
  version: z.int().min(0).describe('0: nothing was ever set.'),
  by: z.string().nullable(),
  at: z.iso.datetime().nullable(),
});
nameShapes({ callTracking });

export function callTrackingRoutes(parts: CallTrackingRouteParts): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/settings/call-tracking',
      name: 'getCallTracking',
      scope: 'lines:read',
      audit: 'none',
      summary: 'Lines whose number is shown in one advertisement',
      answers: [{ status: 200, about: 'What is set now.', shape: callTracking }],
      handle: async () => ({
        status: 200,
        json: view(await parts.settings.current('call-tracking')),
      }),
    }),
    route({
      method: 'put',
      path: '/settings/call-tracking',
      name: 'setCallTracking',
      scope: 'lines:write',
      audit: 'change',
      summary: 'Say in which advertisement the number of a line is shown',
      about:
        'Campaign and source are kept of a call as it ends, if its caller allows `call-tracking`, and taken away when they say no. Calls that are over keep what they have.',
      body: wanted,
      answers: [{ status: 200, about: 'What is set now.', shape: callTracking }],
      errors: ['conflict'],
      handle: async ({ key, body: { lines, version } }) => {
        const known = new Set((await listLines(parts, key.tenantId)).map(({ id }) => id));
        const faults = lines.flatMap(({ line }, i) => {
          const path = `body.lines.${i}.line`;
          if (!known.has(line)) return [{ path, what: 'is no line' }];
          const isTwice = lines.findIndex((one) => one.line === line) < i;
          return isTwice ? [{ path, what: 'is there twice' }] : [];
        });
        if (faults.length > 0) throw invalidRequest(faults);
        const value = lines.map(({ line: lineId, ...rest }) => ({ lineId, ...rest }));
        const { settings, clock } = parts;
        const set = await settings.put('call-tracking', value, version, key.id, clock.now());
        if (set !== null) return { status: 200, json: view(set) };
        throw new ConsentryError('conflict', 'somebody changed it since; look at it again');
      },
    }),
  ];
}

const view = ({ version, value, by, at }: SettingVersion<'call-tracking'>) => ({
  lines: value.map(({ lineId: line, ...rest }) => ({ line, ...rest })),
  version,
  by,
  at: at === null ? null : new Date(at).toISOString(),
});
