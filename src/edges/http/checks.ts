/**
 * The checks of the pipeline, one rule each. `check` passes or throws, `load` fetches, `assign`
 * writes what later checks read. None leaves a state behind.
 */
import { ConsentryError } from '../../core/error.ts';
import { readBody } from './body.ts';
import { type Exchange, queryOf } from './exchange.ts';
import { type Fields, formLimits, parseForm, parseFormText } from './form.ts';
import { parseJsonFields } from './json-fields.ts';
import { readFields } from './read-fields.ts';

type Header = string | readonly string[] | undefined;

/** The carrier's signature, against our configured address. Every method only answers. */
export interface CarrierSignature {
  form(target: string, fields: Fields, header: Header): boolean;
  get(target: string, header: Header): boolean;
  json(target: string, rawBody: Uint8Array, header: Header): boolean;
}

export interface CheckParts {
  readonly signature: CarrierSignature;
  readonly accountSid: string;
  /** Counts what of a request was dropped. */
  readonly dropped: (fields: number) => void;
}

/** Done at once, or when it resolves; throws one of our 4xx errors. */
export type Check = (exchange: Exchange, parts: CheckParts) => void | Promise<void>;

const formType = /^application\/x-www-form-urlencoded *(; *charset="?utf-8"? *)?$/i;
const jsonType = /^application\/json *(; *charset="?utf-8"? *)?$/i;

/** Webhooks come by POST: a GET could be repeated by anything between the carrier and us. */
export function checkPost({ request }: Exchange): void {
  if (request.method !== 'POST') throw new ConsentryError('method_not_allowed');
}

/** The fallback document has no effect, so it may be fetched too. */
export function checkGetOrPost({ request }: Exchange): void {
  if (request.method !== 'POST' && request.method !== 'GET') {
    throw new ConsentryError('method_not_allowed');
  }
}

/** At most 64 KiB, refused by what the head announces, before a byte of the body is read. */
export function checkAnnouncedSize({ request }: Exchange): void {
  if (Number(request.headers['content-length'] ?? 0) > formLimits.bytesMax) {
    throw new ConsentryError('body_too_large');
  }
}

/** The carrier never compresses; a few compressed bytes could stand for gigabytes. */
export function checkEncoding({ request }: Exchange): void {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new ConsentryError('encoding_unsupported');
  }
}

/** Forms in UTF-8, and nothing that only looks like one. */
export function checkFormType({ request }: Exchange): void {
  if (request.method === 'POST' && !formType.test(request.headers['content-type'] ?? '')) {
    throw new ConsentryError('content_type_unsupported', 'send application/x-www-form-urlencoded');
  }
}

/** Callbacks that no caller waits for may come as JSON too, signed by the hash of the body. */
export function checkFormOrJsonType({ request }: Exchange): void {
  const type = request.headers['content-type'] ?? '';
  if (!formType.test(type) && !jsonType.test(type)) {
    throw new ConsentryError(
      'content_type_unsupported',
      'send application/x-www-form-urlencoded or application/json',
    );
  }
}

/** The announced size can lie, so the bytes are counted as they come. */
export async function loadBody(exchange: Exchange): Promise<void> {
  if (exchange.request.method === 'POST') exchange.body = await readBody(exchange.request);
}

/** Every parameter, once each: all of them are signed. */
export function assignFields(exchange: Exchange): void {
  if (exchange.request.method === 'GET') exchange.fields = parseFormText(queryOf(exchange));
  else if (isJson(exchange)) exchange.fields = parseJsonFields(exchange.body);
  else exchange.fields = parseForm(exchange.body);
}

/** A missing, doubled or wrong signature: all the same answer, whatever was wrong with it. */
export function checkSignature(exchange: Exchange, { signature }: CheckParts): void {
  const { request, target, body, fields } = exchange;
  const header = request.headers['x-twilio-signature'];
  const isSigned =
    request.method === 'GET'
      ? signature.get(target, header)
      : isJson(exchange)
        ? signature.json(target, body, header)
        : signature.form(target, fields, header);
  if (!isSigned) throw new ConsentryError('signature_invalid');
}

/** Nothing after this sees a parameter that is not on the closed list. */
export function dropUnknown(exchange: Exchange, { dropped }: CheckParts): void {
  const kept = new Map<string, string>();
  for (const [name, value] of exchange.fields) if (readFields.has(name)) kept.set(name, value);
  dropped(exchange.fields.size - kept.size);
  exchange.fields = kept;
}

/** Another account's request is refused even if it carries our signature. */
export function checkAccount({ fields }: Exchange, { accountSid }: CheckParts): void {
  const given = fields.get('AccountSid');
  if (given !== undefined && given !== accountSid) throw new ConsentryError('account_mismatch');
}

function isJson({ request }: Exchange): boolean {
  return jsonType.test(request.headers['content-type'] ?? '');
}
