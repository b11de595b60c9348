/**
 * Calls that we place: screened first, dialled once, cancelled when somebody says no while it
 * rings, and asked for permission like everybody else once they are answered.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { diskFile, writtenAt } from '../../src/adapters/lists/disk-file.ts';
import { findScreening } from '../../src/app/find-screening.ts';
import { type ReplayParts, replayScreening } from '../../src/app/replay-screening.ts';
import type { CalledParty } from '../../src/carrier/carrier.ts';
import { readConfig } from '../../src/config.ts';
import { screener } from '../../src/core/suppression/calling-rules-shipped.ts';
import { clock } from '../../src/main/chance.ts';
import { layFoundation } from '../../src/main/foundation.ts';
import { listPartsOf } from '../../src/main/lists.ts';
import { openStores } from '../../src/main/stores.ts';
import { consentry } from '../edges/cli/console.ts';
import {
  type CallView,
  isSealed,
  sealFrames,
  type TestServer,
  testServer,
} from '../support/server.ts';

let server: TestServer;
let line: string;
let made = 0;

beforeAll(async () => {
  server = await testServer({}, { screeningAt });
  line = await addLine('+14155557000');
});
afterAll(() => server.close());

const json = (body: object) => ({ method: 'POST', body: JSON.stringify(body) });
const ask = async (path: string, body: object, headers: Record<string, string> = {}) => {
  const answer = await server.api(path, { ...json(body), headers });
  return { status: answer.status, body: (await answer.json()) as CallView };
};

async function addLine(number: string): Promise<string> {
  const settings = { flow: 'outbound-sales', locale: 'en', controller: 'Acme', default: true };
  const answer = await server.api(`/v1/lines/${encodeURIComponent(number)}`, {
    method: 'PUT',
    body: JSON.stringify(settings),
  });
  expect(answer.status).toBe(200);
  return number;
}

/** A Wednesday noon in New York, with the rules of the release that is tested in force. */
const screeningAt = Date.UTC(2026, 11, 2, 17);

function openNumber(): string {
  made += 1;
  return `+1212555${String(1000 + made)}`;
}

const called = (number: string, party: CalledParty) => server.carrier.answerAs(number, party);
const willing: CalledParty = { otherwise: { press: '1' } } as CalledParty;

let to: string;
beforeEach(() => {
  to = openNumber();
});

