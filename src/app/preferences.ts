/**
 * What a person sees and changes of their own on the page of choices. Taking something back needs
 * no proof, for it only lessens what is done; the rest is for who has shown that it is they.
 */
import { ConsentryError } from '../core/error.ts';
import type { Channel } from '../core/suppression/own-change.ts';
import type { Hex, Instant, Purpose, Uuid } from '../core/words.ts';
import { type ChoicesView, showChoices, withdrawChoices } from './choices.ts';
import type { FormVersion } from './form-ports.ts';
import { liftOptOut, type OptOutParts, optOut } from './opt-out.ts';
import { type SubmitParts, submitForm } from './submit-form.ts';

export interface PreferenceParts extends SubmitParts {
  readonly optOutParts: OptOutParts;
}

/** Takes permissions back, and stops calls or texts, of whoever has the number. */
export async function takeBack(
  { choiceParts, optOutParts }: PreferenceParts,
  number: string,
  back: { readonly purposes: readonly Purpose[]; readonly channels: readonly Channel[] },
): Promise<void> {
  const { purposes, channels } = back;
  if (purposes.length > 0) {
    const { id } = await choiceParts.people.ensure(number);
    await withdrawChoices(choiceParts, id, purposes, 'caller', 'form');
  }
  if (channels.length > 0) await stop(optOutParts, number, channels);
}

async function stop(parts: OptOutParts, number: string, channels: readonly Channel[]) {
  const how = { scope: 'all', reason: 'request', source: 'form', by: 'caller' } as const;
  await optOut(parts, { number, channels, ...how });
}

export interface Preferences {
  readonly choices: ChoicesView;
  /** Since when they are not called or texted; null: they are not on the list. */
  readonly stopped: Readonly<Record<Channel, Instant | null>>;
}

export async function showPreferences(
  { choiceParts, optOutParts }: PreferenceParts,
  personId: Uuid,
): Promise<Preferences> {
  const person = await choiceParts.people.find(personId);
  if (person === null) throw new ConsentryError('not_found');
  const listed = await optOutParts.ownList.find(person.number);
  const since = (channel: Channel) =>
    listed.find((one) => one.channel === channel && one.listed && one.scope === 'all')?.since ??
    null;
  return {
    choices: await showChoices(choiceParts, personId),
    stopped: { call: since('call'), text: since('text') },
  };
}

export interface PreferenceChange {
  readonly allow: readonly Purpose[];
  readonly refuse: readonly Purpose[];
  readonly stop: readonly Channel[];
  readonly resume: readonly Channel[];
}

/** @throws `conflict` where a child allows what only a guardian may */
export async function changePreferences(
  parts: PreferenceParts,
  number: string,
  version: FormVersion,
  { allow, refuse, stop: stopping, resume }: PreferenceChange,
): Promise<void> {
  if (allow.length + refuse.length > 0) {
    const sent = { version, number, ticked: allow, unticked: refuse, isProved: true };
    await submitForm(parts, sent);
  }
  if (stopping.length > 0) await stop(parts.optOutParts, number, stopping);
  if (resume.length > 0) await takeUp(parts.optOutParts, number, resume, version.hash);
}

/** Their own later word, in writing. */
async function takeUp(
  parts: OptOutParts,
  number: string,
  channels: readonly Channel[],
  document: Hex,
) {
  const how = { scope: 'all', reason: 'request', source: 'form', by: 'caller' } as const;
  try {
    await liftOptOut(parts, { number, channels, ...how }, { sha256: document, at: null });
  } catch (thrown) {
    // Nothing stood on the list: so it is as they want it.
    if (!(thrown instanceof ConsentryError && thrown.code === 'not_found')) throw thrown;
  }
}
