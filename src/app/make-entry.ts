/** Makes facts into entries: the leaf for the tree, the opening sealed for its person. */
import type { StatusChange } from '../core/call/effect.ts';
import { promptHash } from '../core/flow/prompt.ts';
import type { RecordedRule } from '../core/jurisdiction/record.ts';
import type { BatchFacts } from '../core/ledger/batch-facts.ts';
import type { Json } from '../core/ledger/canonical.ts';
import type { Channel } from '../core/ledger/consent-facts.ts';
import type { CorrectionFacts } from '../core/ledger/correction-facts.ts';
import { makeEntry, saltBytesFor } from '../core/ledger/entry.ts';
import type {
  AccessFacts,
  AuditFacts,
  CertificateFacts,
  ChoiceFacts,
  EntryFacts,
  ListingFacts,
  PauseFacts,
  ScreeningFacts,
} from '../core/ledger/facts.ts';
import type { MachineFacts } from '../core/ledger/machine-facts.ts';
import type { HoldFacts, RedactionFacts } from '../core/ledger/redaction-facts.ts';
import type { RightsFacts } from '../core/ledger/rights-facts.ts';
import { type ToldRecipient, toldRecipients } from '../core/recipients/recipient.ts';
import { shippedRecipients } from '../core/recipients/shipped.ts';
import type { Hex, Instant, Uuid } from '../core/words.ts';
import type { PromptBook } from './call-parts.ts';
import type { Person, Tenant } from './call-ports.ts';
import type { LegState } from './call-state.ts';
import type { PreparedEntry, Random, RecordingRow } from './ports.ts';

export interface ConsentChange {
  readonly tenantId: Uuid;
  readonly callId: Uuid;
  readonly leg: LegState;
  readonly change: StatusChange;
  /** Null when the number was withheld. */
  readonly person: Person | null;
  readonly controller: string;
  readonly locale: string;
  readonly at: Instant;
  readonly jurisdiction: RecordedRule;
  readonly evidence: Json;
  readonly channel: Channel;
}

/** Facts without the id of their entry, which is given here. */
type Nameless<Facts> = Facts extends unknown ? Omit<Facts, 'entryId'> : never;

export interface EntryMaker {
  consent(change: ConsentChange): PreparedEntry;
  sealing(recording: RecordingRow, at: Instant): PreparedEntry;
  access(facts: Nameless<AccessFacts>): PreparedEntry;
  pause(facts: Nameless<PauseFacts>): PreparedEntry;
  /** @param person whose number it is; null: an address that is no number */
  machine(facts: Nameless<MachineFacts>, person: Person | null): PreparedEntry;
  /** @param person whose number it is; null: a prefix, which is nobody's */
  listing(facts: Nameless<ListingFacts>, person: Person | null): PreparedEntry;
  screening(facts: Nameless<ScreeningFacts>, person: Person | null): PreparedEntry;
  choice(facts: Nameless<ChoiceFacts>, person: Person): PreparedEntry;
  audit(facts: Nameless<AuditFacts>): PreparedEntry;
  certificate(facts: Nameless<CertificateFacts>): PreparedEntry;
  redaction(facts: Nameless<RedactionFacts>): PreparedEntry;
  hold(facts: Nameless<HoldFacts>): PreparedEntry;
  /** Its id is the batch's. */
  batch(facts: BatchFacts): PreparedEntry;
  /** @param person whose right it is; null: they are erased */
  rights(facts: Nameless<RightsFacts>, person: Person | null): PreparedEntry;
  correction(facts: Nameless<CorrectionFacts>, person: Person): PreparedEntry;
}

const shippedToBeTold = toldRecipients(shippedRecipients);

/** Of words whose hash is remembered: prompts, times languages, times controllers. */
const hashesMax = 1_000;

/** What an entry's sealed opening is bound to. */
export const openingContext = (entryId: Uuid): string => `entry/${entryId}/opening`;

