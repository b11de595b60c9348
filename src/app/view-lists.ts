/** The lists there are: what is in force of each, how old it is, and what is to be done about it. */
import { ConsentryError } from '../core/error.ts';
import {
  doubtText,
  type ListPart,
  listKinds,
  type Manifest,
  ownList,
  termOf,
  toldOf,
  vouchersNeeded,
} from '../core/suppression/list-manifest.ts';
import { type Age, ageOf, daysMaxOf, usableUntil } from '../core/suppression/list-use.ts';
import type { Channel } from '../core/suppression/own-change.ts';
import type { Instant, Uuid } from '../core/words.ts';
import { checkList } from './list-jobs.ts';
import { bookContext, type ListAsker, type ListParts } from './list-parts.ts';
import type { ListExpected, ListJob } from './list-ports.ts';
import { listWarnings } from './list-warnings.ts';

export const listStates = ['in-force', 'expected', 'retired'] as const;
export type ListState = (typeof listStates)[number];

export interface ListView {
  readonly list: string;
  readonly kind: string;
  /** Whose list it is, such as `US` or `US-FL`; null: no place's. */
  readonly place: string | null;
  readonly state: ListState;
  readonly version: string | null;
  /** Numbers; of the own list: listings. */
  readonly total: number;
  readonly obtainedAt: string | null;
  readonly importedAt: string | null;
  /** Null of the own list, which does not age, and of what is not in force. */
  readonly age: Age | null;
  readonly usableUntil: string | null;
  readonly channels: readonly Channel[];
  readonly source: string | null;
  readonly reason: string | null;
  readonly by: string | null;
  readonly seller: string | null;
  /** True: a subscription account is known for it. */
  readonly hasAccount: boolean;
  readonly warnings: readonly string[];
}

export interface ListDetail extends ListView {
  /** Numbers by area code. */
  readonly areas: Readonly<Record<string, number>>;
  /** Numbers outside North America. */
  readonly elsewhere: number;
  /** Newest first. */
  readonly versions: readonly {
    readonly version: string;
    readonly inForce: boolean;
    readonly total: number;
    readonly obtainedAt: string;
    readonly importedAt: string;
    readonly kind: string;
    readonly sourceSha256: string;
    readonly by: string | null;
  }[];
}

type ViewParts = Pick<ListParts, 'shelf' | 'book' | 'jobs' | 'ownBulk' | 'clock'>;

export async function viewLists(parts: ViewParts): Promise<readonly ListView[]> {
  const [book, names, open] = await Promise.all([
    parts.book.all(),
    parts.shelf.lists(),
    parts.jobs.open(),
  ]);
  const known = new Map(book.map((one) => [one.list, one]));
  const lists = [...new Set([...names, ...known.keys()])].sort();
  const views = [await ownView(parts, open)];
  for (const list of lists) {
    const view = await registryView(parts, list, known.get(list) ?? null, open);
    if (view !== null) views.push(view);
  }
  return views;
}

/** @throws `not_found` */
export async function viewList(parts: ViewParts, list: string): Promise<ListDetail> {
  checkList(list);
  const { shelf, book, jobs } = parts;
  const open = await jobs.open();
  if (list === ownList) {
    return { ...(await ownView(parts, open)), areas: {}, elsewhere: 0, versions: [] };
  }
  const view = await registryView(parts, list, await book.find(list), open);
  if (view === null) throw new ConsentryError('not_found', 'there is no such list here');
  const current = await shelf.current(list);
  const versions: ListDetail['versions'][number][] = [];
  for (const version of (await shelf.versions(list)).toReversed()) {
    const one = await shelf.manifest(list, version);
    const { total, obtainedAt, importedAt, kind, sourceSha256 } = one;
    const inForce = version === current?.version;
    const facts = { version, inForce, total, obtainedAt, importedAt, kind, sourceSha256 };
    versions.push({ ...facts, by: toldOf(one).by });
  }
  const areas = countsOf(current);
  const inAreas = Object.values(areas).reduce((sum, count) => sum + count, 0);
  return { ...view, areas, elsewhere: view.total - inAreas, versions };
}

const countsOf = (manifest: Manifest | null): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(manifest?.areas ?? {}).map(([area, { count }]: [string, ListPart]) => [
      area,
      count,
    ]),
  );

const nothingKnown = {
  version: null,
  obtainedAt: null,
  importedAt: null,
  age: null,
  usableUntil: null,
  source: null,
  reason: null,
  by: null,
  seller: null,
  hasAccount: false,
};

async function ownView({ ownBulk }: ViewParts, open: readonly ListJob[]): Promise<ListView> {
  return {
    ...nothingKnown,
    list: ownList,
    kind: ownList,
    place: null,
    state: 'in-force',
    total: await ownBulk.count(null),
    channels: ['call', 'text'],
    warnings: heldOf(open, ownList),
  };
}

