/**
 * A dialer's day: attempts from two servers and from a dialer of others, stops that come
 * meanwhile by every way, a carrier that fails, and servers that are killed. What was dialled is
 * read from the carrier's own journal.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Carrier, type CarrierEvent, startCarrier } from '../../src/carrier/carrier.ts';
import { generator } from '../support/chance.ts';
import { root } from '../support/imports.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { freePort } from './child-server.ts';
import { type Day, type Deed, planDay } from './day-plan.ts';
import { startRestProxy } from './rest-proxy.ts';

/** A Wednesday noon in New York. */
const noon = Date.UTC(2026, 11, 2, 17);
const line = '+14155557000';
const workers = 16;
const triesMax = 400;
const freeText = 'please no more of your calls and offers, I have told you often enough';

/** One leg of the carrier's journal. */
export interface Leg {
  readonly callSid: string;
  readonly to: string;
  readonly startedAt: number;
  wasAnswered: boolean;
  status: string | null;
  /** By which request of ours it was made; null: by the dialer of others. */
  invite: string | null;
}

/** From when on nobody may call; a prefix has a star. */
export interface Refusal {
  readonly number: string;
  readonly sentAt: number;
  readonly ackAt: number;
}

/** A later document. */
export interface Lift {
  readonly number: string;
  readonly sentAt: number;
  doneAt: number;
}

export interface DayReport {
  readonly seed: number;
  readonly legs: readonly Leg[];
  readonly refusals: readonly Refusal[];
  readonly lifts: readonly Lift[];
  /** Legs of the other dialer, by when it asked to use the permit. */
  readonly consumedAt: ReadonlyMap<string, number>;
  readonly answers: Readonly<Record<string, number>>;
  /** Permits that were asked for by two at once and given to both. */
  readonly usedTwice: number;
  readonly kills: number;
  /** Refused numbers that a server would have called in the end. */
  readonly forgotten: readonly string[];
  readonly answered: number;
  readonly screenings: number;
  readonly seconds: number;
}

export async function liveDay(seed: number, attempts: number, killed: number): Promise<DayReport> {
  const began = performance.now();
  const world = await openWorld(seed, planDay(seed, attempts, killed));
  try {
    await world.live();
    return { ...(await world.report()), seconds: (performance.now() - began) / 1_000 };
  } finally {
    await world.close();
  }
}

/** What the carrier is told with each leg shows by which request it came. */
function journal() {
  const legs = new Map<string, Leg>();
  return {
    legs,
    note(event: CarrierEvent): void {
      if (event.type === 'started' && event.direction === 'outbound-api') {
        const { callSid, to, at: startedAt } = event;
        const nothing = { wasAnswered: false, status: null, invite: null };
        legs.set(callSid, { callSid, to, startedAt, ...nothing });
      }
      const leg = legs.get(event.callSid);
      if (leg === undefined) return;
      if (event.type === 'answered') leg.wasAnswered = true;
      if (event.type === 'ended') leg.status = event.status;
      if (event.type === 'webhook') leg.invite ??= new URL(event.url).searchParams.get('invite');
    },
  };
}

