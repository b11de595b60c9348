/**
 * Asks for a permission by e-mail, and takes the answer: by a page with both answers, once, or in
 * somebody's own words, when a person has said what they mean. No answer is no permission.
 */
import { createHash } from 'node:crypto';
import { mayGrantAlone } from '../core/consent/choice.ts';
import { mayAsk } from '../core/consent/may-ask.ts';
import { grantedOn } from '../core/consent/standing.ts';
import { ConsentryError } from '../core/error.ts';
import { askMessage, type Message, messageHash } from '../core/messages/ask-email.ts';
import type { Hex, Instant, Purpose, Uuid } from '../core/words.ts';
import type { Person } from './call-ports.ts';
import type { ChoiceParts } from './choices.ts';
import type {
  Chosen,
  EmailReply,
  EmailRequest,
  EmailStore,
  ReplyMeaning,
  SendMail,
} from './email-ports.ts';
import { type FormParts, preferencesForm } from './forms.ts';
import { marketed } from './marketing-withdrawals.ts';
import type { FieldCipher, Random } from './ports.ts';
import { signedCode } from './signed-code.ts';

export interface EmailParts extends FormParts {
  readonly emails: EmailStore;
  readonly choiceParts: ChoiceParts;
  readonly cipher: Pick<FieldCipher, 'token' | 'seal' | 'open'>;
  readonly random: Pick<Random, 'uuid'>;
  readonly controller: () => Promise<string>;
  readonly publicUrl: string;
  /** Null: no mail server is set up, and whoever asks sends the message. */
  readonly sendMail: SendMail | null;
  /** Their address; null: none is known. */
  readonly addressOf: (personId: Uuid) => Promise<string | null>;
}

/** How long the page takes an answer. */
const openMs = 30 * 86_400_000;
/** Of a reply. */
export const replyBytesMax = 60_000;

const messageContext = (id: Uuid): string => `email-request/${id}/message`;
const replyContext = (id: Uuid): string => `email-reply/${id}`;
const sha256 = (text: string): Hex => createHash('sha256').update(text).digest('hex');
const conflict = (what: string) => new ConsentryError('conflict', what);

export const answerLink = ({ cipher, publicUrl }: EmailParts, id: Uuid): string =>
  `${publicUrl}/privacy/answer/${signedCode(cipher, 'email', id)}`;

/**
 * Writes the question down, with the message that asks it, and sends that where a mail server is set
 * up. What the server did not take was not asked.
 *
 * @throws `conflict` where nobody may ask now, one waits for an answer, or there is no address of
 * theirs; `restricted`; `unavailable`; `invalid_request` where the form of preferences has no words
 */
export async function askByEmail(
  parts: EmailParts,
  wanted: { readonly number: string; readonly purpose: Purpose; readonly by: string },
): Promise<EmailRequest> {
  const { emails, choiceParts, cipher, random, publicUrl, sendMail, addressOf } = parts;
  const { purpose, by } = wanted;
  const person = await choiceParts.people.ensure(wanted.number);
  const at = choiceParts.clock.now();
  await refuseAsking(choiceParts, person, purpose, at);
  const to = sendMail === null ? null : await addressOf(person.id);
  if (sendMail !== null && to === null) throw conflict('no e-mail address of theirs is known');
  const controller = await parts.controller();
  const { form, hash } = await preferencesForm(parts, controller);
  if (!form.purposes.some((one) => one.purpose === purpose)) {
    const what = 'stands with no words in the form named preferences';
    const mistakes = [{ path: 'body.purpose', what }];
    throw new ConsentryError('invalid_request', `body.purpose: ${what}`, { mistakes });
  }
  const id = random.uuid();
  const link = answerLink(parts, id);
  const message = askMessage({
    ...{ controller, link, request: id },
    choices: `${publicUrl}/privacy/choices`,
  });
  const bytes = Buffer.from(JSON.stringify(message));
  const request: EmailRequest = {
    ...{ id, personId: person.id, purpose, formHash: hash, by, at, until: at + openMs },
    messageHash: messageHash(message),
    messageSealed: cipher.seal(person.key, messageContext(id), bytes),
    answer: null,
    answeredAt: null,
  };
  if (!(await emails.add(request))) throw conflict('such a question to them waits for an answer');
  if (sendMail === null || to === null) return request;
  try {
    await sendMail({ ...message, to, id });
  } catch (thrown) {
    await emails.drop(id);
    throw thrown;
  }
  return request;
}