describe('a call that may be placed', () => {
  test('is screened, dialled once and answered with the call, ringing', async () => {
    called(to, willing);
    const { status, body } = await ask('/v1/calls', { to, purpose: 'service' });
    expect([status, body.code ?? body.direction]).toEqual([201, 'outbound']);
    expect(body.line).toBe(line);
    expect(body.parties).toHaveLength(1);
    expect(body.parties[0].role).toBe('caller');
    expect(body.parties[0].number).toMatch(/•/);
    // Whoever is quick has picked up, and was asked, before it was answered.
    expect(body.entries[0].kind).toBe('screening');
    const leg = await server.carrier.called(to);
    await leg.when('says');
    leg.hangup();
    const view = await server.callView(body.id, (one) => one.state === 'ended');
    expect(view.parties).toHaveLength(1);
    expect(view.parties[0].legs).toEqual([{ callSid: leg.callSid }]);
  });

  test('asks whoever picks up, by the flow of the line, and records after their yes', async () => {
    called(to, { otherwise: { manual: true } } as CalledParty);
    const { body } = await ask('/v1/calls', { to, purpose: 'service', flow: 'inbound' });
    const leg = await server.carrier.called(to);
    await leg.when('gathers', 1);
    leg.silent();
    await leg.when('gathers', 2);
    leg.pressDigits('1');
    await leg.when('stream-started');
    await sealFrames(server, leg, 20);
    leg.hangup();
    const view = await server.callView(body.id, isSealed);
    expect(view.flow.name).toBe('inbound');
    expect(view.parties[0].statuses.recording).toBe('granted');
    expect(view.recordings).toHaveLength(1);
  });

  test('of which a machine picks up grants nothing, whatever it says', async () => {
    called(to, { ...willing, pickup: 'machine' } as CalledParty);
    const { body } = await ask('/v1/calls', { to, purpose: 'service', flow: 'inbound' });
    const leg = await server.carrier.called(to);
    await leg.when('answered');
    const view = await server.callView(body.id, (one) => one.parties[0].legs.length > 0);
    expect(view.parties[0].statuses.recording).not.toBe('granted');
    leg.hangup();
    const ended = await server.callView(body.id, (one) => one.state === 'ended');
    expect(ended.recordings).toEqual([]);
    expect(ended.entries.map(({ kind }: CallView) => kind)).not.toContain('grant');
  });

  test.each(['busy', 'never-answers', 'fails'] as const)('that is %s ends', async (pickup) => {
    called(to, { ...willing, pickup } as CalledParty);
    const { status, body } = await ask('/v1/calls', { to, purpose: 'service' });
    expect(status).toBe(201);
    const view = await server.callView(body.id, (one) => one.state === 'ended');
    expect(view.parties[0].legs).toEqual([]);
  });

  test('is one call for one Idempotency-Key', async () => {
    called(to, willing);
    const headers = { 'idempotency-key': `once-${to}` };
    const first = await ask('/v1/calls', { to, purpose: 'service' }, headers);
    const again = await ask('/v1/calls', { to, purpose: 'service' }, headers);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body.id).toBe(first.body.id);
    // Also when the answer was lost before it was kept.
    await server.database.sql`delete from idempotency`;
    const late = await ask('/v1/calls', { to, purpose: 'service' }, headers);
    expect(late.body.id).toBe(first.body.id);
    const rows = await server.database.sql`
      select count(*)::int as n from dial where call_id = ${first.body.id}`;
    expect(rows[0]!['n']).toBe(1);
    (await server.carrier.called(to)).hangup();
  });
});

describe('a number that may not be called', () => {
  test('is answered with every reason before anything is said of lines, and not dialled', async () => {
    await ask('/v1/opt-outs', { number: to });
    const { status, body } = await ask('/v1/calls', {
      to,
      from: '+14155550000',
      purpose: 'service',
    });
    expect([status, body.code]).toEqual([403, 'not_dialled']);
    expect(body.reasons.map(({ code }: CallView) => code)).toContain('INTERNAL_DNC');
    const receipt = await server.api(`/v1/receipts/${body.evidenceId}`);
    expect([200, 409]).toContain(receipt.status);
    const rows = await server.database.sql`select count(*)::int as n from dial`;
    const { status: twice } = await ask('/v1/calls', { to, purpose: 'service' });
    expect(twice).toBe(403);
    expect((await server.database.sql`select count(*)::int as n from dial`)[0]).toEqual(rows[0]);
  });

  test.each([
    ['911', 'EMERGENCY_NUMBER'],
    ['not a number', 'INVALID_NUMBER'],
    ['+18005550100', 'PREMIUM_OR_TOLLFREE'],
  ])('%s is refused for %s', async (number, code) => {
    const { status, body } = await ask('/v1/calls', { to: number, purpose: 'service' });
    expect(status).toBe(403);
    expect(body.reasons.map((reason: CallView) => reason.code)).toContain(code);
  });

  test('for selling without the registries is refused: what is unknown is no yes', async () => {
    const { status, body } = await ask('/v1/calls', { to, purpose: 'marketing-calls' });
    expect(status).toBe(403);
    expect(body.reasons.length).toBeGreaterThan(0);
  });

  test('is refused before a wrong line is complained of; a wrong line is told otherwise', async () => {
    const { status, body } = await ask('/v1/calls', {
      to,
      from: '+14155550000',
      purpose: 'service',
    });
    expect([status, body.code]).toEqual([422, 'invalid_request']);
    expect(body.mistakes[0].path).toBe('body.from');
  });

  test('every attempt that is not dialled has its entry, a wrong line and a wrong flow too', async () => {
    const known = async () =>
      (
        await server.database.sql`select count(*)::int as n from entry where kind = 'screening'`
      )[0]!;
    await ask('/v1/opt-outs', { number: '+12125559998' });
    for (const attempt of [
      { to: '+12125559998' },
      { to: '911' },
      { to, purpose: 'marketing-calls' },
      { to, from: '+14155550000' },
      { to, flow: 'no-such-flow' },
    ]) {
      const before = (await known())['n'] as number;
      const { status, body } = await ask('/v1/calls', { purpose: 'service', ...attempt });
      expect([403, 422]).toContain(status);
      expect((await known())['n']).toBe(before + 1);
      expect([200, 409]).toContain((await server.api(`/v1/receipts/${body.evidenceId}`)).status);
    }
  });
});

