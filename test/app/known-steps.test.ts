import fc from 'fast-check';
import { expect, test } from 'vitest';
import { advanceKnown } from '../../src/app/known-steps.ts';
import { advance } from '../../src/core/call/advance.ts';
import { alphabetOf } from '../../src/core/flow/walk.ts';
import { shippedFlow, twoQuestionsFlow } from '../model/flows.ts';

const flows = [shippedFlow('inbound'), shippedFlow('agent'), twoQuestionsFlow];

test.each(flows.map((flow) => [flow.name, flow] as const))(
  '%s: whatever happens, in whatever order, leads where the machine leads',
  (_name, flow) => {
    const events = fc.array(fc.constantFrom(...alphabetOf(flow)), { maxLength: 12 });
    fc.assert(
      fc.property(events, (happened) => {
        let expected = advance(flow, null, { type: 'STARTED' });
        let known = advanceKnown(flow, null, { type: 'STARTED' });
        expect(known).toEqual(expected);
        for (const event of happened) {
          const next = advance(flow, expected.snapshot, event);
          const step = advanceKnown(flow, known.snapshot, event);
          if (next.snapshot === expected.snapshot) expect(step.snapshot).toBe(known.snapshot);
          expected = next;
          known = step;
          expect(known).toEqual(expected);
        }
      }),
    );
  },
);

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
