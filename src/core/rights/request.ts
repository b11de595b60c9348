/**
 * A request about one's own data, and what may become of it. One table says which act leads from
 * which state to which; what is not in it is not possible, whoever asks.
 */

export const rightKinds = [
  'know', // what is held, and who got it
  'access', // a copy
  'correct',
  'restrict', // keep it, and do nothing with it
  'object', // to what rests on an interest of the business
  'do-not-sell',
  'delete',
  'revoke', // every permission to call, text and record
] as const;
export type RightKind = (typeof rightKinds)[number];

export const requestStates = [
  'received',
  'identity-pending', // a code is on its way
  'verified',
  'extended', // they were told that it takes longer, and why
  'fulfilled',
  'refused',
  'withdrawn',
] as const;
export type RequestState = (typeof requestStates)[number];

export const requestActs = [
  'confirm', // they were told that it has come
  'check',
  'verify',
  'extend',
  'fulfil',
  'refuse',
  'withdraw',
  'lift', // a restriction ends
] as const;
export type RequestAct = (typeof requestActs)[number];

/** Who speaks. Whoever speaks for somebody shows that they may. */
export const requestSpeakers = ['self', 'agent', 'guardian'] as const;
export type RequestSpeaker = (typeof requestSpeakers)[number];

/** How it became known that it is the person, or somebody who may speak for them. */
export const identityMeans = ['text', 'call', 'document'] as const;
export type IdentityMeans = (typeof identityMeans)[number];

/** Why a request may be refused, with the rule that says so. */
export const refusalGrounds = {
  'identity-not-shown': 'GDPR 12(6); 11 CCR 7060',
  'no-authority': '11 CCR 7063',
  'unfounded-or-excessive': 'GDPR 12(5)(b); Cal. Civ. Code 1798.145(h)(3)',
  'legal-obligation': 'GDPR 17(3)(b); Cal. Civ. Code 1798.105(d)(8)',
  'legal-claims': 'GDPR 17(3)(e), 21(1)',
  'rights-of-others': 'GDPR 15(4); Cal. Civ. Code 1798.145(k)',
  'data-correct': 'GDPR 16; 11 CCR 7023',
  'right-not-given': 'no law that holds for them gives this right',
} as const;
export type RefusalGround = keyof typeof refusalGrounds;
export const refusalGroundNames = Object.keys(refusalGrounds) as [RefusalGround];

/** Open ends only. What is fulfilled, refused or withdrawn stays so; there is always a new one. */
const table: Readonly<Record<RequestState, Partial<Record<RequestAct, RequestState>>>> = {
  received: {
    confirm: 'received',
    check: 'identity-pending',
    verify: 'verified',
    refuse: 'refused',
    withdraw: 'withdrawn',
  },
  'identity-pending': {
    confirm: 'identity-pending',
    check: 'identity-pending', // another code, or the other way
    verify: 'verified',
    refuse: 'refused',
    withdraw: 'withdrawn',
  },
  verified: {
    confirm: 'verified',
    extend: 'extended',
    fulfil: 'fulfilled',
    refuse: 'refused',
    withdraw: 'withdrawn',
  },
  extended: { fulfil: 'fulfilled', refuse: 'refused', withdraw: 'withdrawn' },
  fulfilled: {},
  refused: {},
  withdrawn: {},
};

/**
 * Kinds that only ever lessen what is done with data: nobody is harmed when they are granted to
 * somebody who was not asked who they are (11 CCR 7026(d): an opt-out need not be verified).
 */
const lessening: readonly RightKind[] = ['object', 'do-not-sell', 'revoke'];

export const needsIdentity = (kind: RightKind): boolean => !lessening.includes(kind);

/** Null: not possible from there. */
export function afterAct(
  kind: RightKind,
  state: RequestState,
  act: RequestAct,
): RequestState | null {
  const isUnasked = state === 'received' || state === 'identity-pending';
  if (act === 'fulfil' && isUnasked && !needsIdentity(kind)) return 'fulfilled';
  if (act === 'lift') return kind === 'restrict' && state === 'fulfilled' ? state : null;
  return table[state][act] ?? null;
}

export const openStates: readonly RequestState[] = requestStates.filter(
  (state) => Object.keys(table[state]).length > 0,
);

export const isOpen = (state: RequestState): boolean => openStates.includes(state);

/** What is possible now, for whoever reads the request. */
export const possibleActs = (kind: RightKind, state: RequestState): readonly RequestAct[] =>
  requestActs.filter((act) => afterAct(kind, state, act) !== null);