test('who does not want to be called from a line is called from others, and told why not from that one', async () => {
  called(to, willing);
  const lines = (await (await server.api('/v1/lines')).json()) as CallView;
  const { id } = lines.data.find((one: CallView) => one.number === line);
  await ask('/v1/opt-outs', { number: to, channel: 'call', scope: `line:${id}` });
  const refused = await ask('/v1/calls', { to, from: line, purpose: 'service' });
  expect([refused.status, refused.body.code]).toEqual([403, 'not_dialled']);
  expect(refused.body.screening.reasons).toMatchObject([
    { code: 'INTERNAL_DNC', list: 'own', version: expect.stringMatching(/^\d+$/) },
  ]);
  for (const [from, codes] of [
    [{ from: id }, ['INTERNAL_DNC']],
    [{}, []],
  ] as const) {
    const { body } = await ask('/v1/screenings', { number: to, ...from });
    expect(body.reasons.map(({ code }: CallView) => code)).toEqual(codes);
  }
  const other = await addLine('+14155557001');
  await addLine(line);
  const placed = await ask('/v1/calls', { to, from: other, purpose: 'service' });
  expect(placed.status).toBe(201);
  (await server.carrier.called(to)).hangup();
});

test('what is said of a number counts for a call and for a permit, and is in their evidence', async () => {
  called(to, willing);
  const answers = [
    await ask('/v1/calls', { to, purpose: 'service', reassigned: 'yes' }),
    await ask('/v1/permits', { number: to, purpose: 'service', reassigned: 'yes' }),
  ];
  for (const { status, body } of answers) {
    expect([status, body.code]).toEqual([403, 'not_dialled']);
    expect(body.reasons.map(({ code }: CallView) => code)).toEqual(['REASSIGNED']);
    for (;;) {
      const replayed = await server.api(`/v1/screenings/${body.evidenceId}/replay`);
      if (replayed.status === 409) continue;
      expect(await replayed.json()).toMatchObject({ agrees: true, said: { decision: 'deny' } });
      break;
    }
  }
  const placed = await ask('/v1/calls', { to, purpose: 'service', reassigned: 'no' });
  expect(placed.status).toBe(201);
  (await server.carrier.called(to)).hangup();
});

test('a call that rings is cancelled when its number is listed, and nobody can pick it up', async () => {
  called(to, { ...willing, pickup: 'rings-on' } as CalledParty);
  const { body } = await ask('/v1/calls', { to, purpose: 'service' });
  const leg = await server.carrier.called(to);
  expect((await ask('/v1/opt-outs', { number: to })).status).toBe(201);
  const view = await server.callView(body.id, (one) => one.state === 'ended');
  expect(view.parties[0].legs).toEqual([]);
  expect(await leg.ended).toMatchObject({ status: 'canceled' });
});

