/** Calendar days as data: `2026-11-22`. They compare as text, and no clock is asked. */

export type Day = string;

/** Null unless it is a day that exists, written in full. */
export function parseDay(text: unknown): Day | null {
  if (typeof text !== 'string' || !/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) return null;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text) ? text : null;
}
