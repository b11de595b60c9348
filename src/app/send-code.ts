/**
 * Brings a code to whoever answers a number. It is no offer: the business's own stops hold for
 * texts, and a call is screened as every call of ours is, with its entry before it is dialled.
 */
import { ConsentryError } from '../core/error.ts';
import { codeWords } from '../core/rights/code-words.ts';
import type { CallLine } from './call-parts.ts';
import type { People } from './call-ports.ts';
import { notDialled, screeningEntry } from './enter-screening.ts';
import type { EntryMaker } from './make-entry.ts';
import type { Screen } from './outbound-ports.ts';
import type { Carrier, Clock, PreparedEntry } from './ports.ts';
import type { CodeSender } from './rights-ports.ts';

export interface SendCodeParts {
  readonly carrier: Pick<Carrier, 'sendText' | 'say'>;
  /** The default line; null: there is none. */
  readonly line: () => Promise<CallLine | null>;
  readonly mayText: (number: string) => boolean;
  readonly screen: Screen;
  readonly people: Pick<People, 'ensure'>;
  readonly entries: Pick<EntryMaker, 'screening'>;
  readonly addEntry: (entry: PreparedEntry) => Promise<void>;
  readonly clock: Clock;
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
      if (means === 'text') {
        if (!parts.mayText(number)) {
          const text = 'the number wants no texts from you; take a call or a document';
          throw new ConsentryError('conflict', text);
        }
        await parts.carrier.sendText({ to: number, from, text: words });
        return;
      }
      await screened(parts, number, by);
      await parts.carrier.say({ to: number, from, words, locale: line.locale });
    },
  };
}

/** @throws `not_dialled` with every reason */
async function screened(parts: SendCodeParts, number: string, by: string): Promise<void> {
  const about = { number, purpose: 'service', campaign: null } as const;
  const found = await parts.screen({ ...about, channel: 'call' });
  const person = await parts.people.ensure(number);
  const entry = screeningEntry(parts, { ...about, callId: null, by }, person, found);
  await parts.addEntry(entry);
  if (found.decision !== 'allow') throw notDialled(found, entry);
}
