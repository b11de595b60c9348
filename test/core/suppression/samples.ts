/** Inquiries for the tests of screening: each says only what it is about. */

import type { RequiredList } from '../../../src/core/suppression/calling-rules-book.ts';
import { screener } from '../../../src/core/suppression/calling-rules-shipped.ts';
import type { Verdict } from '../../../src/core/suppression/decide.ts';
import {
  channels,
  type Hit,
  type Inquiry,
  type Known,
  type ListState,
  nothingKnown,
  type Permission,
  type Seen,
  standardPolicy,
} from '../../../src/core/suppression/inquiry.ts';
import { codesOf } from '../../../src/core/suppression/reasons.ts';

export const dayMs = 86_400_000;
/** A Thursday at noon in New York, on which the lists were obtained an hour before. */
export const noon = Date.parse('2026-12-03T17:00:00Z');

/** Every list that any rule asks for, obtained at an instant. */
export class EveryList extends Map<string, ListState> {
  readonly obtainedAt: number;
  constructor(obtainedAt: number) {
    super();
    this.obtainedAt = obtainedAt;
  }
  override get(key: string): ListState {
    const { obtainedAt } = this;
    return { list: key, version: 'v1', obtainedAt, until: null, channels, covers: () => true };
  }
}

export const seen = (more: Partial<Seen> = {}): Seen => ({
  hits: [],
  states: new EveryList(noon - 3_600_000),
  asOf: 7,
  ageMs: 0,
  ...more,
});

export const hit = (kind: Hit['kind'], more: Partial<Hit> = {}): Hit => ({
  list: `${kind}-list`,
  kind,
  version: 'v1',
  since: noon - 10 * dayMs,
  ...more,
});

export const permission = (more: Partial<Permission> = {}): Permission => ({
  receiptId: 'receipt-1',
  purpose: 'marketing-calls',
  channel: null,
  givenAt: noon - 20 * dayMs,
  expiresAt: null,
  ...more,
});

export const known = (more: Partial<Known>): Known => ({ ...nothingKnown, ...more });

export const newYork = '+12125550123';

export function inquiry(more: Partial<Inquiry> = {}): Inquiry {
  return {
    number: newYork,
    channel: 'call',
    purpose: 'service',
    at: noon,
    now: noon,
    campaign: null,
    subject: null,
    seen: seen(),
    known: nothingKnown,
    policy: standardPolicy,
    ...more,
  };
}

export const screen = (more: Partial<Inquiry> = {}): Verdict => screener.screen(inquiry(more));

export const codes = (more: Partial<Inquiry> = {}): readonly string[] => codesOf(screen(more).bits);

export const keysOf = (registries: readonly RequiredList[]): readonly string[] =>
  registries.map(({ key }) => key);
