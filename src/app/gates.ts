/**
 * The gates of this process's legs, in memory. The rules are core/consent/gate.ts; here they are
 * kept per leg and purpose, their ends are cached for the frames, and their shutting is told.
 */

import type { ShutReason } from '../core/call/effect.ts';
import {
  type Gate,
  isOpen,
  leaseMs,
  mayReopen,
  openGate,
  renewGate,
  reopenGate,
  shutGate,
  ungranted,
} from '../core/consent/gate.ts';
import type { CallSid, Purpose } from '../core/words.ts';
import type { Clock, Gates } from './ports.ts';

/** A gate as a recording watches it: one object for the leg's life, whose fields change. */
export interface GateView {
  /** Frames pass while the monotonic clock is before this instant. */
  readonly until: number;
  readonly shut: Gate['shut'];
}

export type ShutListener = (reason: ShutReason) => void;

export interface GateRegistry extends Gates {
  view(callSid: CallSid, purpose: Purpose): GateView;
  /** True for a leg whose gate was opened, shut or looked at here, and not dropped since. */
  knows(callSid: CallSid, purpose: Purpose): boolean;
  /**
   * The database, asked at `askedAt`, says the gate is open by the commit `version`. Moves the
   * end of a gate that nobody shut; one whose lease ran out opens again by it. One that was shut
   * reopens if it is listened to and the rule lets it.
   */
  renew(callSid: CallSid, purpose: Purpose, askedAt: number, version: number): void;
  /** The database, asked at `askedAt`, says no such thing: the next sweep drops it, unless listened to. */
  miss(callSid: CallSid, purpose: Purpose, askedAt: number): void;
  /** Calls `listener` inside every shut, before `shut` returns. Returns how to stop it. */
  onShut(callSid: CallSid, purpose: Purpose, listener: ShutListener): () => void;
  /** Legs whose gate is open or may be again by a renewal, and that are not about to be dropped. */
  renewable(purpose: Purpose): CallSid[];
  /** Drops what is known of legs that are over. */
  sweep(): void;
}

/**
 * A gate nobody listens to is kept so long after its lease ran out or it was shut. Late opens come
 * within their transaction's deadline; a stream that comes later is let in by the database's word.
 */
const keepMs = 60_000;

/** The end of a lease that is counted from `at`. */
export const leaseFrom = (at: number): number => at + leaseMs;

interface Cell {
  until: number;
  shut: Gate['shut'];
  gate: Gate;
  changedAt: number;
  /** The database did not say it is open, and nothing has changed since. */
  isMissed: boolean;
  readonly listeners: Set<ShutListener>;
}

/** Its recording is written, or being set up, in this process. */
const isHeld = (cell: Cell): boolean => cell.listeners.size > 0;

const isOver = (cell: Cell, at: number): boolean =>
  cell.isMissed || at - Math.max(cell.until, cell.changedAt) >= keepMs;

export function createGates(clock: Clock): GateRegistry {
  const byPurpose = new Map<Purpose, Map<CallSid, Cell>>();

  function legsOf(purpose: Purpose): Map<CallSid, Cell> {
    const legs = byPurpose.get(purpose) ?? new Map<CallSid, Cell>();
    byPurpose.set(purpose, legs);
    return legs;
  }

  function cellOf(callSid: CallSid, purpose: Purpose): Cell {
    const legs = legsOf(purpose);
    let cell = legs.get(callSid);
    if (cell === undefined) {
      cell = {
        until: ungranted.until,
        shut: ungranted.shut,
        gate: ungranted,
        changedAt: clock.monotonic(),
        isMissed: false,
        listeners: new Set(),
      };
      legs.set(callSid, cell);
    }
    return cell;
  }

  function set(cell: Cell, gate: Gate): void {
    if (gate === cell.gate) return;
    cell.gate = gate;
    cell.until = gate.until;
    cell.shut = gate.shut;
    cell.changedAt = clock.monotonic();
    cell.isMissed = false;
  }

  return {
    view: cellOf,

    open(callSid, purpose, until, version) {
      const cell = cellOf(callSid, purpose);
      set(cell, openGate(cell.gate, until, version, clock.monotonic()));
    },

    knows: (callSid, purpose) => legsOf(purpose).has(callSid),

    renew(callSid, purpose, askedAt, version) {
      const cell = legsOf(purpose).get(callSid);
      if (cell === undefined) return;
      const until = leaseFrom(askedAt);
      if (cell.shut === null) set(cell, renewGate(cell.gate, until, version));
      else if (isHeld(cell)) set(cell, reopenGate(cell.gate, until, version, askedAt));
    },

    miss(callSid, purpose, askedAt) {
      const cell = legsOf(purpose).get(callSid);
      // What changed after the question is not what was asked about.
      if (cell !== undefined && cell.changedAt < askedAt) cell.isMissed = true;
    },

    shut(callSid, purpose, reason, version) {
      const cell = cellOf(callSid, purpose);
      const gate = shutGate(cell.gate, reason, version ?? null, clock.monotonic());
      if (gate === cell.gate) return;
      set(cell, gate);
      for (const listener of [...cell.listeners]) listener(reason);
    },

    isOpen(callSid, purpose) {
      const cell = legsOf(purpose).get(callSid);
      return cell !== undefined && isOpen(cell.gate, clock.monotonic());
    },

    onShut(callSid, purpose, listener) {
      const { listeners } = cellOf(callSid, purpose);
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    renewable(purpose) {
      const at = clock.monotonic();
      return [...legsOf(purpose)]
        .filter(([, cell]) =>
          isHeld(cell)
            ? cell.shut === null || mayReopen(cell.gate, at)
            : cell.shut === null && !isOver(cell, at),
        )
        .map(([callSid]) => callSid);
    },

    sweep() {
      const at = clock.monotonic();
      for (const legs of byPurpose.values()) {
        for (const [callSid, cell] of legs) {
          if (!isHeld(cell) && isOver(cell, at)) legs.delete(callSid);
        }
      }
    },
  };
}
