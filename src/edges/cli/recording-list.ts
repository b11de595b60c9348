import { listRecordings } from '../../app/list-calls.ts';
import type { RecordingView } from '../../app/view-call.ts';
import { columns } from './columns.ts';
import { command, exitCodes } from './command.ts';
import { countOf } from './operands.ts';
import { withStores } from './parts.ts';

const limitMax = 100_000;
const pageMax = 200;

export const recordingList = command({
  summary: 'shows recordings, newest first',
  about:
    'Shows what is known of each recording without opening it: state (live, sealed, partial, ' +
    'erased, quarantined), length with its gaps, and how much was let through and could not be kept.',
  operands: [],
  options: {
    limit: {
      value: 'N',
      about: `How many at most, 1 to ${limitMax}.`,
      default: '50',
    },
  },
  examples: [
    { args: '', does: 'shows the 50 newest' },
    { args: '--limit 5', does: 'shows the 5 newest' },
    { args: '--json --limit 100000', does: 'prints every recording as one JSON object a line' },
  ],
  run(input, parts) {
    const { terminal } = parts;
    const limit = countOf(input, 'limit', 50, limitMax);
    return withStores(parts, async ({ reads, tenantId }) => {
      const shown: RecordingView[] = [];
      let cursor: string | null | undefined;
      while (cursor !== null && shown.length < limit) {
        const wanted = { limit: Math.min(pageMax, limit - shown.length) };
        const page = await listRecordings(
          { reads },
          tenantId,
          cursor === undefined ? wanted : { ...wanted, cursor },
        );
        if (input.json) for (const one of page.data) terminal.out(JSON.stringify(one));
        shown.push(...page.data);
        cursor = page.next;
      }
      if (input.json) return exitCodes.done;
      if (shown.length === 0) terminal.err('there are no recordings yet');
      else for (const line of columns([head, ...shown.map(rowOf)])) terminal.out(line);
      if (cursor !== null) terminal.err('there are more: raise --limit');
      return exitCodes.done;
    });
  },
});

const head = ['ID', 'STATE', 'STARTED', 'LENGTH', 'GAPS', 'LOST', 'CALL'];

function rowOf(one: RecordingView): readonly string[] {
  return [
    one.id,
    one.state,
    one.startedAt,
    one.durationMs === null ? '-' : minutes(one.durationMs),
    String(one.gaps.length),
    `${one.lostMs} ms`,
    one.callId,
  ];
}

function minutes(ms: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(ms / 60_000))}:${two(Math.floor(ms / 1_000) % 60)}`;
}
