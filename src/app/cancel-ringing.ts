/** What is on its way to a number that was just listed: nobody is to pick it up. */
import type { Uuid } from '../core/words.ts';
import type { CallParts } from './call-parts.ts';
import { changeCall } from './change-call.ts';
import type { ContactStore } from './contact-ports.ts';
import { unringParty } from './move-party.ts';
import type { DialStore } from './outbound-ports.ts';
import type { Carrier } from './ports.ts';
import { takeTurn } from './take-turn.ts';

export interface CancelParts extends CallParts {
  readonly dials: Pick<DialStore, 'ringing' | 'asked' | 'rung'>;
  readonly contacts: Pick<ContactStore, 'underWay' | 'isListed'>;
  readonly carrier: Pick<Carrier, 'cancel'>;
  readonly wait: (ms: number) => Promise<unknown>;
}

/** How often it is looked whether the carrier has answered: it takes some hundredths of a second. */
const lookEveryMs = 15;
/** Numbers that are looked for together. */
const togetherMax = 500;

/** One that fails keeps no other ringing. Throws what failed first, when all were tried. */
async function tryEach<Item>(items: readonly Item[], work: (item: Item) => Promise<void>) {
  const failed: unknown[] = [];
  for (const item of items) await work(item).catch((error: unknown) => failed.push(error));
  if (failed.length > 0) throw failed[0];
}

/**
 * The same as `cancelRinging` for many, of which hardly any is being rung. Throws what failed first,
 * when all were tried.
 */
export async function cancelRingingAt(
  parts: CancelParts,
  numbers: readonly string[],
): Promise<void> {
  const rung: string[] = [];
  for (let from = 0; from < numbers.length; from += togetherMax) {
    rung.push(...(await parts.dials.rung(numbers.slice(from, from + togetherMax))));
  }
  await tryEach(rung, (number) => cancelRinging(parts, number));
}

/**
 * A call that was answered meanwhile goes on: whoever picked up decides. Where the carrier is being
 * asked at this very moment its answer is waited for, so that whoever was told that they are listed
 * is not rung or written to afterwards.
 *
 * @param number E.164, or the beginning of numbers with `*` behind it
 */
export async function cancelRinging(parts: CancelParts, number: string): Promise<void> {
  const whole = number.endsWith('*') ? null : number;
  for (const { callId, callSid, personId } of await parts.dials.ringing(whole)) {
    if (!(await isUnder(parts, number, personId))) continue;
    await changeCall(parts, callId, ({ state, endedAt }) => {
      if (endedAt !== null || state.legs.length > 0) return null;
      const turn = takeTurn(parts.flows.pinned, { ...state, inviteOver: true }, [], state);
      return { turn, hangUp: callSid === null ? [] : [callSid] };
    });
  }
  for (const { callId, partyId } of await parts.contacts.underWay(number)) {
    if (callId !== null && partyId !== null) await unringParty(parts, callId, partyId);
  }
  while (await isBeingAsked(parts, number, whole)) await parts.wait(lookEveryMs);
  await cancelSpoken(parts, number);
}

/** Words that ring belong to no call that could end them. */
async function cancelSpoken({ contacts, carrier, log }: CancelParts, number: string) {
  for (const { callId, callSid } of await contacts.underWay(number)) {
    if (callId !== null || callSid === null) continue;
    await carrier.cancel(callSid).catch((error: unknown) => {
      log.warn({ err: error }, 'what rings at a number that was just listed was not stopped');
    });
  }
}

/** What rings at numbers that were listed while no server was there to hear of it. */
export async function cancelListedRinging(parts: CancelParts): Promise<void> {
  await tryEach(await parts.dials.ringing(null), async ({ callId, personId }) => {
    const number = (await parts.people.find(personId))?.number;
    if (number === undefined) return;
    const about = { number, channel: 'call', scopes: ['all'], callId } as const;
    if (await parts.contacts.isListed({ ...about, at: parts.clock.now() })) {
      await cancelRinging(parts, number);
    }
  });
}

async function isBeingAsked(
  parts: CancelParts,
  number: string,
  whole: string | null,
): Promise<boolean> {
  for (const personId of await parts.dials.asked(whole)) {
    if (await isUnder(parts, number, personId)) return true;
  }
  return (await parts.contacts.underWay(number)).some(({ asking }) => asking);
}

/** Whose number cannot be told any more may be one of them. */
async function isUnder(
  { people }: Pick<CallParts, 'people'>,
  number: string,
  personId: Uuid,
): Promise<boolean> {
  if (!number.endsWith('*')) return true;
  const person = await people.find(personId);
  return person === null || person.number.startsWith(number.slice(0, -1));
}
