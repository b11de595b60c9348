/**
 * What events lead to, remembered by flow. Legs of a flow go through the same few places: where a
 * leg stands is a small closed value, so XState's `transition` (20 µs, and a tenth of the garbage
 * of a step) is asked once for each place and event, and the machine stays the only truth.
 */
import { type Advance, advance, type CallSnapshot } from '../core/call/advance.ts';
import type { CallEvent } from '../core/call/event.ts';
import type { CompiledFlow } from '../core/flow/compile.ts';

/** Of a flow; what comes beyond is worked out each time. */
const placesMax = 2_000;
/** Events from one place: a key that was pressed may be any character. */
const eventsMax = 64;

interface FlowMemory {
  readonly beginnings: Map<string, Advance>;
  /** One object for each place, by its JSON. */
  readonly places: Map<string, CallSnapshot>;
  /** Where events led, by place: only such objects as are in `places`. */
  readonly steps: WeakMap<CallSnapshot, Map<string, Advance>>;
}

const memories = new WeakMap<CompiledFlow, FlowMemory>();

function memoryOf(flow: CompiledFlow): FlowMemory {
  let memory = memories.get(flow);
  if (memory === undefined) {
    memory = { beginnings: new Map(), places: new Map(), steps: new WeakMap() };
    memories.set(flow, memory);
  }
  return memory;
}

/**
 * `advance` of core, quicker. What it gives back may be shared with other legs, and an event that
 * leads back to the same place gives back the same snapshot, with what is to be done.
 */
export function advanceKnown(
  flow: CompiledFlow,
  snapshot: CallSnapshot | null,
  event: CallEvent,
): Advance {
  const memory = memoryOf(flow);
  // A leg that was read from the database stands nowhere yet: its next place is remembered.
  const steps = snapshot === null ? memory.beginnings : memory.steps.get(snapshot);
  const key = keyOf(event);
  const known = steps?.get(key);
  if (known !== undefined) return known;
  const step = advance(flow, snapshot, event);
  const isIgnored = step.snapshot === snapshot;
  const shared = isIgnored ? step : { ...step, snapshot: placeOf(memory, step.snapshot) };
  if (steps !== undefined && steps.size < eventsMax) steps.set(key, shared);
  return shared;
}

function keyOf(event: CallEvent): string {
  return event.type === 'SPOKEN' ? event.type : JSON.stringify(event);
}

/** The one object that stands for this place, as it would come back from the call's row. */
function placeOf({ places, steps }: FlowMemory, snapshot: CallSnapshot): CallSnapshot {
  const text = JSON.stringify(snapshot);
  const known = places.get(text);
  if (known !== undefined) return known;
  if (places.size >= placesMax) return snapshot;
  const place = freeze(JSON.parse(text)) as CallSnapshot;
  places.set(text, place);
  steps.set(place, new Map());
  return place;
}

/** Many calls stand there: none may change it for the others. */
function freeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  for (const part of Object.values(value)) freeze(part);
  return Object.freeze(value);
}
