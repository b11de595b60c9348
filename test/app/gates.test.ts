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

  test('list the legs nobody shut for good, also those whose lease ran out', () => {
    open(1, 'CA1');
    open(1, 'CA2');
    open(1, 'CA3');
    gates.view('CA4', 'recording');
    gates.shut('CA2', 'recording', 'withdrawal');
    gates.shut('CA3', 'recording', 'pause');
    time.at += 5_000;
    expect(gates.renewable('recording')).toEqual(['CA1', 'CA3']);
  });

  test('of a leg that hung up are forgotten after a minute, of others not', () => {
    open(1, 'CA1');
    open(1, 'CA2');
    gates.shut('CA1', 'recording', 'hangup', 2);
    gates.shut('CA2', 'recording', 'withdrawal', 2);
    time.at += 59_999;
    gates.sweep();
    open(1, 'CA1');
    expect(isOpen('CA1')).toBe(false);
    time.at += 1;
    gates.sweep();
    expect(gates.view('CA1', 'recording').shut).toBe('ungranted');
    expect(gates.view('CA2', 'recording').shut).toBe('withdrawal');
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

  test.each(['pause', 'others'] as const)(
    'opens a gate again whose shutting (%s) ended unheard, and not before',
    async (reason) => {
      open(1);
      gates.shut(leg, 'recording', reason, 2);
      await round(async () => new Map([[leg, 2]]));
      expect(isOpen()).toBe(false);
      await round(async () => new Map([[leg, 3]]));
      expect(isOpen()).toBe(true);
      gates.shut(leg, 'recording', reason);
      await round(async () => new Map([[leg, 4]]));
      expect(isOpen()).toBe(false);
    },
  );

  test('opens nothing that was shut for good', async () => {
    open(1);
    gates.shut(leg, 'recording', 'withdrawal', 2);
    await round(async () => new Map([[leg, 3]]));
    expect(isOpen()).toBe(false);
  });

  test('with an answer from before a withdrawal opens nothing', async () => {
    open(1);
    await round(async () => {
      gates.shut(leg, 'recording', 'withdrawal');
      return new Map([[leg, 1]]);
    });
    expect(isOpen()).toBe(false);
  });
});
