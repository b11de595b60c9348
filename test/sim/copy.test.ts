/** The copy of what is held of a person: as a page, and as an archive with sound and receipts. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyReceipt } from '../../src/core/ledger/verify.ts';
import {
  type CallView,
  isSealed,
  sealFrames,
  type TestServer,
  testServer,
} from '../support/server.ts';
import { unzipBytes } from '../support/unzip.ts';

let server: TestServer;
let view: CallView;
const number = '+14155554100';
const path = `/v1/persons/${encodeURIComponent(number)}`;

beforeAll(async () => {
  server = await testServer();
  const call = server.call({ from: number, caller: { answers: [{ press: '1' }] } });
  await call.when('stream-started');
  await sealFrames(server, call, 60);
  call.hangup();
  await call.ended;
  view = await server.callView(call.callSid, isSealed);
  await server.api(path, {
    method: 'PATCH',
    body: JSON.stringify({ name: 'Ada <b>Lovelace</b>', notes: '"><script>alert(1)</script>' }),
  });
});
afterAll(() => server.close());

/** Addresses that a reader would follow or load. */
const addressesIn = (page: string): string[] =>
  [...page.matchAll(/\b(?:href|src|action|data|poster|srcset)\s*=\s*"([^"]*)"/gi)].map(
    ([, address = '']) => address,
  );

describe('the copy of a person', () => {
  test('[cap 50] as a page opens by itself: no script, nothing from elsewhere', async () => {
    const answer = await server.api(`${path}/export?as=page`);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="copy-/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const page = await answer.text();
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(page).not.toMatch(/<script|javascript:|@import|url\(|\son\w+=/i);
    expect(addressesIn(page)).toEqual([]);
    expect(page).toContain('Ada &lt;b&gt;Lovelace&lt;/b&gt;');
    for (const text of [number, view.id, 'What you were asked']) expect(page).toContain(text);
  });

  test('as an archive has the page, the facts, the sound, and receipts that hold', async () => {
    let files = new Map<string, Buffer>();
    const receiptsIn = () => [...files.keys()].filter((name) => name.startsWith('receipts/'));
    // The receipt of the sealing is there once the ledger has taken it in.
    for (let tries = 0; tries < 50 && receiptsIn().length < 3; tries += 1) {
      const answer = await server.api(`${path}/export?as=zip`);
      expect(answer.headers.get('content-type')).toBe('application/zip');
      files = new Map(await unzipBytes(Buffer.from(await answer.arrayBuffer())));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const copy = JSON.parse(files.get('copy.json')!.toString());
    expect(copy).toMatchObject({ number, profile: { name: 'Ada <b>Lovelace</b>' } });
    const [recording] = view.recordings;
    const sound = await server.api(`/v1/recordings/${recording.id}/audio`);
    expect(files.get(`audio/${recording.id}.wav`)).toEqual(Buffer.from(await sound.arrayBuffer()));
    const receipts = receiptsIn();
    expect(receipts.length).toBeGreaterThan(2);
    expect(receipts).toContain(`receipts/${view.entries[0].receiptId}.json`);
    for (const name of receipts) {
      expect([name, verifyReceipt(files.get(name)!.toString()).ok]).toEqual([name, true]);
    }
    const addresses = addressesIn(files.get('index.html')!.toString());
    expect(addresses).toContain(`audio/${recording.id}.wav`);
    for (const address of addresses) expect([address, files.has(address)]).toEqual([address, true]);
  });

  test('is entered before it leaves, as an export and as a download of each recording', async () => {
    const { sql } = server.database;
    const count = async () => {
      const [row] = await sql`
        select (select count(*)::int from audit where kind = 'export' and allowed) as exports,
          (select count(*)::int from entry where kind = 'download') as downloads`;
      return row!;
    };
    const before = await count();
    await (await server.api(`${path}/export?as=zip`)).arrayBuffer();
    const after = await count();
    expect([
      after['exports'] - before['exports'],
      after['downloads'] - before['downloads'],
    ]).toEqual([1, 1]);
  });

  test('a correction is told to others by its id alone [cap 56]', async () => {
    const [row] = await server.database.sql`
      select id from entry where kind = 'correction' limit 1`;
    const receipt = await server.api(`/v1/receipts/${row!['id']}`);
    expect([200, 202, 404]).toContain(receipt.status);
    const text = await receipt.text();
    expect(text).not.toContain('Lovelace');
  });
});
