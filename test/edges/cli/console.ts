/** A command line whose output can be read, over whatever parts a test has. */
import type { PreparedEntry } from '../../../src/app/ports.ts';
import type { CommandParts, CommandStores, ExternalVerb } from '../../../src/edges/cli/parts.ts';
import { runCommand } from '../../../src/edges/cli/run.ts';

export interface Ran {
  readonly code: number;
  /** Standard output, as it was written. */
  readonly out: string;
  readonly err: string;
  /** What was drawn over the line of progress. */
  readonly drawn: readonly string[];
}

export interface World extends Partial<Omit<CommandParts, 'terminal' | 'openStores'>> {
  readonly stores?: Partial<CommandStores>;
  readonly stdin?: readonly (string | Uint8Array)[];
  readonly isTty?: boolean;
}

/** Counts how often stores were opened and closed. */
export const opened = { count: 0, closed: 0 };

export async function consentry(world: World, ...argv: readonly string[]): Promise<Ran> {
  const { stores, stdin = [], isTty = false, ...given } = world;
  const out: string[] = [];
  const err: string[] = [];
  const drawn: string[] = [];
  const external = (summary: string): ExternalVerb => ({
    summary,
    help: `help of ${summary}\n`,
    run: async (rest) => rest.length,
  });
  const parts: CommandParts = {
    external: { serve: external('serving'), call: external('calling') },
    openScreening: async () => null,
    openFlows: () => Promise.reject(new Error('this verb opened flows')),
    askServer: () => Promise.reject(new Error('this verb asked the server')),
    sendText: () => Promise.reject(new Error('this verb wrote a text')),
    endContract: () => Promise.reject(new Error('this verb ended everything')),
    newIdentity: () => Promise.reject(new Error('this verb made an identity')),
    ...given,
    terminal: {
      out: (text) => void out.push(`${text}\n`),
      err: (text) => void err.push(`${text}\n`),
      draw: isTty ? (text) => void drawn.push(text) : null,
      async *stdin() {
        for (const piece of stdin) yield Buffer.from(piece);
      },
    },
    async openStores() {
      if (stores === undefined) throw new Error('this verb opened stores');
      opened.count += 1;
      const close = async () => {
        opened.closed += 1;
      };
      return { close, audit: unwritten, tenantId: 'tenant', ...stores } as CommandStores;
    },
  };
  const code = await runCommand(argv, parts);
  return { code, out: out.join(''), err: err.join(''), drawn };
}

/** An audit that takes every row, for tests of something else. */
const unwritten = {
  audit: { add: async () => {}, list: async () => ({ rows: [], next: null }) },
  entries: { audit: () => ({ id: 'entry' }) as unknown as PreparedEntry },
  addressToken: () => '',
  openOpening: async () => ({}),
  clock: { now: () => 0, monotonic: () => 0 },
  subjects: { find: async () => null, ofParties: async () => [], ofNumber: async () => [] },
};

export const lines = (text: string): readonly string[] => text.split('\n').slice(0, -1);
export const jsonLines = (text: string): readonly Record<string, unknown>[] =>
  lines(text).map((line) => JSON.parse(line));
