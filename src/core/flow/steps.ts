import { type Advance, advance, type CallSnapshot } from '../call/advance.ts';
import type { CallEvent } from '../call/event.ts';
import type { CompiledFlow } from './compile.ts';
import type { Witness } from './witness.ts';

/** Gives the one object, and its number, of all that are written the same. */
interface Shelf<Thing extends object> {
  one(thing: Thing): Thing;
  numberOf(thing: Thing): number;
}

function shelf<Thing extends object>(): Shelf<Thing> {
  const byText = new Map<string, Thing>();
  const numbers = new Map<Thing, number>();
  return {
    one: (thing) => {
      if (numbers.has(thing)) return thing;
      const text = JSON.stringify(thing);
      const known = byText.get(text);
      if (known !== undefined) return known;
      byText.set(text, thing);
      numbers.set(thing, numbers.size);
      return thing;
    },
    numberOf: (thing) => numbers.get(thing) ?? -1,
  };
}

/**
 * The steps of a walk, each taken once. Several states of a walk share the leg and differ in what
 * their witness knows; `advance` is pure and sees the leg alone, so what it says of a leg and an
 * event is kept. Equal legs and equal witnesses are one object each: a state is a pair of numbers,
 * and what an event leaves alone is not written out again.
 */
export interface Steps {
  /** Throws what `advance` throws, each time. */
  take(snapshot: CallSnapshot | null, event: CallEvent): Advance;
  witness(before: Witness, after: Witness): Witness;
  /** Equal states have equal keys. */
  keyOf(snapshot: CallSnapshot | null, witness: Witness): string;
}

export function openSteps(flow: CompiledFlow): Steps {
  const legs = shelf<CallSnapshot>();
  const witnesses = shelf<Witness>();
  const taken = new Map<CallSnapshot | null, Map<CallEvent, Advance>>();
  return {
    take: (snapshot, event) => {
      const here = taken.get(snapshot) ?? new Map<CallEvent, Advance>();
      taken.set(snapshot, here);
      const known = here.get(event);
      if (known !== undefined) return known;
      const step = advance(flow, snapshot, event);
      const whole = { ...step, snapshot: legs.one(step.snapshot) };
      here.set(event, whole);
      return whole;
    },
    witness: (before, after) => witnesses.one(isSame(before, after) ? before : after),
    keyOf: (snapshot, witness) =>
      `${snapshot === null ? '' : legs.numberOf(snapshot)} ${witnesses.numberOf(witness)}`,
  };
}

/** Field by field: most events leave most fields the very same. */
function isSame(before: Witness, after: Witness): boolean {
  return (Object.keys(after) as (keyof Witness)[]).every(
    (key) =>
      before[key] === after[key] || JSON.stringify(before[key]) === JSON.stringify(after[key]),
  );
}
