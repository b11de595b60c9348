/** What exports hold in each format beyond a table, compared with the database. */
import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ExportAudio } from '../../../../src/app/export-ports.ts';
import { runNextExport } from '../../../../src/app/run-export.ts';
import type { Scope } from '../../../../src/core/access/scope.ts';
import { canonical } from '../../../../src/core/ledger/canonical.ts';
import { type SeededCall, seedCall } from '../../../support/seed-call.ts';
import { cellsOf, unzip, unzipBytes } from '../../../support/unzip.ts';
import { type ApiServer, startApi } from './support.ts';

let server: ApiServer;
let key: string;
let call: SeededCall;
const [caller, agent, other] = ['+4915112345678', '+14155550123', '+4915112345679'];
const wav = Buffer.from('RIFF of a person, 58 and more bytes of it; none of it is text');
const taken: string[] = [];
const damaged = new Set<string>();
const scopes: Scope[] = [
  'exports:read',
  'exports:write',
  'numbers:reveal',
  'recordings:download',
  'audit:read',
  'persons:read',
];

const audio: ExportAudio = {
  isRecipient: async (recipient) => recipient.startsWith('age1'),
  async open(id, recipient, by) {
    if (damaged.has(id)) return 'damaged';
    taken.push(`${id} ${recipient ?? 'wav'} ${by}`);
    return (async function* () {
      yield wav.subarray(0, 10);
      yield wav.subarray(10);
    })();
  },
};

beforeAll(async () => {
  server = await startApi();
  Object.assign(server.parts.bulkParts, { audio });
  key = await server.key(scopes);
  const { sql } = server.database;
  call = await seedCall(sql, server.tenant, {
    startedAt: '2026-02-01T10:00:00.000Z',
    parties: [
      { number: caller!, recording: { durationMs: 4_000 }, statuses: { recording: 'granted' } },
      { number: agent!, role: 'agent', recording: { durationMs: 2_500 } },
    ],
  });
  const [leg] = await sql`select person_id from leg where call_sid = ${call.parties[0]!.callSid}`;
  await sql`
    insert into entry (id, tenant_id, call_id, party_id, kind, purpose, at, person_id)
    values (${randomUUID()}, ${server.tenant.id}, ${call.id}, ${call.parties[0]!.id}, 'withdrawal',
      'recording', '2026-02-01T10:00:09.000Z', ${leg!['person_id']})`;
  await seedCall(sql, server.tenant, {
    startedAt: '2026-02-02T10:00:00.000Z',
    parties: [{ number: other!, recording: {}, statuses: { recording: 'granted' } }],
  });
  await sql`
    insert into text_message (message_sid, tenant_id, sender, meaning, has_words, reply, at)
    values (${`SM${randomUUID()}`}, ${server.tenant.id}, ${server.tenant.cipher.token(caller!)},
      '=HYPERLINK("http://x","y")', false, '<Response/>', '2026-02-03T12:00:00Z')`;
  await seedCall(sql, server.other, {});
});
afterAll(() => server.close());

async function make(body: object, by = key): Promise<string> {
  const made = await server.send('post', '/v1/exports', by, body);
  expect([made.status, made.body.state]).toEqual([201, 'waiting']);
  while (await runNextExport(server.parts.bulkParts));
  return made.body.id;
}
async function bytesOf(id: string, by = key): Promise<Buffer> {
  const answer = await server
    .get(`/v1/exports/${id}/file`, by)
    .buffer(true)
    .parse((response, done) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece) => pieces.push(Buffer.from(piece)));
      response.on('end', () => done(null, Buffer.concat(pieces)));
    });
  expect(answer.status).toBe(200);
  return answer.body;
}
const post = (body: object, by = key) => server.send('post', '/v1/exports', by, body);
async function personOf(number: string): Promise<string> {
  const [row] = await server.database.sql`select id from person
    where token = ${server.tenant.cipher.token(number)} and tenant_id = ${server.tenant.id}`;
  return row!['id'];
}

