/** Which calls were redacted by hand, an id a line; what went by schedule goes again by it. */
import type { RedactionLog } from '../../app/run-retention.ts';
import type { Uuid } from '../../core/words.ts';
import { lineLog } from './line-log.ts';

const form = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function fileRedactions(path: string): RedactionLog {
  const log = lineLog(path, 'redaction log');
  return {
    add: (ids) => log.add(ids),
    all: async () => [...new Set<Uuid>((await log.all()).filter((line) => form.test(line)))],
  };
}
