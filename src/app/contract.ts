/** Before the business ends: a copy of everything is offered, and there is time to take it. */
import { ConsentryError } from '../core/error.ts';
import type { Instant, Uuid } from '../core/words.ts';
import type { Clock, Random } from './ports.ts';

const dayMs = 86_400_000;
export const offerDaysMax = 365;

export interface Offer {
  readonly id: Uuid;
  readonly offeredAt: Instant;
  /** Nothing is destroyed before. */
  readonly until: Instant;
  readonly by: string;
}

export interface OfferStore {
  /** False: one is open already. */
  add(offer: Offer): Promise<boolean>;
  open(): Promise<Offer | null>;
  /** False: none was open. */
  cancel(by: string, at: Instant): Promise<boolean>;
  /** Exports that were written since. */
  exportsSince(at: Instant): Promise<number>;
  /** Legal holds in force. */
  holds(): Promise<number>;
}

export interface OfferParts {
  readonly offers: OfferStore;
  readonly clock: Clock;
  readonly random: Pick<Random, 'uuid'>;
}

export interface OfferView extends Offer {
  readonly exports: number;
  readonly holds: number;
}

/** Null: nothing ends. */
export async function showOffer({ offers }: Pick<OfferParts, 'offers'>): Promise<OfferView | null> {
  const offer = await offers.open();
  if (offer === null) return null;
  const [exports, holds] = [await offers.exportsSince(offer.offeredAt), await offers.holds()];
  return { ...offer, exports, holds };
}

/** @throws `conflict` if one is open */
export async function makeOffer(
  { offers, clock, random }: OfferParts,
  days: number,
  by: string,
): Promise<OfferView> {
  const offeredAt = clock.now();
  const offer = { id: random.uuid(), offeredAt, until: offeredAt + days * dayMs, by };
  if (!(await offers.add(offer))) {
    throw new ConsentryError('conflict', 'a copy of everything is offered already');
  }
  return { ...offer, exports: 0, holds: await offers.holds() };
}

/** @throws `not_found` if nothing is offered */
export async function cancelOffer({ offers, clock }: OfferParts, by: string): Promise<void> {
  if (!(await offers.cancel(by, clock.now()))) {
    throw new ConsentryError('not_found', 'nothing is offered');
  }
}

/** @throws `not_found`, `conflict` before its time, `held` while a legal hold keeps anything */
export async function offerToEndBy({
  offers,
  clock,
}: Pick<OfferParts, 'offers' | 'clock'>): Promise<OfferView> {
  const offer = await showOffer({ offers });
  if (offer === null) {
    throw new ConsentryError('not_found', 'offer a copy first: `consentry contract offer`');
  }
  if (offer.holds > 0) {
    throw new ConsentryError('held', `${offer.holds} legal holds are in force; lift them first`);
  }
  if (clock.now() < offer.until) {
    const until = new Date(offer.until).toISOString();
    throw new ConsentryError('conflict', `the offer of a copy runs until ${until}`);
  }
  return offer;
}
