/** A ledger on a real database: entries to queue, a keeper and a log to look into, ways to break it. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Sql, TransactionSql } from 'postgres';
import { postgresLedger } from '../../src/adapters/postgres/ledger.ts';
import type { CheckpointKeeper, OpenOpening } from '../../src/app/ledger-ports.ts';
import type { Clock, Log } from '../../src/app/ports.ts';
import {
  createSequencer,
  type Sequencer,
  type SequencerParts,
} from '../../src/app/sequence-ledger.ts';
import { type LedgerReport, verifyLedger } from '../../src/app/verify-ledger.ts';
import { decodeOpening, makeEntry, saltBytesFor } from '../../src/core/ledger/entry.ts';
import { signerOf } from '../../src/core/ledger/note.ts';
import { testDatabase } from '../support/postgres.ts';

export const tenantId = '10000000-0000-4000-8000-000000000001';
const pseudonym = Buffer.alloc(16, 0x5a);
export const signer = signerOf('ledger.test', Buffer.alloc(32, 4));

export interface Keeper extends CheckpointKeeper {
  readonly notes: string[];
}

export function memoryKeeper(notes: string[] = []): Keeper {
  return {
    notes,
    publish: async (note) => void notes.push(note),
    last: async () => notes.at(-1) ?? null,
  };
}

export interface TestClock extends Clock {
  pass(ms: number): void;
}

export function testClock(): TestClock {
  let ms = 0;
  return {
    now: () => Date.UTC(2026, 10, 22) + ms,
    monotonic: () => ms,
    pass: (more) => {
      ms += more;
    },
  };
}

export interface Said {
  readonly message: string;
  readonly fields: object;
}

export function memoryLog(said: Said[]): Log {
  const say = (fields: object, message: string): void => void said.push({ fields, message });
  return { debug: () => {}, info: say, warn: say, error: say };
}

/** The texts that openings name: which entries of these tests have all in common. */
const texts = new Map<string, string>();

/** The seal of these tests: a byte in front, so that an opening is not JSON by itself. */
const seal = (plain: Buffer): Buffer => Buffer.concat([Buffer.of(1), plain]);
export const openSealed: OpenOpening = async ({ openingSealed }) => {
  if (openingSealed?.[0] !== 1) throw new Error('no such key');
  return decodeOpening(openingSealed.subarray(1), (id) => texts.get(id));
};

export interface LedgerWorld {
  readonly sql: Sql;
  readonly keeper: Keeper;
  readonly clock: TestClock;
  readonly said: Said[];
  /** Commits an entry with its queue row; resolves to its id. */
  enter(number?: string): Promise<string>;
  /** As many as are wanted, in one transaction. */
  enterMany(count: number): Promise<string[]>;
  /** Looks only when it is asked, unless the changes say otherwise. */
  sequencer(changes?: Partial<SequencerParts>): Sequencer;
  verify(keeper?: CheckpointKeeper | null, open?: OpenOpening): Promise<LedgerReport>;
  /** Changes rows as somebody with full rights would, past the triggers. */
  tamper(change: (tx: TransactionSql) => Promise<unknown>): Promise<void>;
  /** Remembers the ledger as it is now; what it resolves to brings it back. */
  remember(): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

const tables = [
  'tenant',
  'entry',
  'ledger_queue',
  'ledger_leaf',
  'ledger_tile',
  'ledger_checkpoint',
];

export async function ledgerWorld(): Promise<LedgerWorld> {
  const { sql, close } = await testDatabase();
  await sql`insert into tenant (id, name, pseudonym, data_key_wrapped, token_key_wrapped, kek_id)
    values (${tenantId}, 'test', ${pseudonym}, ${Buffer.of(1)}, ${Buffer.of(1)}, 'test')`;
  const store = postgresLedger(sql);
  const keeper = memoryKeeper();
  const clock = testClock();
  const said: Said[] = [];
  const at = Date.UTC(2026, 10, 22, 10, 0, 0, 123);

  function made(number = '+14155550123') {
    const id = randomUUID();
    const callId = randomUUID();
    const partyId = randomUUID();
    const {
      leaf,
      opening,
      texts: named,
    } = makeEntry(
      {
        kind: 'grant',
        purpose: 'recording',
        entryId: id,
        callId,
        callSid: `CA${'0'.repeat(32)}`,
        partyId,
        role: 'caller',
        number,
        at,
        answer: 'grant',
        flow: { name: 'inbound', version: 1, hash: 'ab'.repeat(32) },
        locale: 'en',
        prompts: [],
        controller: 'Example Ltd',
        jurisdiction: { table: '2026-11-22', mode: 'all', rules: [], parties: [] },
        evidence: null,
        channel: 'call',
        recipients: [],
      },
      pseudonym,
      randomBytes(saltBytesFor('grant')),
    );
    for (const { id: textId, text } of named) texts.set(textId, text);
    return { id, callId, partyId, leaf, opening: seal(opening) };
  }

  async function enter(number?: string): Promise<string> {
    const { id, callId, partyId, leaf, opening } = made(number);
    await sql`
      with added as (
        insert into entry (id, tenant_id, call_id, party_id, kind, purpose, at, opening)
        values (${id}, ${tenantId}, ${callId}, ${partyId}, 'grant', 'recording',
          ${new Date(at)}, ${opening})
        returning id
      )
      insert into ledger_queue (entry_id, leaf) select id, ${leaf} from added`;
    return id;
  }

  async function enterMany(count: number): Promise<string[]> {
    const many = Array.from({ length: count }, () => made());
    const entries = many.map(({ id, callId, partyId, opening }) => ({
      id,
      tenant_id: tenantId,
      call_id: callId,
      party_id: partyId,
      kind: 'grant',
      purpose: 'recording',
      at: new Date(at),
      opening,
    }));
    const queued = many.map(({ id, leaf }) => ({ entry_id: id, leaf }));
    await sql.begin(async (tx) => {
      await tx`insert into entry ${tx(entries)}`;
      await tx`insert into ledger_queue ${tx(queued)}`;
    });
    return many.map(({ id }) => id);
  }

  const tamper: LedgerWorld['tamper'] = async (change) => {
    await sql.begin(async (tx) => {
      await tx`set local session_replication_role = 'replica'`;
      await change(tx);
    });
  };

  async function remember(): Promise<() => Promise<void>> {
    await sql`create schema kept`;
    for (const name of tables) await sql`create table kept.${sql(name)} as table ${sql(name)}`;
    const notes = [...keeper.notes];
    return async () => {
      keeper.notes.splice(0, Infinity, ...notes);
      said.length = 0;
      await tamper(async (tx) => {
        for (const name of tables) {
          await tx`delete from ${tx(name)}`;
          await tx`insert into ${tx(name)} select * from kept.${tx(name)}`;
        }
      });
    };
  }

  return {
    sql,
    keeper,
    clock,
    said,
    enter,
    enterMany,
    sequencer: (changes = {}) =>
      createSequencer({
        store,
        signer,
        earlierKeys: [],
        keeper,
        clock,
        log: memoryLog(said),
        intervalMs: 3_600_000,
        ...changes,
      }),
    verify: (kept = keeper, open = openSealed) => verifyLedger(store, [signer.vkey], kept, open),
    tamper,
    remember,
    close,
  };
}
