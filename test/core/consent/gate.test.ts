import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ShutReason } from '../../../src/core/call/effect.ts';
import {
  endsRecording,
  type Gate,
  isOpen,
  leaseMs,
  openGate,
  pendingMs,
  renewGate,
  shutGate,
  ungranted,
} from '../../../src/core/consent/gate.ts';

const opened = (at: number, version: number): Gate =>
  openGate(ungranted, at + leaseMs, version, at);

describe('a gate is a lease', () => {
  test('nobody passes a gate that was never opened, and no renewal opens it', () => {
    expect(isOpen(ungranted, 0)).toBe(false);
    expect(renewGate(ungranted, 5_000, 9)).toBe(ungranted);
  });

  test('it is open until its end and not at it', () => {
    const gate = opened(1_000, 1);
    expect(isOpen(gate, 1_000 + leaseMs - 1)).toBe(true);
    expect(isOpen(gate, 1_000 + leaseMs)).toBe(false);
  });

  test('a renewal moves the end forwards only, and opens a gate whose lease ran out', () => {
    const gate = opened(0, 1);
    expect(renewGate(gate, 1_000, 1).until).toBe(leaseMs);
    expect(isOpen(renewGate(gate, 20_000, 1), 19_000)).toBe(true);
  });

  test('a renewal does nothing to a gate that somebody shut', () => {
    const gate = shutGate(opened(0, 1), 'pause', 2, 100);
    expect(renewGate(gate, 20_000, 1)).toBe(gate);
    expect(renewGate(gate, 20_000, 2)).toBe(gate);
    expect(renewGate(gate, 20_000, 3)).toBe(gate);
  });
});

describe('shut first, opened last', () => {
  test('a shut closes at once, with a version or without', () => {
    expect(isOpen(shutGate(opened(0, 1), 'withdrawal', null, 100), 100)).toBe(false);
    expect(isOpen(shutGate(opened(0, 1), 'withdrawal', 2, 100), 100)).toBe(false);
  });

  test('an open of an earlier commit that comes after the shut is late', () => {
    const gate = shutGate(ungranted, 'withdrawal', 6, 100);
    expect(openGate(gate, 9_000, 5, 200)).toBe(gate);
    expect(openGate(gate, 9_000, 6, 200)).toBe(gate);
  });

  test('a commit that is acknowledged while the shut has no version yet opens nothing', () => {
    // Grant commits as 5; the withdrawal shuts; the grant is carried out; the withdrawal is 6.
    let gate = shutGate(opened(0, 1), 'withdrawal', null, 100);
    gate = openGate(gate, 100 + leaseMs, 5, 101);
    expect(isOpen(gate, 101)).toBe(false);
    gate = shutGate(gate, 'withdrawal', 6, 150);
    gate = openGate(gate, 100 + leaseMs, 5, 151);
    expect(isOpen(gate, 151)).toBe(false);
  });

  test('once the shut has its version, the next commit may open', () => {
    let gate = shutGate(opened(0, 1), 'pause', null, 100);
    gate = shutGate(gate, 'pause', 6, 150);
    gate = openGate(gate, 9_000, 7, 160);
    expect(isOpen(gate, 160)).toBe(true);
  });

  test('a shut that never got its version holds opens off for a while, then only earlier ones', () => {
    const gate = shutGate(opened(0, 4), 'withdrawal', null, 100);
    expect(openGate(gate, 99_000, 9, 99 + pendingMs)).toBe(gate);
    expect(openGate(gate, 99_000, 4, 100 + pendingMs)).toBe(gate);
    expect(isOpen(openGate(gate, 99_000, 5, 100 + pendingMs), 5_000)).toBe(true);
  });

  test('a shut that a later open overtook does nothing', () => {
    const gate = opened(0, 7);
    expect(shutGate(gate, 'pause', 6, 10)).toBe(gate);
    expect(isOpen(shutGate(gate, 'pause', 7, 10), 10)).toBe(false);
  });

  test('a renewal tells how far the database is: shuts before that are overtaken', () => {
    const gate = renewGate(opened(0, 3), 9_000, 8);
    expect(shutGate(gate, 'others', 5, 10)).toBe(gate);
  });

  test('a pause does not hide that the grant ended', () => {
    const gate = shutGate(shutGate(opened(0, 1), 'withdrawal', 2, 10), 'pause', 3, 20);
    expect(gate.shut).toBe('withdrawal');
  });
});

test('withdrawal, hang-up, machine and failure end a recording; a pause and others do not', () => {
  const reasons: readonly ShutReason[] = [
    'withdrawal',
    'hangup',
    'others',
    'pause',
    'machine',
    'failure',
  ];
  expect(reasons.filter(endsRecording)).toEqual(['withdrawal', 'hangup', 'machine', 'failure']);
  expect(endsRecording('ungranted')).toBe(false);
  expect(endsRecording(null)).toBe(false);
});

/** Commits of one call in the database's order, each carried out somewhere later. */
const commits = fc.array(fc.constantFrom<'open' | 'shut'>('open', 'shut'), {
  minLength: 1,
  maxLength: 12,
});

describe('whatever order commits are carried out in', () => {
  test('the gate ends as the last commit left it', () => {
    fc.assert(
      fc.property(commits, fc.infiniteStream(fc.nat()), (acts, chance) => {
        const order = acts.map((act, index) => ({ act, version: index + 1 }));
        order.sort(() => ((chance.next().value ?? 0) % 2 === 0 ? 1 : -1));
        const end = order.reduce(
          (gate, { act, version }) =>
            act === 'open'
              ? openGate(gate, leaseMs, version, 0)
              : shutGate(gate, 'pause', version, 0),
          ungranted,
        );
        expect(isOpen(end, 0)).toBe(acts.at(-1) === 'open');
      }),
    );
  });

  test('after a shut no commit before it, and no renewal, opens the gate', () => {
    fc.assert(
      fc.property(
        fc.nat(20),
        fc.array(fc.record({ version: fc.nat(40), renew: fc.boolean(), at: fc.nat(9_000) })),
        fc.option(fc.constant(20), { nil: null }),
        (known, tries, version) => {
          let gate = shutGate(opened(0, known), 'withdrawal', version, 0);
          const last = version ?? known;
          for (const one of tries.filter((one) => one.version <= last)) {
            gate = one.renew
              ? renewGate(gate, 99_999, one.version)
              : openGate(gate, 99_999, one.version, one.at);
            expect(isOpen(gate, one.at)).toBe(false);
          }
        },
      ),
    );
  });
});
