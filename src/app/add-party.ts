/** Somebody more for a running call: rung on their own leg, asked there, and bridged with it. */
import { ConsentryError } from '../core/error.ts';
import { parseNumber } from '../core/suppression/number.ts';
import type { CallSid, Role, Uuid } from '../core/words.ts';
import type { CallParts } from './call-parts.ts';
import { changeCall } from './change-call.ts';
import { legsOf } from './company.ts';
import { addressForm, readAddress } from './lines.ts';
import { takeTurn } from './take-turn.ts';
import { resolveCall } from './withdraw.ts';

/** Whom a call can be given while it runs; caller and agent come with it. */
export const addedRoles = ['transferee', 'joiner'] as const satisfies readonly Role[];
export type AddedRole = (typeof addedRoles)[number];

/** More people cannot follow each other, and each holds a line. */
const partiesMax = 20;

export interface PartyAsk {
  /** Id of the call, or the CallSid of one of its legs. */
  readonly call: Uuid | CallSid;
  readonly role: AddedRole;
  /** E.164 or a SIP address. */
  readonly to: string;
  /** The flow they are asked by; absent: the one that is called as the role. */
  readonly flow?: string;
}

/**
 * Has a party rung, beside whoever is on the call. Nothing of the call changes until they are on
 * the bridge: they are asked first, on a leg of their own.
 *
 * @returns their id; null if there is no such call
 * @throws ConsentryError `invalid_request` for an address or a flow that cannot be used;
 * `conflict` for a call that is over, full, or has no number to ring from
 */
export async function addParty(
  parts: CallParts,
  { call: name, role, to, flow }: PartyAsk,
): Promise<{ readonly callId: Uuid; readonly partyId: Uuid } | null> {
  const address = readAddress(to);
  if (address === null) throw invalid('to', 'is not an address to dial', addressForm);
  const asks = parts.flows.current(flow ?? role);
  if (asks?.role !== role) {
    throw invalid('flow', `is no published flow of a ${role}`, `a flow whose role is ${role}`);
  }
  const found = await resolveCall(parts, name);
  if (found === null) return null;
  const line = found.lineId === null ? null : await parts.lines.byId(found.lineId);
  const number = parseNumber(address);
  if (number !== null && number.e164 === line?.number) {
    throw invalid('to', 'is the line itself, which would call itself', addressForm);
  }
  const person = number === null ? null : await parts.people.ensure(number.e164);
  const partyId = parts.random.uuid();
  parts.cache.forget(found.id); // what is refused is refused by what the database knows
  await changeCall(parts, found.id, ({ state, endedAt }) => {
    if (endedAt !== null) throw new ConsentryError('conflict', 'the call is over');
    if (line === null || line.number === null) {
      throw new ConsentryError('conflict', 'nobody set up the line of the call, to ring from');
    }
    const coming = (state.invited ?? []).filter(({ over }) => !over).length;
    if (legsOf(state).length + coming >= partiesMax) {
      throw new ConsentryError('conflict', `a call has at most ${partiesMax} parties`);
    }
    const personId = person?.id ?? null;
    const { speech: detectMachine } = asks;
    const rings = [{ partyId, role, to: address, flow: flow ?? null, personId, detectMachine }];
    return { turn: takeTurn(parts.flows.pinned, state, []), rings };
  });
  return { callId: found.id, partyId };
}

function invalid(name: string, what: string, allowed: string): ConsentryError {
  return new ConsentryError('invalid_request', `body.${name}: ${what}; allowed: ${allowed}`, {
    mistakes: [{ path: `body.${name}`, what, allowed }],
  });
}
