import { RestError } from './rest-errors.ts';
import { RestForm } from './rest-parameters.ts';
import type { World } from './world.ts';

/** One sender and one contact, as this carrier was told. */
export interface TakenConsent {
  readonly contact: string;
  readonly sender: string;
  readonly correlation: string;
  readonly status: 'opt-in' | 'opt-out';
  readonly source: string;
  readonly date: string | null;
}

const itemsMax = 25;
const e164 = /^\+[1-9]\d{6,14}$/;
const sources = ['website', 'offline', 'opt-in-message', 'opt-out-message', 'others'];
const fields = ['contact_id', 'correlation_id', 'sender_id', 'status', 'source', 'date_of_consent'];

type Item = Readonly<Record<string, unknown>>;

/**
 * POST /v1/Consents/Bulk (twilio.com/docs/messaging/features/consent-api): a refused item is
 * answered for itself. Which number each error has is not documented; these are made up.
 */
export function takeConsents(world: World, form: string): object {
  const items = new RestForm(form, { names: [], repeatable: ['Items'] }).all('Items').map(itemOf);
  if (items.length === 0 || items.length > itemsMax) {
    throw new RestError(400, 20001, `Invalid Items: allowed is 1 to ${itemsMax}`);
  }
  const results = items.map((item) => {
    const wrong = mistakesIn(item);
    if (wrong.length === 0 && world.partyAt(text(item, 'contact_id')).refusesTexts === true) {
      wrong.push('contact_id is no mobile number');
    }
    if (wrong.length === 0) keep(world, item);
    return {
      correlation_id: item['correlation_id'] ?? null,
      error_code: wrong.length === 0 ? 0 : 60_001,
      error_messages: wrong,
    };
  });
  return { items: results };
}

/** Whether a contact takes no texts from a sender, as far as this carrier was told or heard. */
export function hasOptedOut(world: World, contact: string, sender: string): boolean {
  return world.optedOut.has(`${contact} ${sender}`);
}

export function noteConsent(world: World, contact: string, sender: string, isIn: boolean): void {
  if (isIn) world.optedOut.delete(`${contact} ${sender}`);
  else world.optedOut.add(`${contact} ${sender}`);
}

function keep(world: World, item: Item): void {
  const date = item['date_of_consent'];
  const consent: TakenConsent = {
    contact: text(item, 'contact_id'),
    sender: text(item, 'sender_id'),
    correlation: text(item, 'correlation_id'),
    status: item['status'] === 'opt-in' ? 'opt-in' : 'opt-out',
    source: text(item, 'source'),
    date: typeof date === 'string' ? date : null,
  };
  world.consents.push(consent);
  noteConsent(world, consent.contact, consent.sender, consent.status === 'opt-in');
}

function itemOf(json: string): Item {
  try {
    const item: unknown = JSON.parse(json);
    if (typeof item === 'object' && item !== null) return item as Item;
  } catch {
    // Told below.
  }
  throw new RestError(400, 20001, 'Invalid Items: allowed are JSON objects');
}

const text = (item: Item, name: string): string => String(item[name] ?? '');

function mistakesIn(item: Item): string[] {
  const date = item['date_of_consent'];
  const checks: readonly (readonly [boolean, string])[] = [
    [Object.keys(item).every((name) => fields.includes(name)), 'an unknown field'],
    [e164.test(text(item, 'contact_id')), 'contact_id is no E.164 number'],
    [/^[0-9a-f]{32}$/i.test(text(item, 'correlation_id')), 'correlation_id is no UUID'],
    [
      e164.test(text(item, 'sender_id')) || /^MG[0-9a-f]{32}$/.test(text(item, 'sender_id')),
      'sender_id is no number and no messaging service',
    ],
    [['opt-in', 'opt-out'].includes(text(item, 'status')), 'status is unknown'],
    [sources.includes(text(item, 'source')), 'source is unknown'],
    [date === undefined || !Number.isNaN(Date.parse(String(date))), 'date_of_consent is no date'],
  ];
  return checks.flatMap(([isRight, what]) => (isRight ? [] : [what]));
}
