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
  reopenGate,
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

describe('where the recording is written, the database may reopen a gate', () => {
  const paused = (version: number | null) => shutGate(opened(0, 4), 'pause', version, 1_000);

  test('that was never opened here', () => {
    expect(isOpen(reopenGate(ungranted, 9_000, 1, 6_000), 6_000)).toBe(true);
  });

  test('by a commit later than the shut at once, by another after the hold', () => {
    const gate = paused(5);
    expect(reopenGate(gate, 9_000, 5, 999 + pendingMs)).toBe(gate);
    expect(isOpen(reopenGate(gate, 9_000, 6, 1_001), 1_001)).toBe(true);
    expect(isOpen(reopenGate(gate, 9_000, 4, 1_000 + pendingMs), 5_000)).toBe(true);
  });

  test('not while a shut is pending, whatever the version', () => {
    const gate = paused(null);
    expect(reopenGate(gate, 9_000, 99, 999 + pendingMs)).toBe(gate);
    expect(isOpen(reopenGate(gate, 9_000, 4, 1_000 + pendingMs), 5_000)).toBe(true);
  });

  test('and it is renewed, and shut again, as if the shut had never been', () => {
    const gate = reopenGate(paused(5), 9_000, 4, 5_000);
    expect(renewGate(gate, 10_000, 4).until).toBe(10_000);
    expect(shutGate(gate, 'withdrawal', 5, 6_000).shut).toBe('withdrawal');
    expect(openGate(shutGate(gate, 'pause', 5, 6_000), 9_500, 5, 6_001).shut).toBe('pause');
  });

  test('but none that is open, and none that ended the recording', () => {
    const open = opened(0, 1);
    expect(reopenGate(open, 9_000, 9, 8_000)).toBe(open);
    for (const reason of ['withdrawal', 'hangup', 'machine', 'failure'] as const) {
      const gate = shutGate(shutGate(open, reason, null, 10), 'others', 3, 20);
      expect(reopenGate(gate, 99_000, 9, 90_000)).toBe(gate);
    }
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

interface Turn {
  readonly act: 'open' | ShutReason;
  readonly stands: boolean;
  /** Word of it, with its version, is heard. */
  readonly heard: boolean;
  /** Word of it is heard before it is tried: without a version, with it, or not at all. */
  readonly before: 'unversioned' | 'versioned' | 'not';
}
const turn = fc.record<Turn>({
  act: fc.constantFrom('open', 'open', 'pause', 'others', 'withdrawal'),
  stands: fc.boolean(),
  heard: fc.boolean(),
  before: fc.constantFrom('unversioned', 'versioned', 'not'),
});

test('whatever turn fails and whatever word is lost, the gate ends as the database says, or shut', () => {
  fc.assert(
    fc.property(fc.array(turn, { maxLength: 12 }), (turns) => {
      let gate = opened(0, 1);
      let database = { version: 1, isOpen: true };
      let at = 0;
      const renewed = (): Gate => {
        const until = at + leaseMs;
        if (!database.isOpen) return gate;
        return gate.shut === null
          ? renewGate(gate, until, database.version)
          : reopenGate(gate, until, database.version, at);
      };
      for (const { act, stands, heard, before } of turns) {
        at += 500;
        const version = database.version + 1;
        if (act !== 'open' && before !== 'not') {
          gate = shutGate(gate, act, before === 'versioned' ? version : null, at);
          expect(isOpen(renewed(), at)).toBe(false);
        }
        if (stands) {
          database = { version, isOpen: act === 'open' };
          if (heard && act === 'open') gate = openGate(gate, at + leaseMs, version, at);
          else if (heard && act !== 'open') gate = shutGate(gate, act, version, at);
        }
        gate = renewed();
      }
      at += leaseMs + pendingMs;
      gate = renewed();
      expect(isOpen(gate, at)).toBe(database.isOpen && !endsRecording(gate.shut));
    }),
    { numRuns: 500 },
  );
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
        fc.array(
          fc.record({
            version: fc.nat(40),
            by: fc.constantFrom('open', 'renewal', 'reopening'),
            at: fc.nat(9_000),
          }),
        ),
        fc.option(fc.constant(20), { nil: null }),
        (known, tries, version) => {
          let gate = shutGate(opened(0, known), 'withdrawal', version, 0);
          const last = version ?? known;
          for (const one of tries.filter((one) => one.version <= last)) {
            if (one.by === 'open') gate = openGate(gate, 99_999, one.version, one.at);
            else if (one.by === 'renewal') gate = renewGate(gate, 99_999, one.version);
            else gate = reopenGate(gate, 99_999, one.version, one.at);
            expect(isOpen(gate, one.at)).toBe(false);
          }
        },
      ),
    );
  });
});
