/** Joins what a decision of the past is taken again from. */
import type { ReplayParts } from '../app/replay-screening.ts';
import { screener } from '../core/suppression/calling-rules-shipped.ts';
import type { Stores } from './stores.ts';

export const replayPartsOf = ({ receipts, settings, ownList, listShelf }: Stores): ReplayParts => ({
  receipts,
  screener,
  settings,
  ownChanges: (number, upTo) => ownList.changesOf(number, upTo),
  shelf: listShelf,
});