/**
 * @param wordsOf the words of a prompt as spoken, filled in
 * @param audioOf the recording that is played for them
 * @param recipients who may get something of callers now: the same object while nothing changed
 */
export function createEntryMaker(
  tenant: Tenant,
  random: Random,
  wordsOf: PromptBook['words'],
  audioOf: PromptBook['audio'],
  recipients: () => readonly ToldRecipient[] = () => shippedToBeTold,
): EntryMaker {
  const pseudonym = Buffer.from(tenant.pseudonym, 'hex');
  const hashes = new Map<string, Hex>();

  /** Few words are spoken again and again. */
  function hashOf(words: string): Hex {
    let hash = hashes.get(words);
    if (hash === undefined) {
      hash = promptHash(words);
      if (hashes.size >= hashesMax) hashes.clear();
      hashes.set(words, hash);
    }
    return hash;
  }

  function make(facts: EntryFacts, person: Person | null): PreparedEntry {
    const id = facts.entryId;
    const salts = random.bytes(saltBytesFor(facts.kind));
    const { leaf, opening, texts } = makeEntry(facts, pseudonym, salts);
    return {
      id,
      tenantId: tenant.id,
      callId: 'callId' in facts ? facts.callId : null,
      partyId: 'partyId' in facts ? facts.partyId : null,
      recordingId: 'recordingId' in facts ? facts.recordingId : null,
      kind: facts.kind,
      purpose: facts.purpose,
      at: facts.at,
      leaf,
      texts,
      openingSealed: tenant.cipher.seal(person?.key ?? null, openingContext(id), opening),
      personId: person?.id ?? null,
    };
  }

  return {
    consent({ callId, leg, change, person, controller, locale, at, ...rest }) {
      const { jurisdiction, evidence, channel } = rest;
      const { callSid, partyId, role, flow } = leg;
      const { kind, purpose, answer } = change;
      const prompts = change.promptIds.map((id) => {
        const played = audioOf(locale, id);
        const sha256 = hashOf(wordsOf(locale, id, controller));
        return { id, sha256, ...(played !== null && { audioSha256: played.sha256 }) };
      });
      const number = person?.number ?? null;
      return make(
        {
          kind,
          purpose,
          entryId: random.uuid(),
          callId,
          callSid,
          partyId,
          role,
          number,
          at,
          answer,
          flow,
          locale,
          prompts,
          controller,
          jurisdiction,
          evidence,
          channel,
          recipients: recipients(),
        },
        person,
      );
    },
    sealing(recording, at) {
      const { callId, callSid, partyId, id: recordingId, lostMs, gaps } = recording;
      return make(
        {
          kind: 'sealing',
          purpose: 'recording',
          entryId: random.uuid(),
          callId,
          callSid,
          partyId,
          recordingId,
          at,
          payloadSha256: recording.payloadSha256 ?? '',
          durationMs: recording.durationMs ?? 0,
          lostMs,
          gaps,
        },
        null,
      );
    },
    access: (facts) => make({ ...facts, entryId: random.uuid() }, null),
    pause: (facts) => make({ ...facts, entryId: random.uuid() }, null),
    machine: (facts, person) => make({ ...facts, entryId: random.uuid() }, person),
    listing: (facts, person) => make({ ...facts, entryId: random.uuid() }, person),
    screening: (facts, person) => make({ ...facts, entryId: random.uuid() }, person),
    choice: (facts, person) => make({ ...facts, entryId: random.uuid() }, person),
    audit: (facts) => make({ ...facts, entryId: random.uuid() }, null),
    certificate: (facts) => make({ ...facts, entryId: random.uuid() }, null),
    redaction: (facts) => make({ ...facts, entryId: random.uuid() }, null),
    hold: (facts) => make({ ...facts, entryId: random.uuid() }, null),
    batch: (facts) => make(facts, null),
    rights: (facts, person) => make({ ...facts, entryId: random.uuid() }, person),
    correction: (facts, person) => make({ ...facts, entryId: random.uuid() }, person),
  };
}