async function openWorld(seed: number, day: Day) {
  const chance = generator(seed + 1);
  const dir = mkdtempSync(join(tmpdir(), 'consentry-day-'));
  const database: TestDatabase = await testDatabase();
  const accountSid = `AC${randomBytes(16).toString('hex')}`;
  const authToken = randomBytes(16).toString('hex');
  const apiKey = randomBytes(24).toString('base64url');
  const { legs, note } = journal();
  const carrier: Carrier = await startCarrier({
    accountSid,
    authToken,
    speed: 'instant',
    party: { pickup: 'busy' },
    onEvent: note,
  });
  for (const number of day.patient) carrier.answerAs(number, { pickup: 'rings-on' });
  const failure = { status: 503, body: { code: 20503, message: 'Service unavailable' } };
  const proxy = await startRestProxy(({ path }) => {
    if (!path.endsWith('/Calls.json')) return 'answered';
    const drawn = chance();
    if (drawn < 0.03) return failure;
    return drawn < 0.06 ? 'answer-lost' : 'answered';
  });
  proxy.aim(carrier.url);

  const settings = {
    DATABASE_URL: database.url,
    KEYS_URL: `file:${join(dir, 'kek')}`,
    VAULT_URL: `file:${join(dir, 'vault')}`,
    TWILIO_ACCOUNT_SID: accountSid,
    TWILIO_AUTH_TOKEN: authToken,
    TWILIO_API_URL: proxy.url,
    BOOTSTRAP_API_KEY: apiKey,
    LOG_LEVEL: 'fatal',
    SCREENING_AT: String(noon),
  };
  const children: (ChildProcess | null)[] = [null, null];
  const ports = [await freePort(), await freePort()];
  const urlOf = (index: number) => `http://127.0.0.1:${ports[index]}`;

  async function start(index: number): Promise<void> {
    const child = spawn(process.execPath, [join(root, 'test/sim/day-server.mjs')], {
      env: {
        PATH: process.env['PATH'] ?? '',
        ...settings,
        PORT: String(ports[index]),
        DATA_DIR: join(dir, `data-${index}`),
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    children[index] = child;
    for (;;) {
      if (child.exitCode !== null) throw new Error(`a server ended with ${child.exitCode}`);
      const ready = await fetch(`${urlOf(index)}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (ready) return;
      await wait(50);
    }
  }

  async function kill(index: number): Promise<void> {
    const child = children[index];
    if (child == null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    children[index] = null;
    child.kill('SIGKILL');
    await gone;
  }

  const answers: Record<string, number> = {};
  const count = (what: string): void => {
    answers[what] = (answers[what] ?? 0) + 1;
  };
  const refusals: Refusal[] = [];
  const lifts: Lift[] = [];
  const consumedAt = new Map<string, number>();
  const abandoned: Extract<Deed, { type: 'call' }>[] = [];
  let usedTwice = 0;
  let answered = 0;
  let turn = 0;

  /** One request to one server; null: it is not there, or died over it. */
  async function post(index: number, path: string, body: object, key?: string) {
    try {
      const answer = await fetch(`${urlOf(index)}${path}`, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: {
          authorization: `Bearer ${apiKey}`,
          'content-type': 'application/json',
          ...(key !== undefined && { 'idempotency-key': key }),
        },
      });
      const said = await answer.text();
      // biome-ignore lint/suspicious/noExplicitAny: what comes over the wire is looked at
      const view = (said === '' ? {} : JSON.parse(said)) as any;
      return { status: answer.status, body: view };
    } catch {
      return null;
    }
  }

  /** Until somebody answers for good: what was not answered may have been done, or not. */
  async function insist(path: string, body: object, key?: string) {
    for (let tries = 0; tries < triesMax; tries += 1) {
      turn += 1;
      const found = await post(turn % 2, path, body, key);
      if (found !== null && found.status < 500) return found;
      await wait(25);
    }
    throw new Error(`nobody answered ${path}`);
  }

  async function text(number: string, body: string, optOutType?: 'STOP'): Promise<void> {
    const messageSid = `SM${randomBytes(16).toString('hex')}`;
    for (let tries = 0; tries < triesMax; tries += 1) {
      turn += 1;
      const { status } = await carrier.sendText({
        messagingUrl: `${urlOf(turn % 2)}/twilio/messages#rc=0&rt=2000`,
        to: line,
        from: number,
        body,
        messageSid,
        ...(optOutType !== undefined && { optOutType }),
      });
      if (status === 200) return;
      await wait(25);
    }
    throw new Error('nobody took the message');
  }

  const does: { readonly [Type in Deed['type']]: (deed: Deed & { type: Type }) => Promise<void> } =
    {
      async call({ number, key }) {
        const body = { to: number, purpose: 'service' };
        const found = await insist('/v1/calls', body, key);
        // Begun by a server that died over it: it is asked for again later, with its key.
        if (found.status === 409) return void abandoned.push({ type: 'call', number, key });
        answered += 1;
        count(`call ${found.status} ${found.body.code ?? ''}`.trim());
      },

      async permit({ number, twice }) {
        const made = await insist('/v1/permits', { number, purpose: 'service' });
        count(`permit ${made.status}`);
        if (made.status !== 201) return;
        const sentAt = Date.now();
        const path = `/v1/permits/${made.body.id}/consume`;
        const users = twice ? [0, 1] : [turn % 2];
        const used = await Promise.all(users.map((index) => post(index, path, { number })));
        const good = used.filter((one) => one !== null && one.status === 204);
        if (good.length > 1) usedTwice += 1;
        count(`use ${used[0]?.status ?? 'lost'}`);
        if (good.length === 0) return;
        const answer = await fetch(`${carrier.url}/2010-04-01/Accounts/${accountSid}/Calls.json`, {
          method: 'POST',
          headers: {
            authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
            'content-type': 'application/x-www-form-urlencoded',
          },
          body: new URLSearchParams({ To: number, From: line, Twiml: '<Response/>' }).toString(),
        });
        const { sid } = (await answer.json()) as { sid: string };
        consumedAt.set(sid, sentAt);
      },

      async stop({ number, way }) {
        const sentAt = Date.now();
        if (way === 'api' || way === 'prefix') {
          const found = await insist('/v1/opt-outs', { number });
          if (found.status !== 201 && found.status !== 200) {
            throw new Error(`an opt-out was answered ${found.status}`);
          }
        } else if (way === 'free-text') {
          await text(number, freeText);
        } else {
          await text(number, 'STOP', way === 'carrier' ? 'STOP' : undefined);
        }
        refusals.push({ number, sentAt, ackAt: Date.now() });
        count(`stop ${way}`);
      },

      async start({ number }) {
        await text(number, 'START');
        count('start');
      },

      async lift({ number }) {
        const sentAt = Date.now();
        const lift: Lift = { number, sentAt, doneAt: Number.POSITIVE_INFINITY };
        lifts.push(lift);
        const document = {
          sha256: createHash('sha256').update(number).digest('hex'),
          at: new Date(sentAt).toISOString(),
        };
        const found = await insist('/v1/opt-outs/lift', { number, channel: 'call', document });
        lift.doneAt = Date.now();
        count(`lift ${found.status}`);
      },
    };

  await start(0);
  await start(1);
  const made = await fetch(`${urlOf(0)}/v1/lines/${encodeURIComponent(line)}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      flow: 'outbound-sales',
      locale: 'en',
      controller: 'Acme',
      default: true,
    }),
  });
  if (!made.ok) throw new Error(`the line was answered ${made.status}`);
  let killed = 0;

  return {
    async live(): Promise<void> {
      let next = 0;
      let restarting: Promise<void> = Promise.resolve();
      const work = async (): Promise<void> => {
        for (;;) {
          const index = next;
          next += 1;
          const deed = day.deeds[index];
          if (deed === undefined) return;
          const victim = day.kills.get(index);
          if (victim !== undefined) {
            restarting = restarting.then(async () => {
              await kill(victim);
              killed += 1;
              await start(victim);
            });
          }
          // biome-ignore lint/suspicious/noExplicitAny: the table above has one row for each type
          await (does[deed.type] as any)(deed);
        }
      };
      await Promise.all(Array.from({ length: workers }, work));
      await restarting;
      // What is a minute old was left by a server that died.
      await database.sql`
        update idempotency set at = at - interval '2 minutes' where status is null`;
      for (const deed of abandoned.splice(0)) await does.call(deed);
      if (abandoned.length > 0) throw new Error('a call is in the making for ever');
    },

    async report(): Promise<Omit<DayReport, 'seconds'>> {
      const forgotten: string[] = [];
      const standing = refusals.filter(
        (one) => !one.number.endsWith('*') && endOf(one, lifts) === Number.POSITIVE_INFINITY,
      );
      for (const { number } of standing.slice(-300)) {
        for (const index of [0, 1]) {
          const found = await post(index, '/v1/screenings', { number });
          if (found?.body.decision !== 'deny') forgotten.push(number);
        }
      }
      const [row] = await database.sql`
        select count(*)::int as n from entry where kind = 'screening'`;
      return {
        seed,
        legs: [...legs.values()],
        refusals,
        lifts,
        consumedAt,
        answers,
        usedTwice,
        kills: killed,
        forgotten,
        answered,
        screenings: (row?.['n'] as number | undefined) ?? 0,
      };
    },

    async close(): Promise<void> {
      await Promise.all([kill(0), kill(1)]);
      await proxy.close();
      await carrier.close();
      await database.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/**
 * Until when a refusal holds for certain: which of two came first that were under way at the same
 * time, nobody outside can say.
 */
function endOf({ number, sentAt }: Refusal, lifts: readonly Lift[]): number {
  const later = lifts.filter((lift) => lift.number === number && lift.doneAt >= sentAt);
  return Math.min(Number.POSITIVE_INFINITY, ...later.map((lift) => lift.sentAt));
}

/** Legs that began while their number was refused, by the carrier's own clock. */
export function wrongLegs({
  legs,
  refusals,
  lifts,
  consumedAt,
}: Pick<DayReport, 'legs' | 'refusals' | 'lifts' | 'consumedAt'>): readonly Leg[] {
  const spans = new Map<string, { from: number; to: number }[]>();
  for (const one of refusals) {
    const span = { from: one.ackAt, to: endOf(one, lifts) };
    spans.set(one.number, [...(spans.get(one.number) ?? []), span]);
  }
  return legs.filter(({ callSid, to, startedAt }) => {
    const at = consumedAt.get(callSid) ?? startedAt;
    const keys = [to, ...Array.from({ length: to.length - 2 }, (_, i) => `${to.slice(0, i + 2)}*`)];
    return keys.some((key) =>
      (spans.get(key) ?? []).some((span) => span.from < at && at < span.to),
    );
  });
}
