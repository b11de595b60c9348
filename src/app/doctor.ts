/** Gathers what the doctor looks at. What does not answer in time is left out, and found so. */

import { copiesAt, openExposures } from '../core/breach/custody.ts';
import { type Examination, examine } from '../core/doctor/examine.ts';
import type { DoctorFacts, LineFacts } from '../core/doctor/facts.ts';
import { countryOf } from '../core/jurisdiction/place.ts';
import { findWhereabouts } from '../core/jurisdiction/whereabouts.ts';
import { dayOf } from '../core/ledger/entry.ts';
import { unlisted } from '../core/recipients/outgoing.ts';
import type { Uuid } from '../core/words.ts';
import type { AccountStore } from './account-ports.ts';
import type { AgreementState } from './agreement.ts';
import type { ApiKey, KeyStore } from './api-ports.ts';
import type { BreachReads } from './breach.ts';
import type { DoctorReads, Machine, Ways } from './doctor-ports.ts';
import type { ListReads } from './follow-lists.ts';
import type { Clock } from './ports.ts';
import type { RecipientParts } from './recipients.ts';
import type { SettingStore } from './settings.ts';
import { type RosterLine, roster, type TrainingStore } from './training.ts';
import { late, within } from './within.ts';

const idleMs = 90 * 86_400_000;
/** Time to put another key in place of one that ends. */
const endsSoonMs = 7 * 86_400_000;
const dayMs = 86_400_000;
/** A part that hangs does not keep the others from being looked at. */
const lookMsMax = 5_000;

export interface DoctorParts {
  readonly tenantId: Uuid;
  readonly clock: Clock;
  readonly ways: Ways;
  readonly hasBreachList: boolean;
  /** How many networks may ask the API; null: any. */
  readonly apiFrom: number | null;
  readonly machine: Machine;
  readonly hasMail: boolean;
  readonly reads: DoctorReads;
  readonly health: Readonly<Record<'keys' | 'vault' | 'spool', () => Promise<string | null>>>;
  /** Numbers of the account, and whether their callers' names are looked up. */
  readonly numbers: (() => Promise<readonly { readonly looksUpNames: boolean }[]>) | null;
  readonly settings: Pick<SettingStore, 'current'>;
  readonly accounts: Pick<AccountStore, 'list'>;
  readonly keys: Pick<KeyStore, 'list'>;
  readonly recipients: Pick<RecipientParts, 'outgoing'>;
  readonly training: TrainingStore;
  readonly agreement: () => Promise<AgreementState>;
  readonly breach: Pick<BreachReads, 'custody'>;
  readonly shelf: Pick<ListReads, 'lists' | 'current'>;
  flows(): Promise<DoctorFacts['flows']>;
  /** Numbers of ours, E.164, with their flows. */
  lines(): Promise<readonly { readonly number: string; readonly flow: string }[]>;
}

export async function consultDoctor(parts: DoctorParts): Promise<Examination> {
  return examine(await gather(parts));
}

async function gather(parts: DoctorParts): Promise<DoctorFacts> {
  const { clock, ways, apiFrom, hasBreachList, machine, reads, health, settings } = parts;
  const at = clock.now();
  const [
    counts,
    retentionRunAt,
    databaseClockMs,
    hasRoles,
    backupAt,
    machineFacts,
    people,
    carrier,
  ] = await Promise.all([
    seen(() => reads.counts()),
    seen(() => reads.lastRetentionRun()),
    seen(() => reads.clockOffsetMs()),
    seen(() => reads.hasRoles()),
    seen(() => machine.lastBackup()),
    seen(() => machine.look()),
    seen(() => peopleFacts(parts)),
    seen(() => carrierFacts(parts)),
  ]);
  const [signIn, retention, bases, lists, flows, recipients, training, lines, keys, vault, spool] =
    await Promise.all([
      seen(async () => (await settings.current('sign-in')).value),
      seen(async () => (await settings.current('retention')).value),
      seen(async () => (await settings.current('bases')).value.length),
      seen(() => listFacts(parts)),
      seen(() => parts.flows()),
      seen(() => recipientFacts(parts)),
      seen(() => trainingFacts(parts)),
      seen(() => lineFacts(parts)),
      illness(health.keys),
      illness(health.vault),
      illness(health.spool),
    ]);
  return {
    ...{
      at,
      day: dayOf(at),
      ...ways,
      apiFrom,
      hasBreachList,
      machine: machineFacts,
      parts: { keys, vault, spool },
    },
    ...{ databaseClockMs, backupAt, carrier, counts, people, signIn, retention, retentionRunAt },
    custody: await seen(async () => {
      const lines = await parts.breach.custody();
      return {
        copies: copiesAt(lines, at).filter(({ by, event }) => by !== null && event !== 'made')
          .length,
        exposed: openExposures(lines).length,
      };
    }),
    agreement: await seen(() => parts.agreement()),
    hasMail: parts.hasMail,
    trackedLines: await seen(async () => (await settings.current('call-tracking')).value.length),
    noticeReviewed: await seen(
      async () => (await settings.current('notice')).value.reviewedOn ?? 'never',
    ),
    ...{ bases, lists, flows, recipients, training, lines, hasRoles },
  };
}