async function registryView(
  { shelf, clock }: ViewParts,
  list: string,
  known: ListExpected | null,
  open: readonly ListJob[],
): Promise<ListView | null> {
  const current = await shelf.current(list);
  const held = heldOf(open, list);
  if (current === null && known === null && held.length === 0) return null;
  const kind = listKinds.find((one) => list === one || list.startsWith(`${one}-`)) ?? list;
  const place = list === kind ? null : list.slice(kind.length + 1);
  const whose = { list, kind, place };
  const hasAccount = known?.accountSealed != null || current?.accountToken != null;
  const seller = known?.seller ?? null;
  if (current === null) {
    const isRetired = known?.retiredAt != null;
    const missing = `the list ${list} has no version yet; what needs it is refused`;
    return {
      ...nothingKnown,
      ...whose,
      state: isRetired ? 'retired' : 'expected',
      total: 0,
      channels: known?.channels ?? [],
      source: known?.source ?? null,
      reason: known?.reason ?? null,
      seller,
      hasAccount,
      warnings: isRetired ? held : [missing, ...held],
    };
  }
  const { version, total, obtainedAt, importedAt } = current;
  const { channels, source, reason, by } = toldOf(current);
  const now: Instant = clock.now();
  const term = termOf(current);
  return {
    ...whose,
    state: 'in-force',
    version,
    total,
    obtainedAt,
    importedAt,
    age: ageOf(term, daysMaxOf(list), now),
    usableUntil: new Date(usableUntil(term, daysMaxOf(list))).toISOString(),
    channels,
    source,
    reason,
    by,
    seller,
    hasAccount,
    warnings: [...listWarnings([current], now), ...held],
  };
}

function heldOf(open: readonly ListJob[], list: string): readonly string[] {
  return open.flatMap((job) => {
    if (job.list !== list || job.state !== 'held') return [];
    const doubts = (job.report?.doubts ?? []).map(doubtText).join('; ');
    return [
      `${job.id} waits for ${vouchersNeeded - job.vouches.length} people to vouch for it: ${doubts}`,
    ];
  });
}

export interface ListSaid {
  readonly list: string;
  readonly source: string | null;
  readonly reason: string | null;
  readonly channels: readonly Channel[];
  readonly seller: string | null;
  /** Subscription account number. */
  readonly account: string | null;
}

/**
 * Expects a list, and says what its imports inherit; again, with something else, if need be.
 *
 * @throws `conflict` for the own list
 */
export async function expectList(
  parts: ViewParts & Pick<ListParts, 'ciphers' | 'tenantId'>,
  { by }: Pick<ListAsker, 'by'>,
  said: ListSaid,
): Promise<ListDetail> {
  const { list, account, ...rest } = said;
  checkList(list);
  if (list === ownList) throw new ConsentryError('conflict', 'the own list is always there');
  const accountSealed =
    account === null
      ? null
      : parts.ciphers(parts.tenantId).seal(null, bookContext(list), Buffer.from(account));
  await parts.book.put({ list, ...rest, accountSealed, by, at: parts.clock.now() });
  return viewList(parts, list);
}

export interface ListJobView {
  readonly id: Uuid;
  readonly list: string;
  readonly kind: ListJob['kind'];
  readonly state: ListJob['state'];
  readonly dryRun: boolean;
  readonly by: { readonly id: string; readonly as: string };
  readonly madeAt: string;
  readonly endedAt: string | null;
  /** How far it is: bytes of its file, or numbers of the own list. */
  readonly done: number;
  readonly expected: number | null;
  readonly sha256: string | null;
  readonly version: string | null;
  readonly previous: string | null;
  readonly total: number | null;
  readonly brought: number | null;
  readonly isRepeat: boolean;
  readonly lines: number | null;
  readonly added: number | null;
  readonly removed: number | null;
  readonly unchanged: number | null;
  /** How many lines were not taken, by why, and the first of them. */
  readonly rejected: Readonly<Record<string, number>>;
  readonly rejects: readonly {
    readonly line: number;
    readonly why: string;
    /** Which file of an archive that has several. */
    readonly file?: number;
  }[];
  /** What stands against it. */
  readonly doubts: readonly { readonly is: string; readonly text: string }[];
  readonly vouches: readonly { readonly by: string; readonly at: string }[];
  readonly vouchesNeeded: number;
  readonly fault: string | null;
  readonly faultDetail: string | null;
}

export function viewJob(job: ListJob): ListJobView {
  const { report, vouches } = job;
  const tally = report?.tally ?? null;
  const rejected = Object.entries(tally?.rejected ?? {}).filter(([, count]) => count > 0);
  const iso = (at: Instant) => new Date(at).toISOString();
  return {
    id: job.id,
    list: job.list,
    kind: report?.kind ?? job.kind,
    state: job.state,
    dryRun: job.wanted.dryRun,
    by: { id: job.by, as: job.as },
    madeAt: iso(job.madeAt),
    endedAt: job.endedAt === null ? null : iso(job.endedAt),
    done: job.done,
    expected: job.expected,
    sha256: report?.sourceSha256 ?? job.sha256,
    version: report?.version ?? null,
    previous: report?.previous ?? null,
    total: report?.total ?? null,
    brought: report?.brought ?? null,
    isRepeat: report?.isRepeat ?? false,
    lines: tally?.lines ?? null,
    added: tally?.added ?? null,
    removed: tally?.removed ?? null,
    unchanged: tally?.unchanged ?? null,
    rejected: Object.fromEntries(rejected),
    rejects: tally?.examples ?? [],
    doubts: (report?.doubts ?? []).map((one) => ({ is: one.is, text: doubtText(one) })),
    vouches: vouches.map(({ by, at }) => ({ by, at: iso(at) })),
    vouchesNeeded: job.state === 'held' ? vouchersNeeded - vouches.length : 0,
    fault: job.fault,
    faultDetail: job.faultDetail,
  };
}