/**
 * Sends the same message again, as to somebody who has lost it.
 *
 * @throws `not_found`, `unavailable`, `restricted`, `conflict` where it is answered, there is no
 * address, or they have said no meanwhile
 */
export async function sendAgain(parts: EmailParts, id: Uuid): Promise<EmailRequest> {
  const { sendMail, addressOf } = parts;
  const request = await findEmailRequest(parts, id);
  const message = await messageOf(parts, request);
  const isOpen = (await openEmailRequest(parts, id)) !== null;
  const to = request.personId === null ? null : await addressOf(request.personId);
  if (!isOpen || message === null) throw conflict('it is answered, or too old');
  if (sendMail === null) throw new ConsentryError('unavailable', 'no mail server is set up');
  if (to === null) throw conflict('no e-mail address of theirs is known');
  const { choiceParts, clock } = parts;
  const person = request.personId === null ? null : await choiceParts.people.find(request.personId);
  if (person === null) throw new ConsentryError('not_found');
  await refuseAsking(choiceParts, person, request.purpose, clock.now());
  await sendMail({ ...message, to, id });
  return request;
}

async function refuseAsking(
  { choices }: ChoiceParts,
  { id, restricted }: Person,
  purpose: Purpose,
  at: Instant,
): Promise<void> {
  if (restricted === true) throw new ConsentryError('restricted');
  const known = await choices.of(id);
  const { notBefore } = mayAsk(known.choices, purpose, at, null);
  if (notBefore !== null) {
    const day = new Date(notBefore).toISOString().slice(0, 10);
    throw conflict(`they said no, and are not asked again before ${day}`);
  }
  if (!mayGrantAlone(known.ageBand, purpose)) {
    throw conflict('a parent or guardian has to allow this');
  }
}

/** What was sent; null: its person was erased. */
export async function messageOf(
  { cipher, choiceParts }: EmailParts,
  { id, personId, messageSealed }: EmailRequest,
): Promise<Message | null> {
  const person = personId === null ? null : await choiceParts.people.find(personId);
  if (person === null || messageSealed === null) return null;
  const bytes = cipher.open(person.key, messageContext(id), messageSealed);
  return JSON.parse(bytes.toString('utf8')) as Message;
}

/** @throws `not_found` */
export async function findEmailRequest({ emails }: EmailParts, id: Uuid): Promise<EmailRequest> {
  const found = await emails.find(id);
  if (found === null) throw new ConsentryError('not_found');
  return found;
}

/** Null: it was answered, is too old, or is about nobody any more. */
export async function openEmailRequest(
  { emails, clock }: EmailParts,
  id: Uuid,
): Promise<EmailRequest | null> {
  const found = await emails.find(id);
  const isOpen = found !== null && found.answer === null && found.personId !== null;
  return isOpen && clock.now() < found.until ? found : null;
}

/**
 * By the page, once. The evidence is the message that they were sent.
 *
 * @returns its entry
 * @throws `form_over` where there is nothing to answer any more
 */
export async function answerByPage(
  parts: EmailParts,
  id: Uuid,
  answer: 'granted' | 'refused',
): Promise<Uuid> {
  const request = await openEmailRequest(parts, id);
  if (request === null) throw new ConsentryError('form_over');
  const at = parts.clock.now();
  const chosen = await choose(parts, request, answer, request.messageHash, at, 'caller');
  if (await parts.emails.answer(id, answer, at, chosen)) return chosen.entry.id;
  throw new ConsentryError('form_over');
}

/** Keeps what somebody wrote back: sealed, and nothing follows from it yet. @throws `not_found` */
export async function takeReply(
  parts: EmailParts,
  requestId: Uuid,
  text: string,
): Promise<EmailReply> {
  const { emails, choiceParts, cipher, random, clock } = parts;
  const { personId } = await findEmailRequest(parts, requestId);
  const person = personId === null ? null : await choiceParts.people.find(personId);
  if (person === null) throw new ConsentryError('not_found');
  const id = random.uuid();
  const reply: EmailReply = {
    ...{ id, requestId, personId, hash: sha256(text), receivedAt: clock.now() },
    sealed: cipher.seal(person.key, replyContext(id), Buffer.from(text)),
    ...{ meaning: null, decidedBy: null, decidedAt: null },
  };
  if (!(await emails.addReply(reply))) throw new ConsentryError('not_found');
  return reply;
}

