import { Readable, Writable } from 'node:stream';
import type { Request, Response } from 'express';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createByteSink } from '../../../../src/app/byte-sink.ts';
import { type Lists, oneByOne } from '../../../../src/app/screen.ts';
import {
  type BatchRecord,
  type BatchScreener,
  createBatchScreener,
} from '../../../../src/app/screen-batch.ts';
import { areaCodes } from '../../../../src/core/jurisdiction/table/area-codes.ts';
import { screener } from '../../../../src/core/suppression/calling-rules-shipped.ts';
import { type Hit, standardPolicy } from '../../../../src/core/suppression/inquiry.ts';
import { plainRecord } from '../../../../src/edges/http/api/batch-record.ts';
import {
  arrayReader,
  csvReader,
  ndjsonReader,
  type RecordReader,
} from '../../../../src/edges/http/api/batch-records.ts';
import { answerBatch } from '../../../../src/edges/http/api/screen-batch.ts';
import { screening } from '../../../../src/edges/http/api/shapes.ts';
import { type ApiServer, startApi } from './support.ts';

const now = Date.parse('2026-07-01T15:00:00Z');
const stopped = new Map([
  ['+12125550111', 9],
  ['+12125550112', 10],
]);
const stop = (version: number): Hit => ({
  list: 'own',
  kind: 'internal',
  version: String(version),
  since: now - 86_400_000,
});
const hits = (number: string): readonly Hit[] => {
  const version = stopped.get(number);
  return version === undefined ? [] : [stop(version)];
};
const lists: Lists = {
  now: () => ({ states: new Map(), asOf: 9, ageMs: 0, hits, hitsOfEach: oneByOne(hits) }),
};
const clock = { now: () => now, monotonic: () => now };
const people = { find: async () => ({}) };
const parts = { screener, people, lists, policy: standardPolicy, clock };

let server: ApiServer;
let key: string;
beforeAll(async () => {
  server = await startApi({ screening: parts });
  key = await server.key(['screen']);
});
afterAll(() => server.close());

const batch = (body: string, type = 'application/x-ndjson', query = '') =>
  server
    .send('post', `/v1/screenings/batch${query}`, key)
    .set('content-type', type)
    .serialize((text) => text)
    .buffer(true)
    .parse((response, done) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        text += piece;
      });
      response.on('end', () => done(null, text));
    })
    .send(body);
