/** The archive of what is held of a person, on its way: entered first, and streamed. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type CopyParts, copyArchive } from '../../../app/copy-person.ts';
import { copyPage, type Extract } from './copy-page.ts';
import type { Asked, Reply } from './route.ts';

export async function sendCopy(
  parts: CopyParts,
  extract: Extract,
  asked: Pick<Asked<unknown, unknown, unknown>, 'key' | 'request' | 'response' | 'enter'>,
): Promise<Reply> {
  const { key, request, response, enter } = asked;
  const page: Parameters<typeof copyArchive>[1]['page'] = (contents) => copyPage(extract, contents);
  const pieces = copyArchive(parts, { extract, page, by: key.id });
  // Who takes it is written down before the first recording is opened.
  await enter();
  response.writeHead(200, {
    'content-type': 'application/zip',
    'content-disposition': `attachment; filename="copy-${extract.id}.zip"`,
    'cache-control': 'no-store',
  });
  if (request.method === 'HEAD') response.end();
  else await pipeline(Readable.from(pieces, { objectMode: false }), response);
  return 'sent';
}