interface Vcon {
  uuid: string;
  created_at: string;
  extensions: string[];
  parties: { tel?: string; name?: string; uuid: string; role: string }[];
  dialog: Record<string, unknown>[];
  attachments: {
    type: string;
    purpose: string;
    start: string;
    party: number;
    dialog: number;
    encoding: string;
    body: Record<string, unknown> & { content_hash: { value: string } };
  }[];
}
async function vconsOf(body: object): Promise<Vcon[]> {
  const text = (await bytesOf(await make({ kind: 'calls', format: 'vcon', ...body }))).toString();
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('a vCon of a call', () => {
  test('has its parties, masked, its recordings as a set, and what each of them allowed', async () => {
    const vcons = await vconsOf({});
    expect(vcons).toHaveLength(2);
    const vcon = vcons[1]!;
    expect(vcon.uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-/);
    expect(vcon.extensions).toEqual(['lawful_basis', 'CC']);
    expect(vcon.parties).toEqual([
      { name: '+49 151 ••••• 678', uuid: call.parties[0]!.id, role: 'customer' },
      { name: '+1 415 ••••• 123', uuid: call.parties[1]!.id, role: 'agent' },
    ]);
    const [set, ...recordings] = vcon.dialog;
    expect(set).toMatchObject({
      type: 'recording-set',
      start: '2026-02-01T10:00:00.000Z',
      duration: 60,
      parties: [0, 1],
      recordings: [1, 2],
      interaction_id: call.id,
    });
    expect(recordings.map((one) => [one['type'], one['recording_set']])).toEqual([
      ['recording', 0],
      ['recording', 0],
    ]);
    expect(recordings.map((one) => one['duration']).sort()).toEqual([2.5, 4]);
    expect(recordings.every((one) => !('body' in one) && !('url' in one))).toBe(true);
    const said = vcon.attachments.map(({ type, purpose, party, dialog, encoding, body }) => {
      const [grant] = body['purpose_grants'] as { purpose: string; granted: boolean }[];
      expect([type, purpose, dialog, encoding]).toEqual([
        'lawful_basis',
        'lawful_basis',
        0,
        'json',
      ]);
      expect(body).toMatchObject({ lawful_basis: 'consent', expiration: null });
      return [party, grant!.purpose, grant!.granted];
    });
    expect(said.slice(0, 2).sort()).toEqual([
      [0, 'recording', true],
      [1, 'recording', true],
    ]);
    expect(said.slice(2)).toEqual([[0, 'recording', false]]);
    const proofs = vcon.attachments.map(({ body }) => {
      const [proof] = body['proof_mechanisms'] as { proof_data: { receipt: string } }[];
      return proof!.proof_data.receipt;
    });
    const entries = await server.database.sql`
      select id from entry where call_id = ${call.id} order by at, id`;
    expect(proofs).toEqual(entries.map(({ id }) => id));
  });

  test('hashes each basis without the hash, in canonical form', async () => {
    for (const { attachments } of await vconsOf({})) {
      for (const { body } of attachments) {
        const { content_hash: hash, ...rest } = body;
        const value = createHash('sha256').update(canonical(rest)).digest('hex');
        expect(hash).toEqual({ algorithm: 'sha-256', canonicalization: 'jcs', value });
      }
    }
  });

  test('has numbers as telephone addresses for who may see them', async () => {
    const vcons = await vconsOf({ reveal: true, reason: 'audit of 2026' });
    expect(vcons[1]!.parties.map(({ tel, name }) => [tel, name])).toEqual([
      [`tel:${caller}`, undefined],
      [`tel:${agent}`, undefined],
    ]);
  });

  test('has its sound where it was asked for with a reason, and none of a damaged recording', async () => {
    const [one, two] = call.parties.map(({ recordingId }) => recordingId!);
    damaged.add(two!);
    taken.length = 0;
    const vcons = await vconsOf({ audio: true, reason: 'court order' });
    damaged.clear();
    const sound = new Map(vcons[1]!.dialog.map((dialog) => [dialog['filename'], dialog]));
    expect(sound.get(`${one}.wav`)).toMatchObject({
      encoding: 'base64url',
      body: wav.toString('base64url'),
      mediatype: 'audio/x-wav',
    });
    expect(sound.get(`${two}.wav`)).not.toHaveProperty('body');
    expect(taken).toHaveLength(2);
    expect(taken.join()).toContain(`${one} wav `);
  });

  test('narrowed to a person has the calls they were on', async () => {
    const vcons = await vconsOf({ person: agent });
    expect(vcons.map(({ dialog }) => dialog[0]!['interaction_id'])).toEqual([call.id]);
  });
});

describe('an export of sound', () => {
  test('is an archive of a list, the recordings, and why some are not there', async () => {
    const [one, two] = call.parties.map(({ recordingId }) => recordingId!);
    damaged.add(two!);
    const body = { kind: 'recordings', format: 'wav', reason: 'court order', person: caller };
    const files = await unzipBytes(await bytesOf(await make(body)));
    const all = await unzipBytes(await bytesOf(await make({ ...body, person: undefined })));
    damaged.clear();
    expect([...files.keys()]).toEqual(['recordings.csv', `audio/${one}.wav`, 'without-sound.csv']);
    expect(files.get(`audio/${one}.wav`)?.equals(wav)).toBe(true);
    expect(files.get('recordings.csv')?.toString()).toContain("'+49 151 ••••• 678");
    expect(all.get('without-sound.csv')?.toString()).toBe(`id,why\r\n${two},damaged\r\n`);
    expect(all.get('recordings.csv')?.toString().split('\r\n')).toHaveLength(5);
  });

  test('sealed to a recipient is not opened here', async () => {
    taken.length = 0;
    const recipient = 'age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg';
    const id = await make({ kind: 'recordings', format: 'age', recipient, reason: 'hand-over' });
    const names = [...(await unzipBytes(await bytesOf(id))).keys()];
    expect(names.filter((name) => /^audio\/.*\.wav\.age$/.test(name))).toHaveLength(3);
    expect(taken.every((one) => one.includes(` ${recipient} `))).toBe(true);
  });

  test.each<[string, object, number, string | null]>([
    ['no reason', { kind: 'recordings', format: 'wav' }, 422, 'body.reason'],
    ['no recipient', { kind: 'recordings', format: 'age', reason: 'why' }, 422, 'body.recipient'],
    [
      'a wrong one',
      { kind: 'recordings', format: 'age', reason: 'why', recipient: 'me' },
      422,
      'body.recipient',
    ],
    ['another kind', { kind: 'texts', format: 'wav', reason: 'why' }, 422, 'body.format'],
    ['sound in a table', { kind: 'calls', audio: true, reason: 'why' }, 422, 'body.audio'],
    ['nobody known', { kind: 'calls', person: '+4930999999' }, 422, 'body.person'],
  ])('with %s is refused, and said where', async (_, body, status, path) => {
    const answer = await post(body);
    expect(answer.status).toBe(status);
    expect(answer.body.mistakes.map((one: { path: string }) => one.path)).toContain(path);
  });

  test.each<[string, Scope, object]>([
    ['sound', 'recordings:download', { kind: 'recordings', format: 'wav', reason: 'because' }],
    [
      'vCons with sound',
      'recordings:download',
      { kind: 'calls', format: 'vcon', audio: true, reason: 'because' },
    ],
    ['a history', 'audit:read', { kind: 'history' }],
    ['who saw what', 'audit:read', { kind: 'accesses' }],
  ])('and %s need the scope %s, to make and to fetch it', async (_, scope, body) => {
    const without = await server.key(scopes.filter((one) => one !== scope));
    expect((await post(body, without)).status).toBe(403);
    const id = await make(body);
    expect((await server.get(`/v1/exports/${id}/file`, without)).status).toBe(403);
  });
});

/** Rows of a sheet by the names in its head; dates as Excel counts them. */
function rowsOf(xml: string | undefined): Record<string, string>[] {
  const [head = [], ...rows] = cellsOf(xml ?? '');
  return rows.map((row) => Object.fromEntries(row.map(({ text }, i) => [head[i]!.text, text])));
}
const excelDay = (at: Date | string): number => new Date(at).getTime() / 86_400_000 + 25_569;

describe('a history [cap 57]', () => {
  const names = ['Calls', 'Texts', 'Forms', 'Consents', 'Disclosures', 'Who accessed'];

  test('is one workbook whose sheets are what the database has', async () => {
    const { sql } = server.database;
    const tenant = server.tenant.id;
    await server.get(`/v1/persons/${encodeURIComponent(caller!)}`, key);
    const id = await make({ kind: 'history' });
    const files = await unzip(await bytesOf(id));
    const book = files.get('xl/workbook.xml') ?? '';
    expect([...book.matchAll(/<sheet name="([^"]+)"/g)].map(([, name]) => name)).toEqual(names);
    const sheet = (n: number) => rowsOf(files.get(`xl/worksheets/sheet${n}.xml`));

    const calls = await sql`
      select id, started_at from call where tenant_id = ${tenant} order by started_at desc`;
    expect(sheet(1).map((row) => row['id'])).toEqual(calls.map((row) => row['id']));
    expect(sheet(1).map((row) => Number(row['startedAt']))).toEqual(
      calls.map((row) => expect.closeTo(excelDay(row['started_at']), 6)),
    );
    expect(sheet(1)[1]).toMatchObject({ number: '+49 151 ••••• 678', outcome: 'withdrawn' });

    expect(sheet(2)).toEqual([
      expect.objectContaining({ meaning: '=HYPERLINK("http://x","y")', answered: '0' }),
    ]);
    const forms = await sql`select from survey_answer where tenant_id = ${tenant}`;
    expect(sheet(3)).toHaveLength(forms.length);
    const consents = await sql`
      select id, kind from entry where tenant_id = ${tenant}
        and kind in ('grant', 'refusal', 'withdrawal', 'expiry') order by at desc, id`;
    expect(sheet(4).map((row) => [row['receipt'], row['kind']])).toEqual(
      consents.map((row) => [row['id'], row['kind']]),
    );
    const told = sheet(5).filter((row) => row['recipient'] === 'carrier');
    expect(told.filter((row) => row['what'] === 'call')).toHaveLength(3);
    expect(told.filter((row) => row['what'] === 'text')).toHaveLength(1);
    const job = (await server.get(`/v1/exports/${id}`, key)).body;
    const seen = await sql`
      select id, kind, by from audit where tenant_id = ${tenant} and at <= ${job.readyAt}
        and (cardinality(persons) > 0 or export_id is not null) order by at desc, id`;
    const shown = sheet(6).map((row) => [row['receipt'], row['kind'], row['by']]);
    expect(seen.map((row) => [row['id'], row['kind'], row['by']])).toEqual(
      expect.arrayContaining(shown),
    );
    expect(sheet(6).map((row) => row['operation'])).toContain('getPerson');
    expect(job.done).toBe([1, 2, 3, 4, 5, 6].reduce((sum, n) => sum + sheet(n).length, 0));
    const text = [...files.values()].join('');
    for (const number of [caller, agent, other]) expect(text).not.toContain(number);
  });

  test('of one person has nothing of another, and numbers in full where they may be seen', async () => {
    const id = await make({
      kind: 'history',
      person: await personOf(caller!),
      reveal: true,
      reason: 'their request',
    });
    const files = await unzip(await bytesOf(id));
    const sheets = names.map((_, i) => rowsOf(files.get(`xl/worksheets/sheet${i + 1}.xml`)));
    expect(sheets[0]!.map((row) => row['number'])).toEqual([caller]);
    expect(sheets[3]!.map((row) => row['kind'])).toEqual(['withdrawal', 'grant']);
    expect(sheets[4]!.filter((row) => row['recipient'] === 'carrier')).toHaveLength(2);
    const text = [...files.values()].join('');
    expect(text).not.toContain(other);
    expect(text).not.toContain(await personOf(other!));
  });

  test('leaves out who a restricted person is', async () => {
    const person = await personOf(other!);
    const { sql } = server.database;
    await sql`update person set restricted_at = now() where id = ${person}`;
    const files = await unzip(await bytesOf(await make({ kind: 'history' })));
    await sql`update person set restricted_at = null where id = ${person}`;
    const text = [...files.values()].join('');
    expect(text).not.toContain(person);
    // As it is masked, and whole; within an id the same digits are chance.
    expect(text).not.toMatch(/\b679\b|12345679/);
  });
});

describe('who saw the data of a person', () => {
  const seenBy = async (number: string) =>
    (await server.get(`/v1/persons/${encodeURIComponent(number)}/who-saw?limit=200`, key)).body
      .data as { operation: string; subject: { export?: string }; persons: string[] }[];
  const fetches = async (number: string, id: string) =>
    (await seenBy(number)).filter(({ subject }) => subject.export === id);

  test('shows every fetch of an export that held them, and of no other', async () => {
    const id = await make({ kind: 'calls', until: '2026-02-02T00:00:00Z' });
    expect(await fetches(caller!, id)).toEqual([]);
    await bytesOf(id);
    await bytesOf(id);
    const shown = await fetches(caller!, id);
    expect(shown.map(({ operation }) => operation)).toEqual(['getExportFile', 'getExportFile']);
    expect(shown[0]!.persons).toEqual([await personOf(caller!)]);
    expect(await fetches(other!, id)).toEqual([]);
  });

  test('shows everybody on a call that went out as a vCon', async () => {
    const id = await make({ kind: 'calls', format: 'vcon', until: '2026-02-02T00:00:00Z' });
    await bytesOf(id);
    for (const number of [caller, agent]) expect(await fetches(number!, id)).toHaveLength(1);
    expect(await fetches(other!, id)).toEqual([]);
  });

  test('shows no try that was refused', async () => {
    const id = await make({ kind: 'persons', reveal: true, reason: 'audit of 2026' });
    const without = await server.key(['exports:read', 'exports:write']);
    expect((await server.get(`/v1/exports/${id}/file`, without)).status).toBe(403);
    expect(await fetches(caller!, id)).toEqual([]);
  });

  test('goes on when the file is long gone, and is in their disclosures too', async () => {
    const id = await make({ kind: 'persons' });
    await bytesOf(id);
    await server.send('delete', `/v1/exports/${id}`, key);
    expect(await fetches(caller!, id)).toHaveLength(1);
    const path = `/v1/persons/${encodeURIComponent(caller!)}/disclosures`;
    const { body } = await server.get(path, key);
    const all = body.recipients.flatMap(
      (one: { disclosures: { what: string }[] }) => one.disclosures,
    );
    expect(all.filter(({ what }: { what: string }) => what === 'extract').length).toBeGreaterThan(
      3,
    );
  });
});
