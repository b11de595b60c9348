/** What the routes of lists stand on. */
import type { ApiKey } from '../../../app/api-ports.ts';
import { askerOf } from '../../../app/audit.ts';
import type { ListAsker, ListParts } from '../../../app/list-parts.ts';
import type { ReviewParts } from '../../../app/review-stops.ts';
import type { RequestLike } from './sessions.ts';

export interface ListRouteParts {
  readonly listParts: ListParts;
  /** There is an import to carry out. */
  readonly wakeLists: () => void;
  readonly optOutParts: ReviewParts;
  readonly addressOf: (request: RequestLike) => string;
}

export const listAsker = (key: ApiKey): ListAsker => {
  const { by, as } = askerOf(key, '');
  return { by, as };
};
