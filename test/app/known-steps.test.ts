import fc from 'fast-check';
import { expect, test } from 'vitest';
import { advanceKnown } from '../../src/app/known-steps.ts';
import { advance } from '../../src/core/call/advance.ts';
import { alphabetOf } from '../../src/core/flow/walk.ts';
import { shippedFlow, twoQuestionsFlow } from '../model/flows.ts';

const flows = [shippedFlow('inbound'), shippedFlow('agent'), twoQuestionsFlow];

test('whatever happens, in whatever order, leads where the machine leads', () => {
  const flow = fc.constantFrom(...flows);
  const happenings = flow.chain((one) =>
    fc.tuple(fc.constant(one), fc.array(fc.constantFrom(...alphabetOf(one)), { maxLength: 12 })),
  );
  fc.assert(
    fc.property(happenings, ([one, events]) => {
      let expected = advance(one, null, { type: 'STARTED' });
      let known = advanceKnown(one, null, { type: 'STARTED' });
      expect(known).toEqual(expected);
      for (const event of events) {
        const isIgnored = (() => {
          const next = advance(one, expected.snapshot, event);
          const same = next.snapshot === expected.snapshot;
          expected = next;
          return same;
        })();
        const next = advanceKnown(one, known.snapshot, event);
        if (isIgnored) expect(next.snapshot).toBe(known.snapshot);
        known = next;
        expect(known).toEqual(expected);
      }
    }),
    { numRuns: 300 },
  );
});

test('a leg that comes from the database goes on as one that was in memory', () => {
  const flow = shippedFlow('inbound');
  const begun = advanceKnown(flow, null, { type: 'STARTED' });
  const event = { type: 'HEARD', stretch: 'choices', answer: 'grant' } as const;
  const read = advanceKnown(flow, JSON.parse(JSON.stringify(begun.snapshot)), event);
  const remembered = advanceKnown(flow, begun.snapshot, event);
  expect(read).toEqual(remembered);
  expect(read.snapshot).toBe(remembered.snapshot);
});

test('nobody can change a place that others stand in', () => {
  const { snapshot } = advanceKnown(shippedFlow('inbound'), null, { type: 'STARTED' });
  expect(() => Object.assign(snapshot.context, { paused: true })).toThrow(TypeError);
  expect(() => Object.assign(snapshot.context.statuses, { recording: 'granted' })).toThrow();
});