const linesOf = (text: string): readonly Record<string, unknown>[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
const codesOf = (line: Record<string, unknown>) =>
  (line['reasons'] as readonly { code: string }[]).map(({ code }) => code).join(' ');
const told = (text: string) =>
  linesOf(text).map((one) => [one['line'], one['decision'], codesOf(one)]);

/** What is empty, and hours in words, are left out of its lines. */
const batchLine = screening
  .partial({ lifted: true, exemptions: true, lists: true })
  .extend({ window: screening.shape.window.omit({ places: true, hours: true }) });

const mixed = [
  '{"number":"+12125550100"}',
  '{"number":"+12125550111"}',
  '{"number": "+1 808 555 0100", "name": "Nobody"}',
  'nonsense',
  '{"number":12}',
  '',
  '"+18005550100"',
  '{"number":"+12125550100","place":"US-HI"}',
  '{"number":"+12125550100","place":"Hawaii"}',
];
const answers = [
  [1, 'allow', ''],
  [2, 'deny', 'INTERNAL_DNC'],
  [3, 'hold', 'OUTSIDE_HOURS'],
  [4, 'deny', 'INVALID_NUMBER'],
  [5, 'deny', 'INVALID_NUMBER'],
  [6, 'deny', 'INVALID_NUMBER'],
  [7, 'deny', 'PREMIUM_OR_TOLLFREE'],
  [8, 'hold', 'OUTSIDE_HOURS'],
  [9, 'deny', 'INVALID_NUMBER'],
];

describe('a list is answered line by line, in its order', () => {
  test('each line in the shape of one screening, a bad one for itself', async () => {
    const { status, headers, body } = await batch(`${mixed.join('\n')}\n`);
    expect([status, headers['content-type']]).toEqual([200, 'application/x-ndjson']);
    expect(told(body)).toEqual(answers);
    for (const { line, fault, ...view } of linesOf(body)) {
      expect(batchLine.parse(view)).toEqual(view);
      expect([line, fault === undefined]).toEqual([line, ![4, 5, 6, 9].includes(Number(line))]);
    }
    expect(linesOf(body)[3]).toMatchObject({ fault: 'it is not JSON', number: '•••••' });
  });

  test('as the same number asked about alone is', async () => {
    const numbers = [
      ...['+12125550100', '+12125550111', '+12125550112', '+18085550100', '+18005550100', '911'],
      ...['+12121550123', '+11125550123', '+442079460018', '+12125550101'],
    ];
    const { body } = await batch(numbers.map((number) => JSON.stringify({ number })).join('\n'));
    for (const [i, { line, ...view }] of linesOf(body).entries()) {
      const alone = await server.send('post', '/v1/screenings', key, { number: numbers[i] });
      expect([line, alone.body]).toEqual([
        i + 1,
        expect.objectContaining({ decision: view['decision'] }),
      ]);
      expect(alone.body).toMatchObject(view);
    }
  });

  test.each([
    ['without an end of the last line', mixed.join('\n')],
    ['with lines that end as on Windows', `${mixed.join('\r\n')}\r\n`],
    ['with a mark of its encoding in front', `\ufeff${mixed.join('\n')}`],
  ])('%s', async (_what, body) => {
    expect(told((await batch(body)).body)).toEqual(answers);
  });

  test('what holds for the whole list is asked in the address', async () => {
    const query = '?channel=text&purpose=marketing-texts&at=2026-07-01T13:00:00-04:00';
    const { body } = await batch('{"number":"+12125550100"}', 'application/x-ndjson', query);
    expect(linesOf(body)[0]).toMatchObject({
      channel: 'text',
      reasons: [{ code: 'LIST_STALE' }],
      window: { open: true, nextOpen: '2026-07-01T17:00:00.000Z' },
    });
  });

  test('an array of JSON is answered as its elements are', async () => {
    const { body } = await batch(
      ' [ {"number":"+12125550100"} , "+18005550100", {"n":[1,"]",{}]}, "a\\"]," , 5 ] ',
      'application/json',
    );
    expect(told(body)).toEqual([
      [1, 'allow', ''],
      [2, 'deny', 'PREMIUM_OR_TOLLFREE'],
      [3, 'deny', 'INVALID_NUMBER'],
      [4, 'deny', 'INVALID_NUMBER'],
      [5, 'deny', 'INVALID_NUMBER'],
    ]);
    expect((await batch('[]', 'application/json')).body).toBe('');
    expect(told((await batch('[1,]', 'application/json')).body)).toHaveLength(2);
  });

  test.each([
    ['without a head', '+12125550100,Ann\n+12125550111,Bob', [1, 2]],
    ['with a head', 'name,Number\nAnn,+12125550100\nBob,+12125550111', [2, 3]],
    ['with quotes', '"name","number"\n"An ""n"", A","+1 212 555 0100"\nBob,"+12125550111"', [2, 3]],
  ])('CSV %s', async (_what, body, places) => {
    expect(told((await batch(body, 'text/csv')).body)).toEqual([
      [places[0], 'allow', ''],
      [places[1], 'deny', 'INTERNAL_DNC'],
    ]);
  });

  test('CSV says where somebody is, and when a line has no number', async () => {
    const { body } = await batch(
      'place,number\nUS-HI,+12125550100\n,+12125550100\nUS-NY',
      'text/csv',
    );
    expect(told(body)).toEqual([
      [2, 'hold', 'OUTSIDE_HOURS'],
      [3, 'allow', ''],
      [4, 'deny', 'INVALID_NUMBER'],
    ]);
  });

  test('a record may ask otherwise than the list', async () => {
    const number = '+12125550100';
    const records = [
      { number, channel: 'text' },
      { number, purpose: 'marketing-calls' },
      { number, at: '2026-07-02T02:00:00Z' },
      { number },
      { number, channel: 'fax' },
      { number, purpose: 'fun' },
      { number, at: 'noon' },
      { number, campaign: 7 },
      { number: '+12145550100', purpose: 'marketing-calls', line: 'landline' },
      { number: '+12145550100', purpose: 'marketing-calls', line: 9 },
      { number: '+12125550111', channel: '', place: null, subject: 'roof' },
    ];
    const { body } = await batch(records.map((one) => JSON.stringify(one)).join('\n'));
    const list = 'LIST_STALE LIST_STALE';
    expect(told(body)).toEqual([
      [1, 'allow', ''],
      [2, 'deny', 'LIST_STALE'],
      [3, 'hold', 'OUTSIDE_HOURS'],
      [4, 'allow', ''],
      ...[5, 6, 7, 8].map((line) => [line, 'deny', 'INVALID_NUMBER']),
      [9, 'deny', list],
      [10, 'deny', `WIRELESS_STATE_PROHIBITED ${list}`],
      [11, 'deny', 'INTERNAL_DNC'],
    ]);
    expect(linesOf(body)[0]).toMatchObject({ channel: 'text', purpose: 'service' });
    expect(linesOf(body)[4]).toMatchObject({
      fault: 'its channel is not allowed; allowed: call, text',
    });
    const csv = 'number,purpose,At\n+12125550100,marketing-calls,\n+12125550100,,2026-07-02T02:00Z';
    expect(told((await batch(csv, 'text/csv')).body)).toEqual([
      [2, 'deny', 'LIST_STALE'],
      [3, 'hold', 'OUTSIDE_HOURS'],
    ]);
  });

  test('CSV is answered if the address asks for it', async () => {
    const { body, headers } = await batch(mixed[0] ?? '', 'application/x-ndjson', '?format=csv');
    expect(headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(body).toMatch(/^1,\+1 212 ••••• 100,allow,,/);
  });

  test('CSV is answered if it is accepted', async () => {
    const { body, headers } = await batch(mixed.slice(0, 4).join('\n')).set('accept', 'text/csv');
    expect(headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(body).toBe(
      '1,+1 212 ••••• 100,allow,,2026-07-01T15:00:00.000Z\n' +
        '2,+1 212 ••••• 111,deny,INTERNAL_DNC,\n' +
        '3,+1 808 ••••• 100,hold,OUTSIDE_HOURS,2026-07-01T18:00:00.000Z\n' +
        '4,•••••,deny,INVALID_NUMBER,\n',
    );
  });

  test('nothing is answered with nothing', async () => {
    const { status, body } = await batch('');
    expect([status, body]).toEqual([200, '']);
  });

  test.each([
    ['application/x-www-form-urlencoded', '', '', 415],
    ['application/json', '{"number":"+12125550100"}', '', 400],
    ['application/json', '["+12125550100"', '', 400],
    ['application/json', '[] []', '', 400],
    ['application/x-ndjson', '', '?at=noon', 422],
    ['application/x-ndjson', '', '?purpose=fun', 422],
    ['application/x-ndjson', '', '?number=+12125550100', 422],
  ])('%s %s %s: %i', async (type, body, query, expected) => {
    const answer = await batch(body, type, query);
    expect(answer.status).toBe(expected);
    expect(answer.headers['content-type']).toBe('application/problem+json');
  });
});

const readers = { ndjson: ndjsonReader, csv: csvReader, array: arrayReader };
const readAll = (make: () => RecordReader, pieces: readonly (string | Buffer)[]) => {
  const records: BatchRecord[] = [];
  const reader = make();
  const take = {
    record: (record: BatchRecord) => void records.push(record),
    number: (line: number, number: string) => void records.push(plainRecord(line, number)),
  };
  for (const piece of pieces)
    reader.push(typeof piece === 'string' ? Buffer.from(piece) : piece, take);
  reader.end(take);
  return records;
};

describe('records', () => {
  test('are the same however the body is cut into pieces', () => {
    const texts = {
      ndjson: `\ufeff${mixed.join('\r\n')}\n{"number":"+12125550100"}\n"ü"`,
      csv: 'name,number\r\n"a,b",+12125550100\nc,"+1212""',
      array: ' [{"number":"+1212","x":"[,\\"]"},\n"a" , [] ,7]',
    };
    const kinds = fc.constantFrom(...(Object.keys(readers) as (keyof typeof readers)[]));
    const cuts = fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 12 });
    fc.assert(
      fc.property(kinds, cuts, (kind, at) => {
        const text = Buffer.from(texts[kind]);
        const ends = [
          0,
          ...at.filter((one) => one < text.length).sort((a, b) => a - b),
          text.length,
        ];
        const pieces = ends.slice(1).map((end, i) => text.subarray(ends[i], end));
        expect(readAll(readers[kind], pieces)).toEqual(readAll(readers[kind], [text]));
      }),
    );
  });

  test('that are too long are faults, and are not kept', () => {
    const long = 'x'.repeat(70_000);
    const faults = (make: () => RecordReader, pieces: readonly string[]) =>
      readAll(make, pieces).map(({ line, fault }) => [line, fault]);
    const wanted = [
      [1, 'the record is longer than 64 KiB'],
      [2, null],
    ];
    expect(faults(ndjsonReader, [long, long, '\n"+1212"'])).toEqual(wanted);
    expect(faults(csvReader, [`${long}\n+1212`])).toEqual(wanted);
    expect(faults(arrayReader, ['["', long, long, '","+1212"]'])).toEqual(wanted);
  });
});

describe('while nobody reads the answer', () => {
  const ask = {
    channel: 'call',
    purpose: 'service',
    at: null,
    campaign: null,
    subject: null,
  } as const;
  const piece = Buffer.from('{"number":"+12125550100"}\n'.repeat(1_000));

  test('the body is not read either, and all of it is answered in the end', async () => {
    let read = 0;
    let written = 0;
    let release: (() => void) | null = null;
    let isFree = false;
    const request = Readable.from(
      (function* () {
        for (; read < 200; read += 1) yield piece;
      })(),
      { objectMode: false, highWaterMark: piece.length },
    );
    const response = new Writable({
      highWaterMark: 16_384,
      write(chunk: Buffer, _encoding, done) {
        written += chunk.toString().split('\n').length - 1;
        if (isFree) done();
        else release = done;
      },
    });
    const head = Object.assign(response, { headersSent: false, writeHead: () => {} });
    const screening = createBatchScreener(parts, 'tenant', ask, 'ndjson');
    const both = { request, response: head } as unknown as { request: Request; response: Response };
    const answering = answerBatch(
      { screener: screening, reader: ndjsonReader(), format: 'ndjson', run: null },
      both,
    );
    for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
    expect(release).not.toBe(null);
    expect(read).toBeLessThan(10);
    isFree = true;
    (release as unknown as () => void)();
    await answering;
    expect([read, written]).toEqual([200, 200_000]);
  });

  test('and who would have read it has gone, the reading ends', async () => {
    let read = 0;
    const request = Readable.from(
      (function* () {
        for (; ; read += 1) yield piece;
      })(),
      { objectMode: false, highWaterMark: piece.length },
    );
    const response = new Writable({ highWaterMark: 1, write: () => {} });
    const head = Object.assign(response, { headersSent: false, writeHead: () => {} });
    const screening = createBatchScreener(parts, 'tenant', ask, 'ndjson');
    const both = { request, response: head } as unknown as { request: Request; response: Response };
    const answering = answerBatch(
      { screener: screening, reader: ndjsonReader(), format: 'ndjson', run: null },
      both,
    );
    await new Promise(setImmediate);
    response.destroy();
    await answering;
    expect(read).toBeLessThan(10);
  });
});

const answerOf = (batch: BatchScreener, ...records: readonly BatchRecord[]): string => {
  const sink = createByteSink();
  for (const record of records) batch.answer(record, sink);
  batch.flush(sink);
  return sink.take()?.toString() ?? '';
};

describe('always', () => {
  test('a line is what the number alone would get, whatever came before it', () => {
    const codes = [...areaCodes.keys(), '800', '457', '911'];
    const someNumber = fc
      .tuple(fc.constantFrom(...codes), fc.integer({ min: 2_000_000, max: 9_999_999 }))
      .map(([code, rest]) => `+1${code}${rest}`);
    const odd = fc.constantFrom('+12125550111', '+33612345678', '+442079460018', '911', 'x');
    const ask = {
      channel: 'call',
      purpose: 'marketing-calls',
      at: null,
      campaign: null,
      subject: null,
    } as const;
    fc.assert(
      fc.property(fc.array(fc.oneof(someNumber, odd), { maxLength: 80 }), (numbers) => {
        const records = numbers.map((number, line) => plainRecord(line, number));
        const each = records.map((record) =>
          answerOf(createBatchScreener(parts, 'tenant', ask, 'ndjson'), record),
        );
        const whole = createBatchScreener(parts, 'tenant', ask, 'ndjson');
        expect(records.map((record) => answerOf(whole, record))).toEqual(each);
        const together = createBatchScreener(parts, 'tenant', ask, 'ndjson');
        expect(answerOf(together, ...records)).toBe(each.join(''));
      }),
      { numRuns: 60 },
    );
  });

  test('a list that comes slowly is looked at by the clock of each piece', () => {
    const time = { now: Date.parse('2026-07-02T00:59:00Z') };
    const slow = { now: () => time.now, monotonic: () => time.now };
    const ask = {
      channel: 'call',
      purpose: 'service',
      at: null,
      campaign: null,
      subject: null,
    } as const;
    const whole = createBatchScreener({ ...parts, clock: slow }, 'tenant', ask, 'ndjson');
    const decided = () => JSON.parse(answerOf(whole, plainRecord(1, '+12125550100'))).decision;
    whole.look();
    expect(decided()).toBe('allow');
    time.now += 60_000; // nine in the evening
    whole.look();
    expect(decided()).toBe('hold');
  });

  test('somebody who opts out while the list is read is refused from then on', () => {
    const ask = {
      channel: 'call',
      purpose: 'service',
      at: null,
      campaign: null,
      subject: null,
    } as const;
    const whole = createBatchScreener(parts, 'tenant', ask, 'ndjson');
    const record = plainRecord(1, '+12125550177');
    expect(JSON.parse(answerOf(whole, record)).decision).toBe('allow');
    stopped.set(record.number, 11);
    expect(JSON.parse(answerOf(whole, record)).decision).toBe('deny');
  });
});
