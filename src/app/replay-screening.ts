/**
 * Why was this number called on 3 March at 14:02? A decision is taken again from what it rested on:
 * the own list as it stood at that position of its stream, the registry versions it looked at, the
 * settings in force then, and what was known of the person, which its entry keeps.
 */
import { ConsentryError } from '../core/error.ts';
import type { Json } from '../core/ledger/canonical.ts';
import type { Screener } from '../core/suppression/decide.ts';
import {
  type Channel,
  type Hit,
  type Inquiry,
  type Known,
  type Policy,
  type ScreeningPurpose,
  unreadableVersion,
} from '../core/suppression/inquiry.ts';
import type { Manifest } from '../core/suppression/list-manifest.ts';
import type { OwnChange } from '../core/suppression/own-change.ts';
import { OwnIndex } from '../core/suppression/own-index.ts';
import { codesOf } from '../core/suppression/reasons.ts';
import { scopesOf } from '../core/suppression/scopes.ts';
import type { Instant, Uuid } from '../core/words.ts';
import { type ListsInMemory, listsInMemory, loadedList } from './loaded-lists.ts';
import { ownLists } from './own-lists.ts';
import type { Receipts } from './receipt.ts';
import type { Screened } from './screen.ts';
import { policyOf } from './screening-policy.ts';
import type { SettingStore } from './settings.ts';

/** What an entry keeps of a decision beside its answer, so that it can be taken again. */
export interface ReplayInputs {
  readonly now: Instant;
  readonly subject: string | null;
  /** The line it was from; left out: an entry of before, when lines and unnamed campaigns said nothing. */
  readonly from?: string | null;
  readonly known: Known;
}

export const replayInputsOf = ({ inquiry }: Screened): ReplayInputs => {
  const { now, subject, known, from = null } = inquiry;
  return { now, subject, from, known };
};

export interface ReplayParts {
  readonly receipts: Pick<Receipts, 'receiptFor'>;
  readonly screener: Screener;
  readonly settings: Pick<SettingStore, 'history'>;
  /** Changes of the own list that concern a number, up to a position of the stream. */
  readonly ownChanges: (number: string, upTo: number) => Promise<readonly OwnChange[]>;
  readonly shelf: {
    manifest(list: string, version: string): Promise<Manifest>;
    areaNow(manifest: Manifest, area: string): Uint32Array<ArrayBufferLike>;
    world(manifest: Manifest): Promise<Float64Array<ArrayBufferLike>>;
  };
}

interface Decided {
  readonly decision: string;
  readonly reasons: readonly string[];
}

export interface Replay {
  readonly number: string;
  readonly at: string;
  readonly said: Decided;
  readonly replayed: Decided;
  readonly agrees: boolean;
  /** What could not be had as it was then; empty: everything could. */
  readonly gaps: readonly string[];
}

interface Kept {
  readonly number: string;
  readonly contactFor: ScreeningPurpose;
  readonly campaign: string | null;
  readonly decision: string;
  readonly found: {
    readonly channel: Channel;
    readonly at: string;
    readonly asOf: number | null;
    readonly reasons: readonly {
      readonly code: string;
      readonly list?: string;
      readonly version?: string;
    }[];
    readonly rules: { readonly version: string };
    readonly lists: readonly { readonly list: string; readonly version: string }[];
    readonly inputs?: ReplayInputs;
  };
}

/** @throws `not_found`, `receipt_pending`, or `conflict` for what is no screening that can be replayed */
export async function replayScreening(
  parts: ReplayParts,
  tenantId: Uuid,
  entryId: Uuid,
): Promise<Replay> {
  const kept = await keptBy(parts, tenantId, entryId);
  const { found, number, campaign } = kept;
  const { inputs } = found;
  if (inputs === undefined) {
    throw new ConsentryError('conflict', 'the entry keeps too little to be decided again');
  }
  const gaps: string[] = [];
  const { version } = parts.screener.table;
  if (version !== found.rules.version) {
    gaps.push(`rules of ${found.rules.version} are not in this release, which has ${version}`);
  }
  const own = await ownHits(parts, kept, inputs);
  const registries = await registriesOf(parts, versionsOf(found), gaps);
  const inquiry: Inquiry = {
    number,
    channel: found.channel,
    purpose: kept.contactFor,
    at: Date.parse(found.at),
    now: inputs.now,
    campaign,
    subject: inputs.subject,
    seen: {
      hits: [...own, ...registries.hits(number, found.channel)],
      states: registries.states(),
      asOf: found.asOf,
      ageMs: 0,
    },
    known: inputs.known,
    policy: await policyAt(parts, inputs.now),
  };
  const verdict = parts.screener.screen(inquiry);
  // Two lists may stand against it by the same code.
  const codes = new Set(found.reasons.map(({ code }) => code));
  const said = { decision: kept.decision, reasons: [...codes].sort() };
  const replayed = { decision: verdict.decision, reasons: [...codesOf(verdict.bits)].sort() };
  const agrees = JSON.stringify(said) === JSON.stringify(replayed);
  return { number, at: found.at, said, replayed, agrees, gaps };
}

