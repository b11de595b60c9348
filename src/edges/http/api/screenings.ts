import type { z } from 'zod';
import { type ScreeningAsk, type ScreenParts, screenNumber } from '../../../app/screen.ts';
import type { Mistake } from '../../../core/error.ts';
import { parseInstant } from '../../../core/instant.ts';
import { parsePlace } from '../../../core/jurisdiction/place.ts';
import { invalidRequest } from './check-shape.ts';
import { type Route, route } from './route.ts';
import { screening, screeningAsk } from './shapes.ts';

export interface ScreeningRouteParts {
  readonly screening: ScreenParts;
}

export function screeningRoutes({ screening: parts }: ScreeningRouteParts): readonly Route[] {
  return [
    route({
      method: 'post',
      path: '/screenings',
      name: 'screenNumber',
      scope: 'screen',
      summary: 'Whether a number may be called or texted, with every reason',
      about:
        'Nothing is dialled, and nothing is kept. What is no number is answered too, as one that ' +
        'may not be contacted. Not legal advice.',
      body: screeningAsk,
      answers: [{ status: 200, about: 'The decision.', shape: screening }],
      once: true,
      handle: async ({ key, body }) => {
        const { number, place = null, line = null } = body;
        const one = { number, place: placeOf(place), line };
        return { status: 200, json: screenNumber(parts, key.tenantId, askOf(body), one) };
      },
    }),
  ];
}

type Wanted = Pick<z.output<typeof screeningAsk>, 'channel' | 'purpose' | 'at'> & {
  readonly campaign?: string | undefined;
  readonly subject?: string | undefined;
};

function askOf({ channel, purpose, at, campaign, subject }: Wanted): ScreeningAsk {
  const instant = at === undefined ? null : parseInstant(at);
  if (at !== undefined && instant === null) {
    throw invalidRequest([notAllowed('at', 'a time of this century, such as 2026-07-01T13:00Z')]);
  }
  return { channel, purpose, at: instant, campaign: campaign ?? null, subject: subject ?? null };
}

function placeOf(text: string | null) {
  if (text === null) return null;
  const place = parsePlace(text);
  if (place !== null) return place;
  throw invalidRequest([notAllowed('place', 'a country such as DE, or a state such as US-CA')]);
}

const notAllowed = (name: string, allowed: string): Mistake => ({
  path: `body.${name}`,
  what: 'is not allowed',
  allowed,
});
