/**
 * Sixty calls that do what chance says, side by side, and then what must hold after any day:
 * statuses are what the entries say, every entry is in the ledger once, every step has one answer,
 * every recording is sealed, known to the ledger, and holds nothing that was not allowed.
 *
 * `SEED=… npx vitest run test/sim/random.test.ts` plays the same day again.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyLedger } from '../../src/app/verify-ledger.ts';
import {
  type CalledParty,
  type CallerScript,
  type CallHandle,
  type Faults,
  tones,
} from '../../src/carrier/carrier.ts';
import { readConfig } from '../../src/config.ts';
import { changed } from '../../src/core/consent/status.ts';
import { verifyReceipt } from '../../src/core/ledger/verify.ts';
import type { Status } from '../../src/core/words.ts';
import { layFoundation } from '../../src/main/foundation.ts';
import { openStores } from '../../src/main/stores.ts';
import { generator } from '../support/chance.ts';
import {
  audioOf,
  type CallView,
  isSealed,
  type TestServer,
  testServer,
} from '../support/server.ts';
import { spoken } from './voices.ts';

const calls = 60;
/** On top of them, people who say yes and talk: chance alone may draw a day of hardly a word. */
const talkers = 6;
const atOnce = 6;
const seed = Number(process.env['SEED'] ?? randomBytes(4).readUInt32LE());
console.log(`seed ${seed}`);

const frameBytes = 160;

/** A voice of whose every frame it can be said who spoke it, and when. */
function numberedVoice(caller: number): (frame: number) => Uint8Array {
  return (frame) => {
    const bytes = Buffer.alloc(frameBytes, 1 + ((caller * 7 + frame) % 200));
    bytes.writeUInt32BE(caller, 0);
    bytes.writeUInt32BE(frame, 4);
    return bytes;
  };
}

/** One call of the day: what was done, and when nothing may have been kept. */
class Player {
  readonly index: number;
  readonly call: CallHandle;
  readonly agentNumber: string | null;
  /** Frames that were spoken while, without doubt, nothing was allowed. */
  readonly forbidden = new Set<number>();
  view: CallView = null;
  private readonly server: TestServer;
  private readonly agentRefuses: boolean;
  private spoken = 0;
  private stars = 0;
  private withdrawn = false;
  private paused = false;
  /** Alone again, the caller is recorded again, until they are hung up. */
  private agentLeft = false;

  constructor(server: TestServer, index: number, day: PlannedCall) {
    this.server = server;
    this.index = index;
    this.agentNumber = day.agent === null ? null : day.agentNumber;
    this.agentRefuses = day.agent?.refuses ?? false;
    this.call = server.call({
      to: day.lineNumber,
      ...(day.flow === null ? {} : { flow: day.flow }),
      from: day.from,
      audio: numberedVoice(index),
      caller: { otherwise: day.answer },
      faults: day.faults,
    });
  }

  /** Null if nobody was rung (yet). */
  async agent(): Promise<CallHandle | null> {
    if (this.agentNumber === null) return null;
    const later = new Promise<null>((resolve) => setImmediate(() => resolve(null)));
    return Promise.race([this.server.carrier.called(this.agentNumber), later]);
  }

  async play(acts: readonly Act[]): Promise<void> {
    const over = this.call.ended.then(() => 'over' as const);
    const there = this.call.when('bridged').then(
      () => 'there' as const,
      () => 'over' as const,
    );
    if ((await Promise.race([over, there])) === 'there') {
      // Most people do not speak before they have listened for a moment.
      await new Promise((resolve) => setTimeout(resolve, this.index % 5 === 0 ? 0 : 60));
      for (const act of acts) {
        if (this.call.status === 'completed') break;
        await this.act(act);
      }
    }
    this.call.hangup();
    await this.call.ended;
    await (await this.agent())?.ended;
    // An end that was reported before its leg was known is found out by the upkeep, 10 s later.
    this.view = await this.server.callView(this.call.callSid, isSealed, 30);
  }

  private async act(act: Act): Promise<void> {
    switch (act.type) {
      case 'say':
        return this.say(act.frames);
      case 'star':
        this.stars += 1;
        this.call.star();
        await this.call.when('bridged', 1 + this.stars).catch(() => {});
        this.withdrawn = true;
        return;
      case 'withdraw': {
        const body = { purpose: 'recording', erase: act.erase };
        if ((await this.post('withdraw', body)) === 200) this.withdrawn = true;
        return;
      }
      case 'pause':
        if ((await this.post('recording', { state: 'paused' })) === 200) this.paused = true;
        return;
      case 'resume':
        this.paused = false;
        await this.post('recording', { state: 'resumed' });
        return;
      case 'drop':
        this.call.dropSocket();
        return;
      case 'leave':
        this.agentLeft = true;
        (await this.agent())?.hangup();
        return;
      case 'wait':
        await new Promise((resolve) => setTimeout(resolve, act.ms));
    }
  }