async function keptBy(parts: ReplayParts, tenantId: Uuid, entryId: Uuid): Promise<Kept> {
  const receipt = await parts.receipts.receiptFor(tenantId, entryId);
  if (receipt === null) throw new ConsentryError('not_found');
  if (receipt === 'pending') throw new ConsentryError('receipt_pending');
  if (receipt.statement.kind !== 'screening') {
    throw new ConsentryError('conflict', 'the entry is of something else than a screening');
  }
  const said = (label: string): Json | undefined => receipt.openings[label]?.value;
  if (said('found') === undefined) {
    throw new ConsentryError('key_missing', 'the entry was erased together with its person');
  }
  const labels = ['number', 'contactFor', 'campaign', 'decision', 'found'];
  // We wrote it, and the receipt has just been verified.
  return Object.fromEntries(labels.map((label) => [label, said(label)])) as unknown as Kept;
}

async function ownHits(
  { ownChanges }: ReplayParts,
  { number, campaign, contactFor, found }: Kept,
  { now, from }: ReplayInputs,
): Promise<readonly Hit[]> {
  if (found.asOf === null) return [];
  // A change that was known here before the stream had come to it is named by its number.
  const early = found.reasons.flatMap(({ list, version }) =>
    list === 'own' ? [Number(version)] : [],
  );
  const upTo = Math.max(found.asOf, ...early);
  const copy = new OwnIndex();
  for (const change of await ownChanges(number, upTo)) copy.apply(change);
  const place = { xid: '0', seq: upTo };
  const follower = { isStale: () => false, place: () => place };
  const clock = { now: () => now, monotonic: () => now };
  // Of before, only what was named was looked for.
  const scopes =
    from === undefined ? scopesOf('service', campaign, null) : scopesOf(contactFor, campaign, from);
  return ownLists({ copy, follower, clock }).now('').hits(number, found.channel, scopes);
}

/** The versions it looked at; entries of before name some of them with a reason only. */
function versionsOf({ lists, reasons }: Kept['found']): Kept['found']['lists'] {
  const known = new Map(lists.map((one) => [one.list, one]));
  for (const { list, version } of reasons) {
    if (list === undefined || version === undefined || list === 'own') continue;
    if (!known.has(list)) known.set(list, { list, version });
  }
  return [...known.values()];
}

async function registriesOf(
  { shelf }: ReplayParts,
  lists: Kept['found']['lists'],
  gaps: string[],
): Promise<ListsInMemory> {
  const memory = listsInMemory();
  for (const { list, version } of lists) {
    // So it was then, and so it counts.
    if (version === unreadableVersion) {
      memory.markUnreadable(list);
      continue;
    }
    try {
      const manifest = await shelf.manifest(list, version);
      const world = await shelf.world(manifest);
      const loadNow = (area: number) => shelf.areaNow(manifest, String(area));
      memory.put(loadedList(manifest, world, loadNow));
    } catch (error) {
      if (!(error instanceof ConsentryError)) throw error;
      gaps.push(`${list} ${version} is not here any more, or is damaged`);
    }
  }
  return memory;
}

/** The settings in force at an instant: the newest that were set before it. */
async function policyAt({ settings }: ReplayParts, at: Instant): Promise<Policy> {
  const versions = await settings.history('screening');
  const held = versions.find((one) => one.at === null || one.at <= at) ?? versions.at(-1);
  if (held === undefined) throw new ConsentryError('internal', 'a setting has a default');
  return policyOf(held.value);
}
