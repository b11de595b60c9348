/** What fulfilling a request does, by its kind. All of it may be done again. */
import { ConsentryError } from '../core/error.ts';
import type { ProfileChange } from '../core/person/profile.ts';
import type { RightKind } from '../core/rights/request.ts';
import type { Channel } from '../core/suppression/own-change.ts';
import type { Purpose, Uuid } from '../core/words.ts';
import type { RightsRequest } from './rights-ports.ts';

export interface CarryOutParts {
  /** Keeps what there is of a person from being used. */
  readonly restrict: (personId: Uuid) => Promise<void>;
  /** Takes back one purpose, in live calls first. */
  readonly withdraw: (personId: Uuid, purpose: Purpose | 'all', by: string) => Promise<void>;
  /** Puts the person on the own list, so that nobody contacts them. */
  readonly optOut: (personId: Uuid, channels: readonly Channel[], by: string) => Promise<void>;
  /** Sets right what is known of the person; all numbers of theirs say the same then. */
  readonly correct: (
    personId: Uuid,
    change: ProfileChange,
    how: { readonly request: Uuid; readonly by: string },
  ) => Promise<unknown>;
  readonly erase: (personId: Uuid, by: string) => Promise<{ readonly proved: boolean }>;
}

/** What rests, or may rest, on an interest of the business: GDPR 21(1) and (2). */
export const interestBased: readonly Purpose[] = [
  'marketing-calls',
  'marketing-texts',
  'call-tracking',
  'analysis',
  'training',
  'sale',
];
const channels: readonly Channel[] = ['call', 'text'];

type Act = (
  parts: CarryOutParts,
  request: RightsRequest,
  by: string,
  correction: ProfileChange | null,
) => Promise<void>;

/** For these the answer itself is what was asked for; whoever gives it says so by fulfilling. */
const nothing: Act = async () => {};

const acts: Readonly<Record<RightKind, Act>> = {
  know: nothing,
  access: nothing,
  async correct({ correct }, { id: request, personId }, by, correction) {
    if (correction !== null) await correct(personId, correction, { request, by });
  },
  restrict: async ({ restrict, withdraw, optOut }, { personId }, by) => {
    await restrict(personId);
    await withdraw(personId, 'all', by);
    await optOut(personId, channels, by);
  },
  async object({ withdraw, optOut }, { personId }, by) {
    for (const purpose of interestBased) await withdraw(personId, purpose, by);
    await optOut(personId, channels, by);
  },
  'do-not-sell': ({ withdraw }, { personId }, by) => withdraw(personId, 'sale', by),
  async delete({ erase }, { personId }, by) {
    const { proved } = await erase(personId, by);
    if (proved) return;
    throw new ConsentryError(
      'conflict',
      'not all of it is gone; the certificate says what is left',
    );
  },
  async revoke({ withdraw, optOut }, { personId }, by) {
    await withdraw(personId, 'all', by);
    await optOut(personId, channels, by);
  },
};

export const carryOutRight =
  (parts: CarryOutParts) =>
  (request: RightsRequest, by: string, correction: ProfileChange | null) =>
    acts[request.kind](parts, request, by, correction);
