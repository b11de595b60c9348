/** What a route is: one row of the API's table, from which it is served and described. */
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { ApiKey } from '../../../app/api-ports.ts';
import type { Subject } from '../../../app/audit-ports.ts';
import type { Limited } from '../../../app/rate-limits.ts';
import type { AuditClass } from '../../../core/access/audit.ts';
import type { Scope } from '../../../core/access/scope.ts';
import type { ErrorCode } from '../../../core/error.ts';
import type { Uuid } from '../../../core/words.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** A request whose key, scope and shape have been checked. */
export interface Asked<P, Q, B> {
  readonly key: ApiKey;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** As it was sent. */
  readonly bodyText: string;
  readonly request: Request;
  readonly response: Response;
  /** Whose data it is, where the path names it. */
  readonly subject: Subject;
  /**
   * Writes down that it is shown. Who sends an answer by itself does it before the first byte, once
   * everything that could refuse is behind; for other answers it is done.
   */
  enter(): Promise<void>;
  /** Writes down what of a recording was sent. */
  heard(spans: readonly (readonly [from: number, to: number])[]): Promise<void>;
}

export type Reply =
  | {
      readonly status: 200 | 201 | 202;
      readonly json: object;
      /** Of a page: the parties it shows. */
      readonly parties?: readonly Uuid[];
      /** Of a page: the persons it is about. */
      readonly persons?: readonly Uuid[];
      /** Where anybody may ask: who it turned out to be. */
      readonly who?: ApiKey;
    }
  | { readonly status: 204 }
  | { readonly status: 200; readonly type: string; readonly bytes: Buffer }
  /** The handler wrote the answer itself. */
  | 'sent';

export interface Described {
  readonly status: number;
  readonly about: string;
  /** `application/json` when left out. */
  readonly type?: string;
  /** Left out: no body, or not one of JSON. */
  readonly shape?: z.ZodType;
}

interface RouteText {
  readonly method: Method;
  /** Below `/v1`, parameters in braces. */
  readonly path: string;
  /** Stable name of the operation. */
  readonly name: string;
  /** `self`: any person who has signed in, no key; `public`: anybody. */
  readonly scope: Scope | 'self' | 'public';
  /** True: for people who have signed in; an API key may not, whatever its scopes. */
  readonly people?: boolean;
  /** True: also with a session that is good for setting up a second factor only. */
  readonly restrictedToo?: boolean;
  /** What using it is written down as: `none` only where nobody is shown and nothing changed. */
  readonly audit: AuditClass;
  /** The field of the body that holds the number, or the id, of whom it is about. */
  readonly whom?: string;
  readonly summary: string;
  readonly about?: string;
  readonly answers: readonly Described[];
  /** Beside those every route can answer. */
  readonly errors?: readonly ErrorCode[];
  /** How often it may be asked; left out: as often as anything. */
  readonly limited?: Limited;
  /** True: `Idempotency-Key` is honoured. What is done must bear repeating after a crash. */
  readonly once?: boolean;
  /** True: the same, by the handler, which reads the body itself. */
  readonly onceItself?: boolean;
  /** True: why it is asked for has to stand in the header `Consentry-Reason`. */
  readonly reasoned?: boolean;
  /** True: `reason` in the body is kept in the audit. */
  readonly because?: boolean;
  /** True: `Range` is honoured. */
  readonly ranges?: boolean;
  /** True: a request without a body is one with an empty object. */
  readonly bodyOptional?: boolean;
  /** Content types beside JSON. The body is then a text for the handler, of whatever type it is. */
  readonly textTypes?: readonly string[];
  /** Content types of a body that the handler reads itself, as it comes; `body` is none then. */
  readonly takes?: readonly string[];
}

export interface Route extends RouteText {
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  readonly body: z.ZodObject | null;
  handle(asked: Asked<never, never, never>): Promise<Reply>;
}

const empty = z.strictObject({});

/** A route whose handler gets what its shapes promise. */
export function route<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodObject>(
  definition: RouteText & {
    readonly params?: P;
    readonly query?: Q;
    readonly body?: B;
    readonly handle: (asked: Asked<z.output<P>, z.output<Q>, z.output<B>>) => Promise<Reply>;
  },
): Route {
  return {
    ...definition,
    params: definition.params ?? empty,
    query: definition.query ?? empty,
    body: definition.body ?? null,
  };
}
