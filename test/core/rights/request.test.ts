/** What may become of a request: the whole table, and what no order of acts may do. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  afterAct,
  isOpen,
  needsIdentity,
  possibleActs,
  type RequestState,
  requestActs,
  requestStates,
  rightKinds,
} from '../../../src/core/rights/request.ts';

test('the table of a copy is this one', () => {
  const pending = 'identity-pending';
  const rows = requestStates.map((state) => [
    state,
    ...requestActs.map((act) => afterAct('access', state, act)),
  ]);
  expect(rows).toEqual([
    // confirm, check, verify, extend, fulfil, refuse, withdraw, lift
    ['received', 'received', pending, 'verified', null, null, 'refused', 'withdrawn', null],
    [pending, pending, pending, 'verified', null, null, 'refused', 'withdrawn', null],
    ['verified', 'verified', null, null, 'extended', 'fulfilled', 'refused', 'withdrawn', null],
    ['extended', null, null, null, null, 'fulfilled', 'refused', 'withdrawn', null],
    ['fulfilled', null, null, null, null, null, null, null, null],
    ['refused', null, null, null, null, null, null, null, null],
    ['withdrawn', null, null, null, null, null, null, null, null],
  ]);
});

test.each(rightKinds.map((kind) => [kind, needsIdentity(kind)] as const))(
  '%s is done unasked who it is: only where that lessens what is done (%s)',
  (kind, asks) => {
    for (const state of ['received', 'identity-pending'] as const) {
      expect(afterAct(kind, state, 'fulfil')).toBe(asks ? null : 'fulfilled');
    }
    const unasked = ['object', 'do-not-sell', 'revoke'];
    expect(asks).toBe(!unasked.includes(kind));
  },
);

test('no order of acts shows or deletes anything of somebody who did not show who they are', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...rightKinds),
      fc.array(fc.constantFrom(...requestActs), { maxLength: 20 }),
      (kind, acts) => {
        let state: RequestState = 'received';
        let isVerified = false;
        for (const act of acts) {
          const next = afterAct(kind, state, act);
          expect(possibleActs(kind, state).includes(act)).toBe(next !== null);
          if (next === null) continue;
          // A restriction that was fulfilled can be lifted, and stays fulfilled.
          expect(isOpen(state)).toBe(act !== 'lift');
          isVerified ||= act === 'verify';
          state = next;
          if (state === 'fulfilled' && needsIdentity(kind)) expect(isVerified).toBe(true);
        }
      },
    ),
    { examples: [['restrict', ['verify', 'fulfil', 'lift']]] },
  );
});
