/** Joins what a call that we place needs. */
import { setTimeout } from 'node:timers/promises';
import type { CallLine } from '../app/call-parts.ts';
import { cancelRinging } from '../app/cancel-ringing.ts';
import { defaultLine, findLine } from '../app/lines.ts';
import type { PermitParts } from '../app/permits.ts';
import { type PlaceCall, type PlaceCallParts, placeCall } from '../app/place-call.ts';
import type { ScreenParts } from '../app/screen.ts';
import { screenCall } from '../app/screen-call.ts';
import { parseNumber } from '../core/suppression/number.ts';
import type { CallSystem } from './call-system.ts';
import type { Foundation } from './foundation.ts';
import type { Stores } from './stores.ts';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function createOutbound(
  { tenant }: Foundation,
  stores: Stores,
  system: CallSystem,
  screening: ScreenParts,
) {
  const lineParts = { lines: stores.lines, ciphers: stores.ciphers };

  async function lineFor(wanted: string | null): Promise<CallLine | null> {
    if (wanted === null) return defaultLine(lineParts, tenant.id);
    if (uuid.test(wanted)) return system.parts.lines.byId(wanted);
    const number = parseNumber(wanted)?.e164 ?? null;
    return number === null ? null : findLine(lineParts, tenant.id, tenant.cipher.token(number));
  }

  const parts: PlaceCallParts = {
    ...system.parts,
    screen: screenCall(screening, tenant.id),
    permits: stores.permits,
    dials: stores.dials,
    entries: stores.entries,
    lineFor,
    runTaskNow: system.runTaskNow,
  };
  const permitParts: PermitParts = {
    ...system.parts,
    permits: stores.permits,
    dials: stores.dials,
    entries: stores.entries,
  };
  return {
    permitParts,
    lineFor,
    screen: parts.screen,
    placeCall: (wanted: PlaceCall) => placeCall(parts, wanted),
    cancelRinging: (number: string) =>
      cancelRinging({ ...system.parts, dials: stores.dials, wait: setTimeout }, number),
  };
}
