/**
 * Every error the project raises on purpose: a stable code, the HTTP status it has at the edge,
 * and the sentence a client may see. Detail for operators goes in the private `detail`, which
 * never leaves the log and never holds a number, a name or a word of a caller.
 */
export const errorTable = {
  // carrier webhooks
  signature_invalid: [403, 'The request is not signed by the carrier account.'],
  account_mismatch: [403, 'The request is for another carrier account.'],
  body_too_large: [413, 'The body is larger than 64 KiB.'],
  content_type_unsupported: [415, 'The content type is not the one this route takes.'],
  encoding_unsupported: [415, 'Compressed bodies are not accepted.'],
  body_malformed: [400, 'The body cannot be read.'],
  parameter_duplicate: [400, 'A parameter is given more than once.'],
  parameter_invalid: [400, 'A parameter is missing or has an impossible value.'],
  // API
  unauthenticated: [401, 'Send an API key as a bearer token.'],
  forbidden: [403, 'The API key does not have the scope this needs.'],
  not_found: [404, 'There is nothing here under that name.'],
  method_not_allowed: [405, 'This route does not answer that method.'],
  conflict: [409, 'What is there already does not allow this.'],
  held: [409, 'A legal hold keeps this; it has to be lifted first.'],
  training_needed: [403, 'This needs a policy that was read, and not too long ago.'],
  restricted: [403, 'Its person asked that it is kept and not used; lift that first.'],
  sign_in_failed: [401, 'The address, the password or the code is not right.'],
  second_factor_needed: [401, 'Send the code of the authenticator app, or a recovery code.'],
  password_too_old: [403, 'The password has to be changed: send a new one with the old one.'],
  too_many_tries: [429, 'There were too many failed tries; wait before the next one.'],
  too_many_requests: [429, 'There were too many requests; wait before the next one.'],
  user_exists: [409, 'There is an account of that address already.'],
  permit_void: [409, 'The permit is not good for this contact; screen the number again.'],
  not_dialled: [403, 'The number may not be called; `reasons` says why. Nobody was dialled.'],
  idempotency_mismatch: [422, 'The Idempotency-Key was used before with another request.'],
  invalid_request: [422, 'The request has a value that is not allowed.'],
  range_unsatisfiable: [416, 'The range lies outside the recording.'],
  receipt_pending: [409, 'The entry is not yet under a signed checkpoint; try again in a second.'],
  recording_gone: [410, 'The recording was erased.'],
  export_gone: [410, 'The file of the export was destroyed; make the export again.'],
  form_over: [410, 'The form was sent before, or is too old; open the page again.'],
  form_invalid: [422, 'The form cannot ask for a permission like this.'],
  link_over: [410, 'The link was used, or is older than a minute; ask for another one.'],
  recording_unavailable: [503, 'The recording cannot be opened at the moment.'],
  internal: [
    500,
    'Something went wrong on our side; the request changed nothing it did not report.',
  ],
  unavailable: [503, 'A part this needs does not answer; try again.'],
  // lists
  list_unreadable: [422, 'The file cannot be read as a list.'],
  list_damaged: [503, 'A list is not as it was written; it has to be imported again.'],
  // start and files
  setting_invalid: [500, 'A setting is wrong.'],
  flow_invalid: [422, 'The flow is not valid.'],
  flow_unproved: [422, 'The flow is not proved.'],
  prompt_invalid: [422, 'The prompt may not be worded like this.'],
  prompt_missing: [500, 'A prompt is missing.'],
  ledger_broken: [500, 'The ledger does not verify.'],
  recording_damaged: [500, 'The recording is damaged.'],
  storage_failed: [503, 'Storage cannot be written.'],
  key_missing: [503, 'A key is not available.'],
} as const satisfies Record<string, readonly [number, string]>;

export type ErrorCode = keyof typeof errorTable;

/** One thing wrong with a request: where (`body.flow`), what, and what is allowed instead. */
export interface Mistake {
  readonly path: string;
  readonly what: string;
  readonly allowed?: string;
  /** What was probably meant. */
  readonly suggestion?: string;
  /** Of a text that was sent, both counted from 1. */
  readonly line?: number;
  readonly column?: number;
}

export class ConsentryError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  /** Of a request, a flow or a prompt: every mistake, not only the first. Public. */
  readonly mistakes: readonly Mistake[];
  /** Further fields of the problem document. Public. */
  readonly extra: Readonly<Record<string, unknown>>;
  /** What a client may read: the table's sentence, and where the fault is, without values. */
  readonly publicText: string;
  /** True: something of what was asked was done all the same. */
  readonly partly: boolean;
  /** How long to wait before asking again makes sense, seconds; null: it is not known. */
  readonly retryAfterS: number | null;

  /**
   * @param detail public: what was wrong, where, and what is allowed; never a caller's data
   */
  constructor(
    code: ErrorCode,
    detail?: string,
    options?: {
      cause?: unknown;
      mistakes?: readonly Mistake[];
      retryAfterS?: number;
      extra?: Readonly<Record<string, unknown>>;
      partly?: boolean;
    },
  ) {
    super(detail === undefined ? code : `${code}: ${detail}`, options);
    this.name = 'ConsentryError';
    this.code = code;
    this.status = errorTable[code][0];
    this.mistakes = options?.mistakes ?? [];
    this.retryAfterS = options?.retryAfterS ?? null;
    this.extra = options?.extra ?? {};
    this.partly = options?.partly ?? false;
    this.publicText = detail ?? errorTable[code][1];
  }
}

/** A programming error: states that the design rules out. Stays on in production. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${message}`);
}
