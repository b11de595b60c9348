/**
 * Brings a code to whoever answers a number. It is no offer: the business's own stops hold for
 * texts, and a call is screened as every call of ours is, with its entry before it is dialled.
 */
import { ConsentryError } from '../core/error.ts';
import { codeWords } from '../core/rights/code-words.ts';
import type { Channel, ListingScope } from '../core/suppression/own-change.ts';
import type { CallLine } from './call-parts.ts';
import type { People } from './call-ports.ts';
import type { Contact, ContactStore } from './contact-ports.ts';
import { contactUnlisted } from './contact-unlisted.ts';
import {
  listedMeanwhile,
  notDialled,
  type ScreenedContact,
  screeningEntry,
} from './enter-screening.ts';
import type { EntryMaker } from './make-entry.ts';
import type { Screen, Screened } from './outbound-ports.ts';
import type { Carrier, Clock, PreparedEntry, Random } from './ports.ts';
import type { CodeSender } from './rights-ports.ts';

export interface SendCodeParts {
  readonly carrier: Pick<Carrier, 'sendText' | 'say'>;
  /** The default line; null: there is none. */
  readonly line: () => Promise<CallLine | null>;
  readonly contacts: ContactStore;
  readonly screen: Screen;
  readonly people: Pick<People, 'ensure'>;
  readonly entries: Pick<EntryMaker, 'screening'>;
  readonly addEntry: (entry: PreparedEntry) => Promise<void>;
  readonly clock: Clock;
  readonly random: Pick<Random, 'uuid'>;
}

export function codeSender(parts: SendCodeParts): CodeSender {
  return {
    async send(number, code, means, by) {
      const line = await parts.line();
      const from = line?.number ?? null;
      if (line === null || from === null) {
        throw new ConsentryError('conflict', 'codes go out from the default line; set one up');
      }
      const words = codeWords(line.locale, line.controller, code, means);
      const scopes: ListingScope[] = line.id === null ? ['all'] : ['all', `line:${line.id}`];
      const to = { id: parts.random.uuid(), number, scopes, callId: null, partyId: null } as const;
      const contact = (channel: Channel): Contact => ({ ...to, channel, at: parts.clock.now() });
      if (means === 'text') {
        const isSent = await contactUnlisted(parts.contacts, contact('text'), async () => {
          await parts.carrier.sendText({ to: number, from, text: words });
          return null;
        });
        if (isSent) return;
        const text = 'the number wants no texts from you; take a call or a document';
        throw new ConsentryError('conflict', text);
      }
      const about = { number, purpose: 'service', campaign: null } as const;
      await enter(parts, { ...about, by }, await parts.screen({ ...about, channel: 'call' }));
      const isRung = await contactUnlisted(parts.contacts, contact('call'), () =>
        parts.carrier.say({ to: number, from, words, locale: line.locale }),
      );
      if (!isRung) await enter(parts, { ...about, by }, listedMeanwhile);
    },
  };
}

type Decided = Omit<Screened, 'caps'>;

/** @throws `not_dialled` with every reason, if it is not allowed */
async function enter(
  parts: SendCodeParts,
  about: Omit<ScreenedContact, 'callId'>,
  found: Decided,
): Promise<void> {
  const person = await parts.people.ensure(about.number);
  const entry = screeningEntry(parts, { ...about, callId: null }, person, found);
  await parts.addEntry(entry);
  if (found.decision !== 'allow') throw notDialled(found, entry);
}
