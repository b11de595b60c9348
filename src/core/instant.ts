/** Instants as people and programs write them: ISO 8601 with an offset, in years that mean a call. */
import type { Instant } from './words.ts';

const form =
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?(?:Z|[+-](\d\d):?(\d\d))$/;
const [yearMin, yearMax] = [2000, 2100];

export const instantForm = 'an instant with its offset, such as 2026-07-01T13:00Z';

/** Null unless it is one that exists; a time without an offset could be any of forty. */
export function parseInstant(text: string): Instant | null {
  const match = form.exec(text.trim());
  if (match === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0] = match.slice(1).map(Number);
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const exists = month >= 1 && month <= 12 && day >= 1 && day <= days && hour <= 23;
  if (!exists || year < yearMin || year >= yearMax) return null;
  const at = Date.parse(text.trim().replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  return Number.isNaN(at) ? null : at;
}
