/**
 * The gates of this process's legs, in memory. The rules are core/consent/gate.ts; here they are
 * kept per leg and purpose, their ends are cached for the frames, and their shutting is told.
 */

import type { ShutReason } from '../core/call/effect.ts';
import {
  type Gate,
  isOpen,
  leaseMs,
  openGate,
  renewGate,
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
  /**
   * Moves the end of a gate that nobody shut; one whose lease ran out opens again by it. So does
   * one shut by a pause or by others on the bridge, if the grant that stands is of a later
   * version: then word of its end was lost.
   */
  renew(callSid: CallSid, purpose: Purpose, until: number, version: number): void;
  /** Calls `listener` inside every shut, before `shut` returns. Returns how to stop it. */
  onShut(callSid: CallSid, purpose: Purpose, listener: ShutListener): () => void;
  /** Legs whose gate is open or may be again: nobody shut it for good. */
  renewable(purpose: Purpose): CallSid[];
  /** Drops what is known of legs that are over. */
  sweep(): void;
}

/** A late open of a hung-up leg comes within its transaction's deadline; its lease ends then. */
const keepHungUpMs = 60_000;
/** No call of the carrier lasts longer: 24 hours. */
const keepMs = 86_400_000;

/** The end of a lease that is counted from `at`. */
export const leaseFrom = (at: number): number => at + leaseMs;

/** Shut for a while: the permission stands. */
const isPassing = ({ shut }: Gate): boolean => shut === 'pause' || shut === 'others';

interface Cell {
  until: number;
  shut: Gate['shut'];
  gate: Gate;
  changedAt: number;
  readonly listeners: Set<ShutListener>;
}

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
  }

  return {
    view: cellOf,

    open(callSid, purpose, until, version) {
      const cell = cellOf(callSid, purpose);
      set(cell, openGate(cell.gate, until, version, clock.monotonic()));
    },

    renew(callSid, purpose, until, version) {
      const cell = legsOf(purpose).get(callSid);
      if (cell === undefined) return;
      const { gate } = cell;
      if (gate.shut === null) set(cell, renewGate(gate, until, version));
      else if (isPassing(gate)) set(cell, openGate(gate, until, version, clock.monotonic()));
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
      return [...legsOf(purpose)]
        .filter(([, { gate }]) => gate.shut === null || isPassing(gate))
        .map(([callSid]) => callSid);
    },

    sweep() {
      const at = clock.monotonic();
      for (const legs of byPurpose.values()) {
        for (const [callSid, cell] of legs) {
          if (cell.listeners.size > 0 || isOpen(cell.gate, at)) continue;
          const keep = cell.shut === 'hangup' ? keepHungUpMs : keepMs;
          if (at - cell.changedAt >= keep) legs.delete(callSid);
        }
      }
    },
  };
}
