/**
 * What an entry keeps of its rule, read back and in words. It comes out of a receipt or of a row, so
 * its form is not trusted.
 */
import { demandWords, whereText } from './explain.ts';
import { type Demand, demands } from './lookup.ts';
import { parsePlace } from './place.ts';
import { type RecordedPlace, type RecordedRule, recordedRoles } from './record.ts';
import { confidences } from './rules.ts';
import { doubts } from './whereabouts.ts';

const text = (value: unknown): value is string =>
  typeof value === 'string' && /^[\w-]{1,40}$/.test(value);
const texts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every(text);

function isPlace(value: unknown): value is RecordedPlace {
  const { role, places, confidence, doubt } = fieldsOf(value);
  return (
    recordedRoles.some((one) => one === role) &&
    texts(places) &&
    places.every((place) => parsePlace(place) === place) &&
    confidences.some((one) => one === confidence) &&
    (doubt === null || doubts.some((one) => one === doubt))
  );
}

function isRule(value: unknown): value is RecordedRule {
  const { table, mode, rules, parties } = fieldsOf(value);
  return (
    text(table) &&
    demands.includes(mode as Demand) &&
    texts(rules) &&
    Array.isArray(parties) &&
    parties.every(isPlace)
  );
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

/** The rule, if the value has its form; null if not. */
export const recordedRuleOf = (value: unknown): RecordedRule | null =>
  isRule(value) ? value : null;

/** One line for the rule and one for each party; null if the value is in no form known here. */
export function recordedRuleText(value: unknown): readonly string[] | null {
  if (!isRule(value)) return null;
  const { mode, rules, table, parties } = value;
  return [
    `${demandWords[mode]} (rules: ${rules.join(', ')}; table of ${table}; no legal advice)`,
    ...parties.map((party) => `${party.role}: ${whereText(party)}`),
  ];
}
