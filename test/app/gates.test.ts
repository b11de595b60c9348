import { beforeEach, describe, expect, test } from 'vitest';
import { createGates, type GateRegistry, leaseFrom } from '../../src/app/gates.ts';
import { renewGates } from '../../src/app/renew-gates.ts';
import type { CallSid } from '../../src/core/words.ts';

const leg = 'CA1';
const time = { at: 0 };
const clock = { now: () => time.at, monotonic: () => time.at };
const logged: string[] = [];
const note = (_: object, message: string): void => {
  logged.push(message);
};
const log = { debug: note, info: note, warn: note, error: note };
let gates: GateRegistry;

beforeEach(() => {
  time.at = 10_000;
  logged.length = 0;
  gates = createGates(clock);
});

const isOpen = (callSid: CallSid = leg) => gates.isOpen(callSid, 'recording');
const open = (version: number, callSid: CallSid = leg) =>
  gates.open(callSid, 'recording', leaseFrom(time.at), version);
/** As a recording does that is written here. */
const listen = (callSid: CallSid = leg) => gates.onShut(callSid, 'recording', () => {});

describe('gates', () => {
  test('are shut for legs and purposes nobody granted', () => {
    open(1);
    expect(isOpen()).toBe(true);
    expect(isOpen('CA2')).toBe(false);
    expect(gates.isOpen(leg, 'transcription')).toBe(false);
  });

  test('are watched through one view whose end moves', () => {
    const view = gates.view(leg, 'recording');
    expect(view).toMatchObject({ until: 0, shut: 'ungranted' });
    open(1);
    expect(view).toMatchObject({ until: 13_000, shut: null });
    gates.shut(leg, 'recording', 'pause');
    expect(view).toMatchObject({ until: 0, shut: 'pause' });
  });

  test('tell their shutting before shut returns, to those who still listen', () => {
    const heard: string[] = [];
    const stop = gates.onShut(leg, 'recording', (reason) => heard.push(reason));
    open(1);
    gates.shut(leg, 'recording', 'pause');
    gates.shut(leg, 'recording', 'withdrawal');
    expect(heard).toEqual(['pause', 'withdrawal']);
    stop();
    gates.shut(leg, 'recording', 'hangup');
    expect(heard).toEqual(['pause', 'withdrawal']);
  });

  test('say nothing of a shut that a later open overtook', () => {
    const heard: string[] = [];
    gates.onShut(leg, 'recording', (reason) => heard.push(reason));
    open(5);
    gates.shut(leg, 'recording', 'pause', 4);
    expect(heard).toEqual([]);
    expect(isOpen()).toBe(true);
  });

  test('to be asked about: those nobody shut, and those shut for a while whose recording is here', () => {
    for (const n of [1, 2, 3, 4]) open(1, `CA${n}`);
    gates.view('CA5', 'recording');
    listen('CA2');
    listen('CA3');
    gates.shut('CA2', 'recording', 'withdrawal', 2);
    gates.shut('CA3', 'recording', 'pause', 2);
    gates.shut('CA4', 'recording', 'pause', 2);
    time.at += 5_000;
    expect(gates.renewable('recording')).toEqual(['CA1', 'CA3']);
  });

  test('with a shut pending are not asked about', () => {
    open(1);
    listen();
    gates.shut(leg, 'recording', 'pause');
    time.at += 2_999;
    expect(gates.renewable('recording')).toEqual([]);
    time.at += 1;
    expect(gates.renewable('recording')).toEqual([leg]);
  });

  test.each(['withdrawal', 'hangup', 'machine', 'failure', 'pause', 'others'] as const)(
    'shut by %s are forgotten after a minute unless listened to',
    (reason) => {
      open(1, 'CA1');
      open(1, 'CA2');
      listen('CA2');
      gates.shut('CA1', 'recording', reason, 2);
      gates.shut('CA2', 'recording', reason, 2);
      time.at += 59_999;
      gates.sweep();
      open(1, 'CA1');
      expect(isOpen('CA1')).toBe(false);
      time.at += 1;
      gates.sweep();
      expect(gates.knows('CA1', 'recording')).toBe(false);
      expect(gates.view('CA2', 'recording').shut).toBe(reason);
    },
  );

  test('that nobody listens to are not asked about, and dropped, a minute after their lease', () => {
    open(1, 'CA1');
    open(1, 'CA2');
    const stop = listen('CA2');
    time.at += 3_000 + 59_999;
    gates.sweep();
    expect(gates.renewable('recording')).toEqual(['CA1', 'CA2']);
    time.at += 1;
    expect(gates.renewable('recording')).toEqual(['CA2']);
    gates.sweep();
    expect(gates.knows('CA1', 'recording')).toBe(false);
    expect(gates.knows('CA2', 'recording')).toBe(true);
    stop();
    gates.sweep();
    expect(gates.knows('CA2', 'recording')).toBe(false);
  });
});

