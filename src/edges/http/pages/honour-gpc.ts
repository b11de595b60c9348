/** Global Privacy Control, sent along with a form that names a number: nothing of it is sold. */
import { fulfilRequest, receiveRequest } from '../../../app/rights.ts';
import type { PageParts } from './page-parts.ts';
import type { Asked } from './serve-page.ts';

export async function honourGpc(
  parts: PageParts,
  { hasGpc }: Pick<Asked, 'hasGpc'>,
  number: string,
): Promise<void> {
  if (hasGpc) await stopSale(parts, number);
}

/** Written down as a request, and carried out: it only lessens what is done. */
export async function stopSale({ rightsParts }: PageParts, number: string): Promise<void> {
  const { id } = await receiveRequest(rightsParts, {
    number,
    kind: 'do-not-sell',
    law: null,
    speaker: 'self',
    guardian: null,
    authority: null,
    note: null,
    receivedAt: null,
    by: 'caller',
  });
  await fulfilRequest(rightsParts, id, null, 'caller');
}