describe('a call that rings when a list that its number is on is taken over', () => {
  async function ringing() {
    called(to, { ...willing, pickup: 'rings-on' } as CalledParty);
    const { body } = await ask('/v1/calls', { to, purpose: 'service' });
    return { number: to, id: body.id as string, leg: await server.carrier.called(to) };
  }
  const others = (area: number) =>
    Array.from({ length: 300 }, (_, i) => `+1${area}555${1_000 + i}`).join('\n');

  async function bySending(text: string): Promise<void> {
    const headers = { 'content-type': 'text/csv' };
    const sent = await server.api('/v1/lists/own/import', { method: 'POST', body: text, headers });
    const { id } = (await sent.json()) as CallView;
    for (;;) {
      const job = (await (await server.api(`/v1/list-imports/${id}`)).json()) as CallView;
      if (job.state === 'done') return;
      expect(['waiting', 'running']).toContain(job.state);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** It has no carrier to ask: the server hears of it. */
  async function byCommand(text: string): Promise<void> {
    const foundation = await layFoundation(readConfig(server.environment), false);
    try {
      const stores = await openStores(readConfig(server.environment), foundation);
      const parts = { ...listPartsOf(foundation, stores), ownCopy: stores.ownIndex };
      const lists = { ...parts, shelf: stores.listShelf, diskFile, writtenAt };
      const path = join(server.dir, 'taken-over.txt');
      writeFileSync(path, text);
      const ran = await consentry({ stores: { lists } }, 'list', 'import', 'own', path);
      expect([ran.code, ran.err]).toEqual([0, '']);
    } finally {
      await foundation.close();
    }
  }

  test.each([
    ['by sending it', bySending],
    ['by a command beside the server', byCommand],
  ])('%s is cancelled, and another one rings on', async (_, takeOver) => {
    const hit = await ringing();
    to = openNumber();
    const other = await ringing();
    await takeOver(others(312));
    expect((await server.callView(hit.id)).state).toBe('ringing');
    await takeOver(`${others(773)}\n${hit.number}`);
    expect(await hit.leg.ended).toMatchObject({ status: 'canceled' });
    const view = await server.callView(hit.id, (one) => one.state === 'ended');
    expect(view.parties[0].legs).toEqual([]);
    expect((await server.callView(other.id)).state).toBe('ringing');
    other.leg.hangup();
  });
});

test('a call that rings is cancelled when a prefix it is under is listed', async () => {
  const [under, beside] = ['+16465550101', '+16465560102'];
  const ring = async (number: string) => {
    called(number, { ...willing, pickup: 'rings-on' } as CalledParty);
    const { body } = await ask('/v1/calls', { to: number, purpose: 'service' });
    return { id: body.id as string, leg: await server.carrier.called(number) };
  };
  const [hit, other] = [await ring(under), await ring(beside)];
  expect((await ask('/v1/opt-outs', { number: '+1646555*' })).status).toBe(201);
  expect(await hit.leg.ended).toMatchObject({ status: 'canceled' });
  await server.callView(hit.id, (one) => one.state === 'ended');
  const view = await server.callView(other.id);
  expect(view.state).toBe('ringing');
  const again = await ask('/v1/calls', { to: under, purpose: 'service' });
  expect([again.status, again.body.code]).toEqual([403, 'not_dialled']);
  other.leg.hangup();
});

test('who takes the permission for marketing calls back in a call is not called again', async () => {
  called(to, { otherwise: { press: '1' } } as CalledParty);
  const { body } = await ask('/v1/calls', { to, purpose: 'service' });
  const leg = await server.carrier.called(to);
  const granted = (view: CallView) => view.parties[0].statuses['marketing-calls'] === 'granted';
  await server.callView(body.id, granted);
  const withdrawn = await ask(`/v1/calls/${body.id}/withdraw`, { purpose: 'marketing-calls' });
  expect(withdrawn.status).toBe(200);
  // Answered is listed: the next decision knows.
  const screening = await ask('/v1/screenings', { number: to });
  expect(screening.body.reasons.map((one: CallView) => one.code)).toContain('CONSENT_WITHDRAWN');
  leg.hangup();
  const again = await ask('/v1/calls', { to, purpose: 'service' });
  expect([again.status, again.body.code]).toEqual([403, 'not_dialled']);
  const [row] = await server.database.sql`
    select channel, reason, source from listing
    where entry_id in (select id from entry where kind = 'listing') and reason = 'withdrawal'`;
  expect({ ...row }).toEqual({ channel: 'call', reason: 'withdrawal', source: 'call' });
});

test('a decision is taken again years later, from the lists and settings of then', async () => {
  called(to, willing);
  const allowed = await ask('/v1/calls', { to, purpose: 'service' });
  (await server.carrier.called(to)).hangup();
  await ask('/v1/opt-outs', { number: to });
  const refused = await ask('/v1/calls', { to, purpose: 'service' });
  const evidence = allowed.body.entries[0].id as string;
  const config = readConfig(server.environment);
  const foundation = await layFoundation(config, false);
  const stores = await openStores(config, foundation);
  const parts: ReplayParts = {
    ...stores,
    screener,
    ownChanges: (number, upTo) => stores.ownList.changesOf(number, upTo),
    shelf: stores.listShelf,
  };
  const replay = async (id: string) => {
    for (;;) {
      const found = await replayScreening(parts, foundation.tenant.id, id).catch(
        (error: { code?: string }) => error.code,
      );
      if (found !== 'receipt_pending') return found;
    }
  };
  expect(await replay(evidence)).toMatchObject({
    agrees: true,
    said: { decision: 'allow', reasons: [] },
    gaps: [],
  });
  expect(await replay(refused.body.evidenceId)).toMatchObject({
    agrees: true,
    said: { decision: 'deny', reasons: ['INTERNAL_DNC'] },
  });
  // Who complains knows the number and the minute.
  const reads = { screenings: stores.screeningReads };
  const [kept] = await server.database.sql`
    select at from entry where id = ${refused.body.evidenceId as string}`;
  if (kept === undefined) throw new Error('a refusal is kept');
  const minute = Math.floor((kept['at'] as Date).getTime() / 60_000) * 60_000;
  expect(await findScreening(reads, to, minute)).toBe(refused.body.evidenceId);
  expect(await findScreening(reads, to, minute + 5 * 60_000)).toBe(refused.body.evidenceId);
  for (const [number, at] of [
    [to, minute - 60_000],
    [to, minute + 6 * 60_000],
    ['+14155550999', minute],
  ] as const) {
    await expect(findScreening(reads, number, at)).rejects.toMatchObject({ code: 'not_found' });
  }
  const written: unknown[] = [];
  const audit = {
    add: async ({ persons }: { persons: readonly string[] }) => void written.push(...persons),
    list: async () => ({ rows: [], next: null }),
  };
  const opened = {
    audit: { ...stores, audit, clock },
    replay: { ...parts, ...reads },
    tenantId: foundation.tenant.id,
  };
  const told = (...args: readonly string[]) =>
    consentry({ stores: opened }, 'screen', 'replay', ...args);
  const when = new Date(minute).toISOString();
  const { code, out } = await told(to, '--at', when);
  expect([code, out]).toEqual([0, expect.stringMatching(/said then +deny: INTERNAL_DNC/)]);
  expect(out).not.toContain(to);
  expect(written).toEqual(await stores.subjects.ofNumber(to));
  expect(written).toHaveLength(1);
  const late = new Date(minute + 6 * 60_000).toISOString();
  expect(await told(to, '--at', late)).toMatchObject({
    code: 1,
    err: expect.stringContaining('no decision of that minute'),
  });
  const without = await told(to);
  expect(without).toMatchObject({ code: 2, err: expect.stringContaining('takes --at TIME') });
  expect(without.err).not.toContain(to);
  await foundation.close();
});