describe('a round of renewals', () => {
  const round = (stillGranted: (callSids: readonly CallSid[]) => Promise<Map<CallSid, number>>) =>
    renewGates({ gates, purpose: 'recording', stillGranted, clock, log });

  test('asks once for all legs and extends those that are granted', async () => {
    open(1, 'CA1');
    open(1, 'CA2');
    time.at += 1_000;
    const asked: (readonly CallSid[])[] = [];
    const renewed = await round(async (callSids) => {
      asked.push(callSids);
      return new Map([['CA1', 1]]);
    });
    expect(renewed).toBe(1);
    expect(asked).toEqual([['CA1', 'CA2']]);
    expect(gates.view('CA1', 'recording').until).toBe(14_000);
    expect(gates.view('CA2', 'recording').until).toBe(13_000);
  });

  test('asks nobody when no gate is open', async () => {
    expect(await round(() => Promise.reject(new Error('asked')))).toBe(0);
    expect(logged).toEqual([]);
  });

  test('counts the lease from before the question', async () => {
    open(1);
    await round(async () => {
      time.at += 700;
      return new Map([[leg, 1]]);
    });
    expect(gates.view(leg, 'recording').until).toBe(13_000);
  });

  test('renews nothing when the database fails: gates close by themselves, then come back', async () => {
    open(1);
    for (let second = 0; second < 3; second += 1) {
      time.at += 1_000;
      expect(await round(() => Promise.reject(new Error('gone')))).toBeNull();
    }
    expect(isOpen()).toBe(false);
    expect(logged).toHaveLength(3);
    expect(await round(async () => new Map([[leg, 1]]))).toBe(1);
    expect(isOpen()).toBe(true);
  });

  test('gives up an answer that does not come, and ignores it when it does', async () => {
    open(1);
    let answer = (_: Map<CallSid, number>): void => {};
    const asked = round(() => new Promise((resolve) => (answer = resolve)));
    expect(await asked).toBeNull();
    answer(new Map([[leg, 99]]));
    await new Promise((resolve) => setImmediate(resolve));
    expect(gates.view(leg, 'recording').until).toBe(13_000);
  });

  describe.each(['pause', 'others'] as const)('with a gate shut by %s', (reason) => {
    const granted = (version: number) => round(async () => new Map([[leg, version]]));
    beforeEach(() => {
      open(4);
      listen();
    });

    test('opens it when word of the end was lost, and not before the end', async () => {
      gates.shut(leg, 'recording', reason, 5);
      await round(async () => new Map());
      await granted(4);
      await granted(5);
      expect(isOpen()).toBe(false);
      await granted(6);
      expect(isOpen()).toBe(true);
    });

    test('opens it when the turn never stood, and keeps it open', async () => {
      gates.shut(leg, 'recording', reason);
      time.at += 2_999;
      await granted(9);
      expect(isOpen()).toBe(false);
      for (let second = 0; second < 5; second += 1) {
        time.at += 1_000;
        await granted(4);
        expect(isOpen()).toBe(true);
      }
    });

    test('opens it when the commit whose version was told was tried in vain', async () => {
      gates.shut(leg, 'recording', reason, 5);
      time.at += 2_999;
      await granted(4);
      expect(isOpen()).toBe(false);
      time.at += 1;
      await granted(4);
      expect(isOpen()).toBe(true);
    });

    test.each([undefined, 6])(
      'heeds a shut that comes after the question (%s)',
      async (version) => {
        gates.shut(leg, 'recording', reason, 5);
        time.at += 10_000;
        await round(async () => {
          gates.shut(leg, 'recording', 'pause', version);
          return new Map([[leg, 5]]);
        });
        expect(isOpen()).toBe(false);
      },
    );

    test('opens nothing where nobody listens', async () => {
      open(1, 'CA2');
      gates.shut('CA2', 'recording', reason, 2);
      await round(async () => new Map([['CA2', 3]]));
      gates.renew('CA2', 'recording', time.at, 3);
      expect(isOpen('CA2')).toBe(false);
    });
  });

  test('drops what the database does not say is open, unless listened to', async () => {
    for (const n of [1, 2, 3]) open(1, `CA${n}`);
    listen('CA2');
    time.at += 1_000;
    const asked: (readonly CallSid[])[] = [];
    const answer = async (callSids: readonly CallSid[]) => {
      asked.push(callSids);
      return new Map([['CA3', 1]]);
    };
    await round(answer);
    await round(answer);
    expect(asked).toEqual([
      ['CA1', 'CA2', 'CA3'],
      ['CA2', 'CA3'],
    ]);
    expect(gates.knows('CA1', 'recording')).toBe(false);
  });

  test('drops nothing that was opened after the question', async () => {
    open(1);
    time.at += 1_000;
    await round(async () => {
      open(2);
      return new Map();
    });
    gates.sweep();
    expect(isOpen()).toBe(true);
  });

  test.each(['withdrawal', 'hangup', 'machine', 'failure'] as const)(
    'opens nothing that was shut for good (%s)',
    async (reason) => {
      open(1);
      listen();
      for (const version of [2, undefined]) {
        gates.shut(leg, 'recording', reason, version);
        gates.shut(leg, 'recording', 'pause', version);
        time.at += 30_000;
        gates.renew(leg, 'recording', time.at, 9);
        await round(async () => new Map([[leg, 9]]));
        expect(isOpen()).toBe(false);
      }
    },
  );

  test('with an answer from before a withdrawal opens nothing', async () => {
    open(1);
    await round(async () => {
      gates.shut(leg, 'recording', 'withdrawal');
      return new Map([[leg, 1]]);
    });
    expect(isOpen()).toBe(false);
  });
});