/** What somebody wrote; null: they were erased. */
export async function replyText(
  { cipher, choiceParts }: EmailParts,
  { id, personId, sealed }: EmailReply,
): Promise<string | null> {
  const person = personId === null ? null : await choiceParts.people.find(personId);
  return person === null
    ? null
    : cipher.open(person.key, replyContext(id), sealed).toString('utf8');
}

/**
 * A person says what a reply means. It counts from when it came, so that whatever was said since
 * stands; a yes counts only for a question that nothing else answered.
 *
 * @throws `not_found`, `conflict`
 */
export async function decideReply(
  parts: EmailParts,
  named: { readonly requestId: Uuid; readonly replyId: Uuid },
  meaning: ReplyMeaning,
  by: string,
): Promise<void> {
  const request = await findEmailRequest(parts, named.requestId);
  const replies = await parts.emails.replies(request.id);
  const reply = replies.find(({ id }) => id === named.replyId);
  if (reply === undefined || reply.personId === null) throw new ConsentryError('not_found');
  if (reply.meaning !== null) throw conflict('somebody has said already what it means');
  if (meaning === 'granted') {
    // Which of them was written last is not known.
    const isOnlyOne = replies.every((one) => one.id === reply.id || one.meaning !== null);
    if (!isOnlyOne) throw conflict('another reply of theirs has to be read first');
    await refuseAfterNo(parts.choiceParts, request);
  }
  const chosen =
    meaning === 'nothing'
      ? null
      : await choose(parts, request, meaning, reply.hash, reply.receivedAt, by);
  const decision = { meaning, by, at: parts.clock.now() };
  if (await parts.emails.decide(reply, decision, chosen)) return;
  throw conflict('the question was answered before, or somebody has said what the reply means');
}

/** When a reply was written is not known, only that they had been asked: a no since then stands. */
async function refuseAfterNo(
  { choices }: ChoiceParts,
  { personId, purpose, at }: EmailRequest,
): Promise<void> {
  const known = personId === null ? null : await choices.of(personId);
  const saidNo = known?.choices.some(
    (one) =>
      one.purpose === purpose &&
      (one.kind === 'refused' || one.kind === 'withdrawn') &&
      one.at >= at,
  );
  if (saidNo === true) throw conflict('they have said no since they were asked');
}

/** @param document what shows it: the message that was sent, or the reply */
async function choose(
  { choiceParts }: EmailParts,
  { personId, purpose }: EmailRequest,
  answer: 'granted' | 'refused',
  document: Hex,
  at: Instant,
  by: string,
): Promise<Chosen> {
  const { people, choices, entries, withdrawLive, optOut } = choiceParts;
  const person = personId === null ? null : await people.find(personId);
  if (person === null) throw new ConsentryError('not_found');
  // Every gate shuts before anything is written down.
  if (answer === 'refused') await withdrawLive(person.id, purpose, 'form');
  const known = await choices.of(person.id);
  if (answer === 'granted' && !mayGrantAlone(known.ageBand, purpose)) {
    throw conflict('a parent or guardian has to allow this');
  }
  const now = choiceParts.clock.now();
  const stood = grantedOn(known.choices, purpose, now, known.ageBand).length > 0;
  const kind = answer === 'refused' && stood ? 'withdrawn' : answer;
  const channels = kind === 'withdrawn' ? (marketed[purpose] ?? []) : [];
  if (channels.length > 0) await optOut?.(person.number, channels, by, at);
  const about = { purpose, at, validUntil: null, document, ageBand: null } as const;
  const entry = entries.choice(
    {
      ...about,
      ...{ kind: 'choice', what: kind, channel: 'email', scope: 'all' },
      ...{ number: person.number, box: null, guardian: null, by },
    },
    person,
  );
  const of = {
    id: entry.id,
    personId: person.id,
    kind,
    channel: 'email',
    scope: 'tenant',
  } as const;
  return { choice: { ...about, ...of, words: null, guardian: false }, entry };
}
