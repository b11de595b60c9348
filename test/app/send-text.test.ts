/** One text message: marked before the carrier is asked, and tried again only before that. */
import { beforeEach, expect, test } from 'vitest';
import type { CarrierTask, Person } from '../../src/app/call-ports.ts';
import { runTask, type TaskParts } from '../../src/app/carrier-tasks.ts';
import { ConsentryError } from '../../src/core/error.ts';
import { contactsThat } from '../support/contacts.ts';

const body = { personId: 'p', lineId: 'l', text: 'Acme: thank you.' };
const person = { id: 'p', number: '+14155550123' } as Person;

let told: string[];
let row: { attempts: number; done: boolean; failed: string | null };
beforeEach(() => {
  told = [];
  row = { attempts: 0, done: false, failed: null };
});

interface World {
  readonly find?: () => Promise<Person | null>;
  readonly send?: () => Promise<string>;
  readonly mayText?: boolean;
  readonly number?: string | null;
}

/** A task's row as the store keeps it, and nothing else. */
function parts({ find, send, mayText = true, number = '+14155550999' }: World): TaskParts {
  const task = { id: 't', callId: 'c', kind: 'text', body: Buffer.alloc(0) } as CarrierTask;
  return {
    log: { debug() {}, info() {}, warn() {}, error() {} },
    tenant: { cipher: { open: () => Buffer.from(JSON.stringify(body)) } },
    lines: { byId: async () => ({ number }) },
    people: { find: find ?? (async () => person) },
    contacts: contactsThat(mayText),
    enterListed: async () => {},
    clock: { now: () => 0 },
    carrier: {
      sendText: async ({ to, from, text }: { to: string; from: string; text: string }) => {
        told.push(`${row.done ? 'marked' : 'unmarked'} ${from} ${to} ${text}`);
        return send === undefined ? 'SM1' : send();
      },
    },
    store: {
      takeTask: async () => {
        if (row.done) return null;
        row.attempts += 1;
        return task;
      },
      endTask: async (_: string, failed: string | null) => {
        row = { ...row, done: true, failed };
      },
      postponeTask: async (_: string, __: number, most: number) => !row.done && row.attempts < most,
    },
  } as unknown as TaskParts;
}

const sent = 'marked +14155550999 +14155550123 Acme: thank you.';

test('is marked, then sent, and not sent again', async () => {
  await runTask(parts({}), 't');
  await runTask(parts({}), 't');
  expect([told, row]).toEqual([[sent], { attempts: 1, done: true, failed: null }]);
});

test('is not sent again when nobody knows whether the carrier has it', async () => {
  const send = () => Promise.reject(new ConsentryError('unavailable'));
  await runTask(parts({ send }), 't');
  await runTask(parts({ send }), 't');
  expect([told, row]).toEqual([[sent], { attempts: 1, done: true, failed: 'carrier' }]);
});

test('is tried three times while the carrier has not been asked', async () => {
  const find = () => Promise.reject(new Error('the database is away'));
  await runTask(parts({ find }), 't');
  expect(row).toEqual({ attempts: 1, done: false, failed: null });
  await runTask(parts({ find }), 't');
  await runTask(parts({}), 't');
  expect([told, row]).toEqual([[sent], { attempts: 3, done: true, failed: null }]);
});

test.each<[string, World]>([
  ['somebody who was erased', { find: async () => null }],
  ['somebody who wants no texts', { mayText: false }],
  ['anybody from a line without a number', { number: null }],
])('is not sent to %s', async (_, world) => {
  await runTask(parts(world), 't');
  expect([told, row]).toEqual([[], { attempts: 1, done: true, failed: null }]);
});
