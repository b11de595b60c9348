import { expect, test } from 'vitest';
import type { CallState, LegState } from '../../src/app/call-state.ts';
import { startLeg, takeTurn } from '../../src/app/take-turn.ts';
import type { CallEvent } from '../../src/core/call/event.ts';
import { shippedFlow } from '../model/flows.ts';

const flows = [shippedFlow('inbound-strict'), shippedFlow('agent')];
const flowOf = ({ name }: { name: string }) => {
  const flow = flows.find((one) => one.name === name);
  if (flow === undefined) throw new Error(`no flow ${name}`);
  return flow;
};
const leg = (name: string, role: 'caller' | 'agent'): LegState =>
  startLeg(flowOf({ name }), { callSid: role, partyId: role, role, personId: null }, { at: 0 }).leg;
const heard: CallEvent = { type: 'HEARD', stretch: 'choices', answer: 'grant' };

test('while a caller is offered to have it erased, nobody is recorded as if they had gone', () => {
  let state: CallState = {
    legs: [leg('inbound-strict', 'caller'), leg('agent', 'agent')],
    strangers: [],
    controller: 'Acme',
    locale: 'en',
    agentCalled: true,
    resumeAt: null,
  };
  const gates = () => state.legs.map(({ openGates }) => openGates);
  const turn = (callSid: string, event: CallEvent) => {
    const taken = takeTurn(flowOf, state, [{ callSid, event }]);
    ({ state } = taken);
    return taken.effects.map(({ callSid: of, effect }) => `${of} ${effect.type}`);
  };
  turn('caller', heard);
  turn('caller', heard);
  turn('agent', heard);
  expect(gates()).toEqual([['recording'], ['recording']]);

  const starred = turn('caller', { type: 'STAR' });
  expect(starred).toContain('caller choose');
  expect(starred.filter((effect) => effect.endsWith('shut-gate'))).toEqual([
    'caller shut-gate',
    'agent shut-gate',
  ]);
  expect(gates()).toEqual([[], []]);

  expect(turn('caller', { type: 'CHOSE', key: '3' })).toContain('caller erase');
  expect(gates()).toEqual([[], []]);
});