  private async say(frames: number): Promise<void> {
    const isThere = ((await this.agent())?.all('bridged').length ?? 0) > 0 && !this.agentLeft;
    const isForbidden = this.withdrawn || this.paused || (this.agentRefuses && isThere);
    for (let frame = 0; frame < frames; frame += 1) {
      if (isForbidden) this.forbidden.add(this.spoken + frame);
    }
    this.spoken += frames;
    await this.call.sendFrames(frames);
  }

  private async post(verb: string, body: object): Promise<number> {
    const answer = await this.server.api(`/v1/calls/${this.call.callSid}/${verb}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    expect([200, 409]).toContain(answer.status);
    return answer.status;
  }
}

type Act =
  | { readonly type: 'say'; readonly frames: number }
  | { readonly type: 'star' | 'pause' | 'resume' | 'drop' | 'leave' }
  | { readonly type: 'withdraw'; readonly erase: boolean }
  | { readonly type: 'wait'; readonly ms: number };

interface PlannedCall {
  readonly from: string;
  readonly lineNumber: string;
  readonly agentNumber: string;
  readonly agent: { readonly party: CalledParty; readonly refuses: boolean } | null;
  readonly flow: string | null;
  readonly answer: NonNullable<CallerScript['otherwise']>;
  readonly faults: Faults;
  readonly acts: readonly Act[];
}

/** The whole day is drawn before it begins: how fast it goes by changes none of it. */
function planDay(chance: () => number): readonly PlannedCall[] {
  const below = (limit: number): number => Math.floor(chance() * limit);
  function oneOf<T>(...choices: readonly T[]): T {
    return choices[below(choices.length)] as T;
  }

  const act = (): Act => {
    const say = { type: 'say', frames: 1 + below(40) } as const;
    const wait = { type: 'wait', ms: below(60) } as const;
    const resume = { type: 'resume' } as const;
    return oneOf<Act>(
      ...[say, say, say, say, say, say, say, say, wait, wait, wait, resume, resume],
      ...([{ type: 'pause' }, { type: 'drop' }, { type: 'leave' }, { type: 'star' }] as const),
      { type: 'withdraw', erase: chance() < 0.3 },
    );
  };

  const faults = (): Faults => ({
    ...oneOf<Faults>(
      {},
      {},
      {
        repeat: {
          times: 1 + below(3),
          when: oneOf('at-once', 'later'),
          token: oneOf('same', 'other'),
        },
      },
      {
        repeat: { times: 2, when: 'at-once', token: 'other', change: { Digits: oneOf('1', '2') } },
      },
      { delayMs: below(20) },
      { swapCallbacks: true },
    ),
    media: oneOf(
      {},
      {},
      { duplicateEvery: 2 + below(5) },
      { swapEvery: 2 + below(5) },
      { skipEvery: 3 + below(9) },
      { dropAfterFrames: 10 + below(40) },
      { twoSockets: true },
      { reuseToken: true },
    ),
  });

  const agent = (): PlannedCall['agent'] =>
    oneOf(
      null,
      null,
      { party: { otherwise: { press: '1' } }, refuses: false },
      { party: { otherwise: { press: '2' } }, refuses: true },
      { party: { otherwise: { silent: true } }, refuses: true },
      { party: { pickup: oneOf('busy', 'never-answers', 'fails') }, refuses: true },
    );

  const talking: Pick<PlannedCall, 'agent' | 'flow' | 'answer' | 'faults' | 'acts'> = {
    ...{ agent: null, flow: null, answer: { press: '1' }, faults: {} },
    acts: [
      { type: 'wait', ms: 60 },
      { type: 'say', frames: 40 },
    ],
  };

  return Array.from({ length: calls + talkers }, (_, index): PlannedCall => {
    const isSpeech = chance() < 0.25;
    return {
      from: oneOf('anonymous', `+1415555${1000 + index}`, `+44770090${1000 + index}`),
      lineNumber: `+1415556${1000 + index}`,
      agentNumber: `+1202556${1000 + index}`,
      agent: agent(),
      flow: isSpeech ? 'inbound-speech' : null,
      answer: isSpeech
        ? oneOf({ say: 'yes' }, { say: 'yes' }, { say: 'no' }, { say: 'what?' })
        : oneOf(
            { press: '1' },
            { press: '1' },
            { press: '1' },
            { press: '2' },
            { press: '9' },
            { duringPurpose: { press: '1' } },
            { silent: true },
            { hangup: true },
          ),
      faults: faults(),
      acts: Array.from({ length: below(18) }, act),
      ...(index >= calls && talking),
    };
  });
}

let server: TestServer;
let players: readonly Player[];

beforeAll(async () => {
  server = await testServer();
  const day = planDay(generator(seed));
  for (const { lineNumber, agentNumber, agent } of day) {
    if (agent === null) continue;
    server.carrier.answerAs(agentNumber, agent.party);
    const settings = { flow: 'inbound', locale: 'en', controller: 'Acme', agent: agentNumber };
    await server.api(`/v1/lines/${encodeURIComponent(lineNumber)}`, {
      method: 'PUT',
      body: JSON.stringify(settings),
    });
  }
  const played: Player[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < day.length; index = next++) {
      const plan = day[index];
      if (plan === undefined) return;
      const player = new Player(server, index, plan);
      played.push(player);
      await player.play(plan.acts);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  for (;;) {
    const [queue] = await server.database.sql`select count(*)::int as waiting from ledger_queue`;
    if (queue?.['waiting'] === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  players = played;
});
afterAll(() => server.close());

const consentKinds = ['request', 'grant', 'refusal', 'withdrawal', 'expiry'] as const;
type ConsentKind = (typeof consentKinds)[number];
const isConsent = (kind: string): kind is ConsentKind => consentKinds.some((each) => each === kind);

/** Consent entries of one party in the order in which they can only have come. */
function consentOf(view: CallView, party: string): ConsentKind[] {
  return view.entries
    .filter((entry: CallView) => entry.party === party && isConsent(entry.kind))
    .sort((a: CallView, b: CallView) =>
      a.at === b.at
        ? consentKinds.indexOf(a.kind) - consentKinds.indexOf(b.kind)
        : Date.parse(a.at) - Date.parse(b.at),
    )
    .map(({ kind }: CallView) => kind);
}

/** The spans of sound between a recording's gaps. */
function spansOf(audio: Buffer, gaps: readonly { atMs: number; ms: number }[]): Buffer[] {
  let from = 0;
  const spans: Buffer[] = [];
  for (const { atMs, ms } of gaps) {
    spans.push(audio.subarray(from, atMs * 8));
    from = (atMs + ms) * 8;
    expect(audio.subarray(atMs * 8, from).every((byte) => byte === 0xff)).toBe(true);
  }
  return [...spans, audio.subarray(from)].filter(({ length }) => length > 0);
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe(`after a random day (seed ${seed})`, () => {
  test('every call came to its end, and the day was a full one', () => {
    expect(players).toHaveLength(calls + talkers);
    for (const { view } of players) expect(view.state).toBe('ended');
    const recordings = players.flatMap(({ view }) => view.recordings);
    expect(recordings.length).toBeGreaterThan(calls / 6);
  });

  test('statuses are what the entries say', () => {
    for (const { view } of players) {
      for (const party of view.parties) {
        const status = consentOf(view, party.id).reduce<Status>(changed, 'unknown');
        expect(party.statuses.recording).toBe(status);
      }
    }
  });

  test('every entry is in the ledger once, and the ledger verifies', async () => {
    const { sql } = server.database;
    const entries = await sql`select id from entry order by id`;
    const leaves = await sql`select entry_id as id from ledger_leaf order by entry_id`;
    expect(leaves).toEqual(entries);
    const foundation = await layFoundation(readConfig(server.environment), false);
    try {
      const stores = await openStores(readConfig(server.environment), foundation);
      const keys = [stores.signer.vkey];
      const report = await verifyLedger(
        stores.ledger,
        keys,
        stores.checkpoints,
        stores.openOpening,
      );
      expect(report).toMatchObject({ ok: true, problems: [] });
      expect(report.opened).toBe(entries.length);
    } finally {
      await foundation.close();
    }
  });

  test('every entry has a receipt that verifies', async () => {
    for (const { view } of players) {
      for (const { receiptId, kind } of view.entries) {
        const text = await (await server.api(`/v1/receipts/${receiptId}`)).text();
        expect(verifyReceipt(text)).toMatchObject({ ok: true, statement: { kind } });
      }
    }
  });

  test('every step has one answer', async () => {
    for (const { call } of players) {
      const answers = new Map<string, Set<string>>();
      for (const { kind, url, status, reply } of call.all('webhook')) {
        if (kind !== 'voice') continue;
        expect(status).toBe(200);
        expect(url).not.toContain('/twilio/fallback');
        const [, , , step = 'start'] = new URL(url).pathname.split('/');
        answers.set(step, (answers.get(step) ?? new Set()).add(reply));
      }
      for (const replies of answers.values()) expect(replies.size).toBe(1);
      for (const { identical } of call.all('webhook-repeated')) expect(identical).toBe(true);
    }
  });

  test('every recording is sealed under a header, and the ledger knows its hash', async () => {
    const { sql } = server.database;
    const vault = join(server.dir, 'vault');
    const files = new Map(
      readdirSync(vault, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name))]),
    );
    for (const { view } of players) {
      for (const { id, state, payloadSha256 } of view.recordings) {
        const headers = await sql`
          select from headers.recording_header where recording_id = ${id}`;
        const file = files.get(`${id}.age`);
        files.delete(`${id}.age`);
        if (state === 'erased') {
          expect(headers).toHaveLength(0);
          expect(file).toBeUndefined();
          continue;
        }
        expect(['sealed', 'partial']).toContain(state);
        expect(headers).toHaveLength(1);
        expect(sha256(file ?? Buffer.alloc(0))).toBe(payloadSha256);
        const sealings = await sql`
          select id from entry where recording_id = ${id} and kind = 'sealing'`;
        expect(sealings).toHaveLength(1);
        const receipt = await server.api(`/v1/receipts/${sealings[0]?.['id']}`);
        const verdict = verifyReceipt(await receipt.text());
        expect(verdict).toMatchObject({ ok: true, facts: { recordingId: id, payloadSha256 } });
      }
    }
    expect([...files.keys()]).toEqual([]);
    expect(readdirSync(join(server.dir, 'spool'))).toEqual([]);
  });

  test('recordings of callers hold what they said while it was allowed, in order', async () => {
    let frames = 0;
    for (const { index, view, call, forbidden } of players) {
      const caller = view.parties.find(({ role }: CallView) => role === 'caller');
      const granted = consentOf(view, caller.id).includes('grant');
      const own = view.recordings.filter(({ party }: CallView) => party === caller.id);
      if (!granted) expect(own).toEqual([]);
      const first = call.all('stream-started')[0]?.firstFrame ?? Number.POSITIVE_INFINITY;
      let last = -1;
      for (const recording of own) {
        if (recording.state === 'erased') continue;
        const audio = await audioOf(server, recording.id);
        expect(audio.length).toBe(recording.durationMs * 8);
        for (const span of spansOf(audio, recording.gaps)) {
          for (let at = 0; at < span.length; at += frameBytes) {
            const bytes = span.subarray(at, at + frameBytes);
            const frame = bytes.readUInt32BE(4);
            expect(bytes.equals(numberedVoice(index)(frame))).toBe(true);
            expect(frame).toBeGreaterThan(last);
            expect(frame).toBeGreaterThanOrEqual(first);
            expect(forbidden.has(frame)).toBe(false);
            last = frame;
            frames += 1;
          }
        }
      }
    }
    expect(frames).toBeGreaterThan(200);
  });

  test('recordings of agents hold their own voice and nobody else’s', async () => {
    for (const { view } of players) {
      for (const agent of view.parties.filter(({ role }: CallView) => role === 'agent')) {
        const own = view.recordings.filter(({ party }: CallView) => party === agent.id);
        if (!consentOf(view, agent.id).includes('grant')) expect(own).toEqual([]);
        for (const recording of own) {
          if (recording.state === 'erased') continue;
          const audio = await audioOf(server, recording.id);
          for (const span of spansOf(audio, recording.gaps)) {
            const voice = spoken(0, 400, tones());
            expect(voice.includes(span)).toBe(true);
          }
        }
      }
    }
  });

  test('the carrier saw no breach of its protocol', () => {
    // Nobody can know that a stream they stop has just died.
    const died = players
      .map(({ call }) => call)
      .filter((call) => call.all('stream-stopped').some(({ by }) => by !== 'document'))
      .map(({ callSid }) => callSid);
    const breaches = server.carrier.protocolErrors.filter(
      (error) =>
        error.type !== 'protocol-error' ||
        !error.message.includes('no such stream') ||
        !died.includes(error.callSid),
    );
    expect(breaches).toEqual([]);
  });
});
