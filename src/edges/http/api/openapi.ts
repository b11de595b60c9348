/** `/openapi.json`: OpenAPI 3.1, made from the table that the API is served from. */
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { type ErrorCode, errorTable } from '../../../core/error.ts';
import { protect } from './protect.ts';
import type { Described, Route } from './route.ts';
import { named } from './shapes.ts';

type Json = Readonly<Record<string, unknown>>;

const schemaPlace = '#/components/schemas/';

export function openApiRouter(routes: readonly Route[]): Router {
  const body = Buffer.from(JSON.stringify(describeApi(routes)));
  const router = Router({ strict: true, caseSensitive: true });
  router.get('/', protect, (_request: Request, response: Response) => {
    const head = { 'content-type': 'application/json', 'content-length': body.length };
    response.writeHead(200, head).end(body);
  });
  return router;
}

export function describeApi(routes: readonly Route[]): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Consentry',
      version: '1',
      description:
        'Calls, who gave which permission in them, their recordings, and the proof of it. Times are ISO 8601 UTC, lengths are milliseconds, numbers of people are masked.',
    },
    servers: [{ url: '/v1' }],
    paths: pathsOf(routes),
    components: {
      schemas: schemas(),
      securitySchemes: {
        apiKey: {
          type: 'http',
          scheme: 'bearer',
          description:
            'An API key or the token of a session; the scope it needs stands with every operation, `self` where it has to be a session.',
        },
      },
    },
  };
}

function pathsOf(routes: readonly Route[]): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route) };
  }
  return paths;
}

function operationOf(route: Route): Json {
  return {
    operationId: route.name,
    summary: route.summary,
    ...(route.about !== undefined && { description: route.about }),
    tags: [route.path.split('/')[1]],
    'x-audit': route.audit,
    security: route.scope === 'public' ? [] : [{ apiKey: [route.scope] }],
    parameters: parametersOf(route),
    ...(route.body !== null && {
      requestBody: {
        required: route.bodyOptional !== true,
        content: {
          'application/json': { schema: inline(route.body) },
          ...texts(route.textTypes ?? []),
        },
      },
    }),
    ...(route.takes !== undefined && {
      requestBody: { required: true, content: texts(route.takes) },
    }),
    responses: {
      ...Object.fromEntries(route.answers.map((answer) => [answer.status, responseOf(answer)])),
      ...problemsOf(errorsOf(route)),
    },
  };
}

const texts = (types: readonly string[]): Json =>
  Object.fromEntries(types.map((type) => [type, { schema: streamed[type] ?? { type: 'string' } }]));

/** What is read piece by piece and is JSON all the same is one array. */
const streamed: Readonly<Record<string, Json>> = {
  'application/json': { type: 'array', items: {} },
};

function parametersOf(route: Route): Json[] {
  const headers: Json[] = [];
  if (route.once === true || route.onceItself === true) {
    headers.push({
      name: 'Idempotency-Key',
      in: 'header',
      required: false,
      description:
        'The same key with the same request gets the same answer for a day, and nothing is done twice.',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    });
  }
  if (route.reasoned === true) {
    headers.push({
      name: 'Consentry-Reason',
      in: 'header',
      required: true,
      description: 'Why; kept in the audit. UTF-8.',
      schema: { type: 'string', minLength: 3, maxLength: 500 },
    });
  }
  if (route.ranges === true) {
    headers.push({
      name: 'Range',
      in: 'header',
      required: false,
      description: 'One range of bytes.',
      schema: { type: 'string', examples: ['bytes=0-65535'] },
    });
  }
  return [...members(route.params, 'path'), ...members(route.query, 'query'), ...headers];
}

function members(shape: z.ZodObject, place: 'path' | 'query'): Json[] {
  const { properties = {}, required = [] } = inline(shape) as {
    properties?: Readonly<Record<string, Json>>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: place,
    required: required.includes(name),
    ...(description !== undefined && { description }),
    schema,
  }));
}

function responseOf({ about, type, shape, status }: Described): Json {
  if (status === 204) return { description: about };
  const schema = shape === undefined ? { type: 'string', format: 'binary' } : referenceTo(shape);
  return { description: about, content: { [type ?? 'application/json']: { schema } } };
}

/** Every code that a route can answer with, in the order of the table of errors. */
export function errorsOf(route: Route): readonly ErrorCode[] {
  const own = new Set<ErrorCode>([
    ...(route.scope === 'public' ? [] : (['unauthenticated', 'forbidden'] as const)),
    'too_many_requests',
    'invalid_request',
    'internal',
    'unavailable',
    ...(route.body === null ? [] : bodyErrors),
    ...(route.once === true || route.onceItself === true
      ? (['conflict', 'idempotency_mismatch'] as const)
      : []),
    ...(route.errors ?? []),
  ]);
  return (Object.keys(errorTable) as ErrorCode[]).filter((code) => own.has(code));
}

const bodyErrors = [
  'body_too_large',
  'content_type_unsupported',
  'encoding_unsupported',
  'body_malformed',
] as const;

const retryAfter = {
  description: 'How many seconds to wait.',
  schema: { type: 'integer', minimum: 1 },
};

/** One answer per status; the codes that share it stand in its description. */
function problemsOf(codes: readonly ErrorCode[]): Json {
  const texts = new Map<number, string[]>();
  for (const code of codes) {
    const [status, text] = errorTable[code];
    texts.set(status, [...(texts.get(status) ?? []), `\`${code}\`: ${text}`]);
  }
  const schema = { $ref: `${schemaPlace}problem` };
  return Object.fromEntries(
    [...texts].map(([status, lines]) => [
      status,
      {
        description: lines.join('\n\n'),
        ...(status === 429 && { headers: { 'Retry-After': retryAfter } }),
        content: { 'application/problem+json': { schema } },
      },
    ]),
  );
}

function referenceTo(shape: z.ZodType): Json {
  const name = named.get(shape)?.id;
  return name === undefined ? inline(shape) : { $ref: `${schemaPlace}${name}` };
}

/** As it is sent: what has a default may be left out. */
const schemaOptions = {
  io: 'input',
  override: ({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }) => {
    // The format says it; the pattern is 300 characters of leap years.
    if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
    if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  },
} as const;

/** JSON Schema of a value as it is sent. */
export function inline(shape: z.ZodType): Json {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, schemaOptions);
  return schema;
}

function schemas(): Json {
  const uri = (id: string) => `${schemaPlace}${id}`;
  const all = z.toJSONSchema(named, { ...schemaOptions, uri });
  const entries = Object.entries(all.schemas).map(([id, schema]) => {
    const { $schema: _, $id: __, ...rest } = schema as Record<string, unknown>;
    return [id, rest];
  });
  return Object.fromEntries(entries);
}
