import { beforeEach, describe, expect, test } from 'vitest';
import type { GateNews } from '../../src/app/call-ports.ts';
import { createGates, type GateRegistry, leaseFrom } from '../../src/app/gates.ts';
import { hearGateNews } from '../../src/app/hear-gates.ts';
import type { CallSid } from '../../src/core/words.ts';

const leg = 'CA1';
const clock = { now: () => 10_000, monotonic: () => 10_000 };
const logged: string[] = [];
const note = (_: object, message: string): void => {
  logged.push(message);
};
const log = { debug: note, info: note, warn: note, error: note };
let gates: GateRegistry;
let held: Set<CallSid>;
let granted: Map<CallSid, number>;
let asked: number;

beforeEach(() => {
  logged.length = 0;
  gates = createGates(clock);
  held = new Set();
  granted = new Map();
  asked = 0;
});

const hear = (shut: GateNews['shut'], version: number) =>
  hearGateNews(
    {
      gates,
      clock,
      log,
      stillGranted: async () => {
        asked += 1;
        return granted;
      },
      holds: (callSid) => held.has(callSid),
    },
    { callSid: leg, purpose: 'recording', shut, version },
  );
const open = (version: number) =>
  gates.open(leg, 'recording', leaseFrom(clock.monotonic()), version);
const isOpen = () => gates.isOpen(leg, 'recording');

describe('news that a gate was shut', () => {
  test('shuts it where the recording is written', async () => {
    held.add(leg);
    open(1);
    await hear('pause', 2);
    expect(isOpen()).toBe(false);
  });

  test('shuts it where the recording is only being set up', async () => {
    open(1);
    await hear('withdrawal', 2);
    expect(gates.view(leg, 'recording').shut).toBe('withdrawal');
  });

  test('holds off the grant it came after, also where the gate was never opened', async () => {
    gates.view(leg, 'recording');
    await hear('withdrawal', 6);
    open(5);
    expect(isOpen()).toBe(false);
  });

  test('that a later commit overtook does nothing', async () => {
    open(7);
    await hear('withdrawal', 6);
    expect(isOpen()).toBe(true);
  });

  test('is not kept of a leg nobody knows here', async () => {
    await hear('withdrawal', 2);
    expect(gates.knows(leg, 'recording')).toBe(false);
  });
});

describe('news that a gate may be open again', () => {
  beforeEach(() => {
    open(1);
    gates.shut(leg, 'recording', 'pause', 2);
    granted.set(leg, 3);
  });

  test('is for whoever writes the recording: nobody else asks', async () => {
    await hear(null, 3);
    expect(asked).toBe(0);
    expect(isOpen()).toBe(false);
  });

  test('opens it by the word of the database, not by its own', async () => {
    held.add(leg);
    granted.delete(leg);
    await hear(null, 3);
    expect(isOpen()).toBe(false);
    granted.set(leg, 3);
    await hear(null, 3);
    expect(isOpen()).toBe(true);
  });

  test('leaves it shut when the database does not answer', async () => {
    held.add(leg);
    const stillGranted = () => Promise.reject(new Error('gone'));
    const holds = () => true;
    const news = { callSid: leg, purpose: 'recording', shut: null, version: 3 } as const;
    await hearGateNews({ gates, clock, log, stillGranted, holds }, news);
    expect(isOpen()).toBe(false);
    expect(logged).toEqual(['a gate that may be open again stays shut']);
  });
});
