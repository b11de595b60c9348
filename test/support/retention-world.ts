/** Runs of retention on a real database, with a vault in memory and a clock that is set. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Sql } from 'postgres';
import { createHolds } from '../../src/adapters/postgres/holds.ts';
import { createRetention } from '../../src/adapters/postgres/retention.ts';
import { createSettings } from '../../src/adapters/postgres/settings.ts';
import type { HoldParts } from '../../src/app/holds.ts';
import { createEntryMaker } from '../../src/app/make-entry.ts';
import type { RetentionParts } from '../../src/app/retention.ts';
import { defaultSettings } from '../../src/app/settings.ts';
import type { RetentionRule } from '../../src/core/retention/plan.ts';
import type { SeededTenant } from './seed-call.ts';

export interface RetentionWorld {
  readonly parts: RetentionParts & HoldParts;
  /** Names of what lies in the vault. */
  readonly vault: Set<string>;
  setRules(rules: readonly Partial<RetentionRule>[]): Promise<void>;
}

export interface WorldOptions {
  readonly now: () => number;
  readonly vault?: Set<string>;
}

const random = { bytes: (count: number) => randomBytes(count), uuid: () => randomUUID() };

export function retentionWorld(
  sql: Sql,
  tenant: SeededTenant,
  { now, vault = new Set() }: WorldOptions,
): RetentionWorld {
  const settings = createSettings(sql, tenant.id, defaultSettings);
  const entries = createEntryMaker(
    tenant,
    random,
    () => '',
    () => null,
  );
  return {
    vault,
    parts: {
      retention: createRetention(sql, tenant),
      holds: createHolds(sql, tenant),
      settings,
      tenant,
      cipher: tenant.cipher,
      vault: {
        remove: async (name) => void vault.delete(name),
        size: async (name) => (vault.has(name) ? 1 : null),
      },
      spool: { remove: async () => {}, read: async () => null },
      entries,
      redactionLog: { add: async () => {}, all: async () => [] },
      forgetPerson: () => {},
      settled: async () => {},
      clock: { now, monotonic: now },
      random,
      wait: async () => {},
    },
    async setRules(rules) {
      const { version } = await settings.current('retention');
      const value = rules.map((rule) => ({
        kind: 'calls' as const,
        purpose: null,
        lineId: null,
        campaign: null,
        days: 30,
        ...rule,
      }));
      await settings.put('retention', value, version, 'test', now());
    },
  };
}