/** Null: it failed, or took too long. */
async function seen<Value>(look: () => Promise<Value>): Promise<Value | null> {
  try {
    const found = await within(look(), lookMsMax);
    return found === late ? null : found;
  } catch {
    return null;
  }
}

/** Whoever does not answer is not well. */
async function illness(look: () => Promise<string | null>): Promise<string | null> {
  const answer = await seen(async () => ({ says: await look() }));
  return answer === null ? 'does not answer' : answer.says;
}

async function peopleFacts({ accounts, keys, tenantId, clock }: DoctorParts) {
  const users = (await accounts.list()).filter(({ disabledAt }) => disabledAt === null);
  const now = clock.now();
  const endOf = ({ expiresAt = Number.POSITIVE_INFINITY }: ApiKey): number => expiresAt;
  const all = (await keys.list(tenantId)).filter((key) => endOf(key) > now);
  const unusedSince = now - idleMs;
  return {
    users: users.length,
    withoutSecondFactor: users.filter(({ hasSecondFactor }) => !hasSecondFactor).length,
    administrators: users.filter(({ role }) => role === 'administrator').length,
    adminKeys: all.filter(({ scopes }) => scopes.includes('admin')).length,
    idleKeys: all.filter(({ lastUsedAt, createdAt }) => (lastUsedAt ?? createdAt) < unusedSince)
      .length,
    endingKeys: all.filter((key) => endOf(key) < now + endsSoonMs).length,
  };
}

async function carrierFacts({ numbers }: DoctorParts) {
  if (numbers === null) return { isSimulated: true, numbers: 0, withCallerName: 0 };
  const all = await numbers();
  const withCallerName = all.filter(({ looksUpNames }) => looksUpNames).length;
  return { isSimulated: false, numbers: all.length, withCallerName };
}

async function recipientFacts({ settings, recipients }: DoctorParts) {
  const { value } = await settings.current('recipients');
  const companies = value.map(({ company }) => company);
  return { companies, unlisted: unlisted(value, await recipients.outgoing()) };
}

async function lineFacts({ lines }: DoctorParts): Promise<readonly LineFacts[]> {
  return (await lines()).map(({ number, flow }) => {
    const { places, clues } = findWhereabouts({ number });
    const isTollFree = clues.some(
      ({ about }) => about.is === 'service' && about.service === 'toll-free',
    );
    const isInUs = places.some((place) => countryOf(place) === 'US');
    return { isTollFree, isInUs, flow };
  });
}

async function trainingFacts(parts: DoctorParts) {
  const { value } = await parts.settings.current('training');
  const lacks = ({ policies }: { readonly policies: readonly RosterLine[] }) =>
    policies.some(({ standing }) => standing !== 'current');
  return {
    policies: value.length,
    required: [...new Set(value.flatMap(({ requiredFor }) => requiredFor))],
    lacking: (await roster(parts)).filter(lacks).length,
  };
}

async function listFacts({ shelf, clock }: DoctorParts) {
  const found = [];
  for (const list of await shelf.lists()) {
    const manifest = await shelf.current(list);
    if (manifest === null) continue;
    const age = clock.now() - Date.parse(manifest.obtainedAt);
    found.push({ list, ageDays: Math.floor(age / dayMs) });
  }
  return found;
}
