/**
 * One record of a batch. Beside the number it may say where somebody is, what line it is, and what
 * of the whole batch is otherwise for it. Fields of others are left alone; a field of ours that
 * cannot be read is a fault, because what it was to say might have forbidden the contact.
 */

import type { ScreeningAsk } from '../../../app/screen.ts';
import type { BatchRecord } from '../../../app/screen-batch.ts';
import { instantForm, parseInstant } from '../../../core/instant.ts';
import { parsePlace } from '../../../core/jurisdiction/place.ts';
import {
  channels,
  lineKinds,
  reassignments,
  screeningPurposes,
} from '../../../core/suppression/inquiry.ts';
import { type StatedFields, statedOf, whenForm, whenOf } from '../../../core/suppression/stated.ts';

export const faulty = (line: number, fault: string): BatchRecord => ({
  ...plainRecord(line, ''),
  fault,
});

export const plainRecord = (line: number, number: string): BatchRecord => ({
  line,
  number,
  place: null,
  kind: null,
  stated: null,
  own: null,
  fault: null,
});

/** Fields that count, in JSON and as columns of CSV. */
export const recordFields = [
  'number',
  'place',
  'channel',
  'purpose',
  'at',
  'campaign',
  'subject',
  'lastPurchase',
  'lastInquiry',
  'reassigned',
] as const;
type Field = (typeof recordFields)[number];
export type RecordFields = Readonly<Partial<Record<Field | 'line', unknown>>>;

export function recordOfJson(text: string, line: number): BatchRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return faulty(line, 'it is not JSON');
  }
  if (typeof value === 'string') return plainRecord(line, value);
  return recordOf((value ?? {}) as RecordFields, line);
}

export function recordOf(fields: RecordFields, line: number): BatchRecord {
  const { number } = fields;
  if (typeof number !== 'string') return faulty(line, 'it has no number that is a text');
  const given = recordFields.filter((name) => name !== 'number' && isGiven(fields[name]));
  const kind = lineKinds.find((one) => one === fields.line) ?? null;
  if (given.length === 0 && kind === null) return plainRecord(line, number);
  const own: Partial<ScreeningAsk> & { place?: BatchRecord['place'] } & StatedFields = {};
  for (const name of given) {
    const read = readers[name as Exclude<Field, 'number'>](fields[name]);
    if (read === null) return faulty(line, `its ${name} is not allowed; allowed: ${allowed[name]}`);
    Object.assign(own, { [name]: read });
  }
  const { place = null, lastPurchase, lastInquiry, reassigned, ...rest } = own;
  const stated = statedOf({ lastPurchase, lastInquiry, reassigned });
  const isOwn = Object.keys(rest).length > 0;
  return { line, number, place, kind, stated, own: isOwn ? rest : null, fault: null };
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

/** Null: it cannot be read. */
const readers: Readonly<Record<Exclude<Field, 'number'>, (value: unknown) => unknown>> = {
  place: (value) => (typeof value === 'string' ? parsePlace(value) : null),
  channel: (value) => channels.find((one) => one === value) ?? null,
  purpose: (value) => screeningPurposes.find((one) => one === value) ?? null,
  at: (value) => (typeof value === 'string' ? parseInstant(value) : null),
  campaign: (value) => (typeof value === 'string' ? value : null),
  subject: (value) => (typeof value === 'string' ? value : null),
  lastPurchase: (value) => (whenOf(value) === null ? null : value),
  lastInquiry: (value) => (whenOf(value) === null ? null : value),
  reassigned: (value) => reassignments.find((one) => one === value) ?? null,
};

const allowed: Readonly<Record<Field, string>> = {
  number: 'a text',
  place: 'a country, or a state such as US-CA',
  channel: channels.join(', '),
  purpose: screeningPurposes.join(', '),
  at: instantForm,
  campaign: 'a text',
  subject: 'a text',
  lastPurchase: whenForm,
  lastInquiry: whenForm,
  reassigned: reassignments.join(', '),
};
