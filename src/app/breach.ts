/** What a breach reached: what was there at a time, under which keys, and who had those. */
import { type CustodyEvent, type CustodyLine, copiesAt } from '../core/breach/custody.ts';
import {
  type Exposure,
  everyTaking,
  exposureOf,
  type FieldCount,
} from '../core/breach/exposure.ts';
import { ConsentryError } from '../core/error.ts';
import type { Instant, Uuid } from '../core/words.ts';
import type { Clock, KeyProvider, Random } from './ports.ts';

/** Recordings of one calendar year, which one key opens. */
export interface YearOfRecordings {
  readonly key: string;
  /** There now. */
  readonly kept: number;
  /** Erased since. */
  readonly gone: number;
}

export interface BreachReads {
  /** Values of every personal column, of rows that were there and still are. */
  fields(at: Instant): Promise<readonly FieldCount[]>;
  persons(at: Instant): Promise<{ readonly kept: number; readonly gone: number }>;
  recordings(at: Instant): Promise<readonly YearOfRecordings[]>;
  /** Redacted since. */
  callsRedacted(at: Instant): Promise<number>;
  /** Files that were written and not expired. */
  exports(at: Instant): Promise<number>;
  /** Oldest first: what keys say of themselves, and what was written down. */
  custody(): Promise<readonly CustodyLine[]>;
  note(line: CustodyLine & { readonly id: Uuid; readonly by: string }): Promise<void>;
}

export interface BreachParts {
  readonly breach: BreachReads;
  readonly keyProvider: Pick<KeyProvider, 'keyId'>;
  readonly clock: Clock;
  readonly random: Pick<Random, 'uuid'>;
}

export interface BreachScope {
  readonly at: Instant;
  readonly asOf: Instant;
  readonly persons: { readonly kept: number; readonly gone: number };
  readonly recordings: readonly YearOfRecordings[];
  readonly callsRedactedSince: number;
  readonly exports: number;
  readonly fields: readonly FieldCount[];
  readonly exposures: readonly Exposure[];
  /** Copies of keys that were there. */
  readonly copies: readonly CustodyLine[];
  /** Whenever somebody saw a key who should not have. */
  readonly exposed: readonly CustodyLine[];
}

/**
 * What was readable at that time: what is left of it can be counted to the value; of what went since,
 * persons, recordings and calls are counted, from their certificates.
 *
 * @throws `invalid_request` for a time that has not been
 */
export async function breachScope(
  { breach, clock }: Pick<BreachParts, 'breach' | 'clock'>,
  at: Instant,
): Promise<BreachScope> {
  const asOf = clock.now();
  if (at > asOf) throw notYet('query.at');
  const [persons, recordings, fields, callsRedactedSince, exports, custody] = await Promise.all([
    breach.persons(at),
    breach.recordings(at),
    breach.fields(at),
    breach.callsRedacted(at),
    breach.exports(at),
    breach.custody(),
  ]);
  const standing = {
    persons: persons.kept + persons.gone,
    recordings: recordings.reduce((all, { kept, gone }) => all + kept + gone, 0),
    fields,
  };
  return {
    ...{ at, asOf, persons, recordings, fields, callsRedactedSince, exports },
    exposures: everyTaking.map((taken) => exposureOf(standing, taken)),
    copies: copiesAt(custody, at),
    exposed: custody.filter(({ event }) => event === 'exposed'),
  };
}

export interface WantedCustody {
  /** Null: the key-encryption key of now. */
  readonly key: string | null;
  readonly event: CustodyEvent;
  readonly place: string;
  readonly holder: string;
  /** Null: now. */
  readonly at: Instant | null;
}

/** @throws `invalid_request` for a time that has not been */
export async function noteCustody(
  { breach, keyProvider, clock, random }: BreachParts,
  wanted: WantedCustody,
  by: string,
): Promise<CustodyLine> {
  const now = clock.now();
  const at = wanted.at ?? now;
  if (at > now) throw notYet('body.at');
  const line = { ...wanted, key: wanted.key ?? keyProvider.keyId(), at, by };
  await breach.note({ ...line, id: random.uuid() });
  return line;
}

function notYet(path: string): ConsentryError {
  const mistakes = [{ path, what: 'has not been yet', allowed: 'a time that has been' }];
  return new ConsentryError('invalid_request', `${path}: has not been yet`, { mistakes });
}
