/** The verbs of a call on a real database, with the shipped flows and prompts, and no network. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Sql } from 'postgres';
import { loadFlows } from '../../src/adapters/flows/files.ts';
import { createFieldCipher } from '../../src/adapters/keys/field-cipher.ts';
import { createCallStore } from '../../src/adapters/postgres/calls.ts';
import { createChoices } from '../../src/adapters/postgres/choices.ts';
import { createPeople } from '../../src/adapters/postgres/people.ts';
import { loadPrompts } from '../../src/adapters/prompts/files.ts';
import { renderTwiml } from '../../src/adapters/twilio/twiml.ts';
import { createCallCache } from '../../src/app/call-cache.ts';
import type { CallLine, CallParts } from '../../src/app/call-parts.ts';
import type { Tenant } from '../../src/app/call-ports.ts';
import { urlsBelow } from '../../src/app/compose-document.ts';
import { createGates } from '../../src/app/gates.ts';
import { createJurisdictionBook } from '../../src/app/jurisdiction-book.ts';
import { createEntryMaker } from '../../src/app/make-entry.ts';
import type { Clock, Random } from '../../src/app/ports.ts';
import type { VoiceWebhook } from '../../src/core/call/webhook.ts';

export const clock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };
export const random: Random = { bytes: (count) => randomBytes(count), uuid: () => randomUUID() };
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const root = join(import.meta.dirname, '..', '..');

/** A tenant of this test's own, in the database. */
export async function makeTenant(sql: Sql): Promise<Tenant> {
  const id = randomUUID();
  const pseudonym = randomBytes(16);
  await sql`
    insert into tenant (id, name, pseudonym, data_key_wrapped, token_key_wrapped, kek_id)
    values (${id}, ${id}, ${pseudonym}, ${randomBytes(8)}, ${randomBytes(8)}, 'test')`;
  return {
    id,
    pseudonym: pseudonym.toString('hex'),
    cipher: createFieldCipher(randomBytes(32), randomBytes(32)),
  };
}

export interface Desk extends CallParts {
  readonly oddities: string[];
}

/** One process's view: its own cache and gates over the shared database. */
export async function openDesk(
  sql: Sql,
  tenant: Tenant,
  overrides: Partial<CallParts> & { line?: Partial<CallLine> } = {},
): Promise<Desk> {
  const flows = await loadFlows(join(root, 'flows'));
  const prompts = await loadPrompts(join(root, 'prompts'));
  const oddities: string[] = [];
  const line: CallLine = {
    id: null,
    number: null,
    flow: 'inbound',
    locale: 'en',
    controller: 'Acme',
    agent: null,
    ...overrides.line,
  };
  return {
    clock,
    random,
    log: quiet,
    tenant,
    store: createCallStore(sql, () => 0),
    people: createPeople(sql, tenant, random),
    choices: createChoices(sql, tenant.id),
    cache: createCallCache(),
    flows,
    prompts,
    lines: { find: async () => line, byId: async () => line, cached: () => line },
    gates: createGates(clock),
    gateChannel: { announce: async () => {} },
    makeEntry: createEntryMaker(tenant, random, prompts.words, prompts.audio),
    jurisdictions: createJurisdictionBook(quiet),
    urls: () => urlsBelow('https://voice.example.com'),
    render: renderTwiml,
    runTask: () => {},
    hashToken: (token) => createHash('sha256').update(token).digest(),
    onOddity: (what) => oddities.push(what),
    ...overrides,
    oddities,
  };
}

export const newCallSid = (): string => `CA${randomBytes(16).toString('hex')}`;

export function voice(callSid: string, change: Partial<VoiceWebhook> = {}): VoiceWebhook {
  const webhook = {
    callSid,
    step: 'start',
    stretch: null,
    from: '+14155550123',
    to: '+14155550999',
    direction: 'inbound' as const,
    callStatus: 'in-progress',
    digits: null,
    speech: null,
    confidence: null,
    dialCallStatus: null,
    answeredBy: null,
    flowName: null,
    ...change,
  };
  const fingerprint = createHash('sha256').update(JSON.stringify(webhook)).digest();
  return { ...webhook, fingerprint };
}

/** The step and stretch of the last address of ours in a document. */
export function nextStep(twiml: string): Pick<VoiceWebhook, 'step' | 'stretch'> {
  const addresses = [...twiml.matchAll(/\/twilio\/voice\/([\w-]+)(?:\/(purpose|choices))?[#"]/g)];
  const last = addresses.at(-1);
  if (last === undefined) throw new Error(`no step in ${twiml}`);
  return { step: last[1] ?? '', stretch: (last[2] as VoiceWebhook['stretch']) ?? null };
}
