/** `/docs`: the same table for people. One static page, without script. */
import { createHash } from 'node:crypto';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { scopes } from '../../../core/access/scope.ts';
import { errorTable } from '../../../core/error.ts';
import { docsStyle } from './docs-style.ts';
import { type Html, html, raw } from './html.ts';
import { errorsOf, inline } from './openapi.ts';
import { protect } from './protect.ts';
import type { Route } from './route.ts';
import { answerShapes, named } from './shapes.ts';

export function docsRouter(routes: readonly Route[]): Router {
  const body = Buffer.from(docsPage(routes));
  const styleHash = createHash('sha256').update(docsStyle).digest('base64');
  const head = {
    'content-type': 'text/html; charset=utf-8',
    'content-length': body.length,
    'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  };
  const router = Router({ strict: true, caseSensitive: true });
  router.get('/', protect, (_request: Request, response: Response) => {
    response.writeHead(200, head).end(body);
  });
  return router;
}

export function docsPage(routes: readonly Route[]): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Consentry API</title>
<style>${raw(docsStyle)}</style>
</head>
<body>
<a class="skip" href="#routes">Skip to the routes</a>
<nav aria-label="Routes">
<p><strong>Consentry API</strong></p>
<ul>${routes.map((route) => html`<li><a href="#${route.name}">${route.summary}</a></li>`)}</ul>
<ul><li><a href="#shapes">Shapes</a></li><li><a href="#errors">Errors</a></li></ul>
</nav>
<main>
<h1>Consentry API</h1>
${introduction()}
<h2 id="routes">Routes</h2>
${routes.map(routeSection)}
<h2 id="shapes">Shapes</h2>
${answerShapes.map((shape) => shapeSection(named.get(shape)?.id ?? '', shape))}
<h2 id="errors">Errors</h2>
${errorSection()}
</main>
</body>
</html>
`.text;
}

function introduction(): Html {
  return html`<p>The machine-readable description is at <a href="/openapi.json">/openapi.json</a>.</p>
<h2>How it works</h2>
<dl>
<dt>Keys</dt>
<dd>Send an API key as <code>Authorization: Bearer …</code>, never in an address. A key holds
scopes: ${list(scopes)}; <code>admin</code> stands for all. What lies outside a key's tenant is not
there.</dd>
<dt>Values</dt>
<dd>Times are ISO 8601 UTC, lengths are milliseconds. Numbers of people are masked. Bodies are
JSON in UTF-8, 64 KiB at most; a field that is not known is refused.</dd>
<dt>Pages</dt>
<dd>Lists answer <code>data</code> and <code>next</code>; ask again with <code>cursor</code> set
to <code>next</code> until it is null.</dd>
<dt>Asking twice</dt>
<dd>POST takes an <code>Idempotency-Key</code>: the same key with the same request gets the same
answer for a day. A request that was refused changed nothing and may be sent again.</dd>
<dt>Names</dt>
<dd>Wherever a call is named, its id or the CallSid of any of its legs will do.</dd>
</dl>
<pre><code>curl -H "Authorization: Bearer $KEY" https://consentry.example/v1/calls?limit=10</code></pre>`;
}

function scopeText(scope: Route['scope']): Html {
  if (scope === 'public') return html`for anybody`;
  if (scope === 'self') return html`for people who have signed in`;
  return html`scope <code>${scope}</code>`;
}

function routeSection(route: Route): Html {
  return html`<section aria-labelledby="${route.name}">
<h3 id="${route.name}">${route.summary}</h3>
<p class="route"><strong>${route.method.toUpperCase()}</strong> <code>/v1${route.path}</code>
<span class="scope">${scopeText(route.scope)}</span></p>
${route.about === undefined ? '' : html`<p>${prose(route.about)}</p>`}
${fieldTable('In the path', route.params)}
${fieldTable('In the query', route.query)}
${route.body === null ? '' : fieldTable('In the body', route.body)}
${route.takes === undefined ? '' : html`<p>Takes a body of ${list(route.takes)}.</p>`}
${route.once === true ? html`<p>Takes an <code>Idempotency-Key</code>.</p>` : ''}
${route.ranges === true ? html`<p>Takes a <code>Range</code> of bytes.</p>` : ''}
<p>Answers:</p>
<ul>${route.answers.map(
    ({ status, about, type, shape }) =>
      html`<li><strong>${status}</strong> ${about} ${shape === undefined ? (type ?? '') : reference(shape)}</li>`,
  )}
<li>Problems: ${list(errorsOf(route))}</li></ul>
</section>`;
}

function shapeSection(id: string, shape: z.ZodObject): Html {
  const { description } = inline(shape) as { description?: string };
  return html`<section aria-labelledby="shape-${id}">
<h3 id="shape-${id}">${id}</h3>
${description === undefined ? '' : html`<p>${prose(description)}</p>`}
${fieldTable('Fields', shape)}
</section>`;
}

function fieldTable(caption: string, shape: z.ZodObject): Html | string {
  const fields = Object.entries(shape.shape as Readonly<Record<string, z.ZodType>>);
  if (fields.length === 0) return '';
  const { required = [] } = inline(shape) as { required?: readonly string[] };
  return html`<div class="wide"><table>
<caption>${caption}</caption>
<thead><tr><th scope="col">Name</th><th scope="col">Value</th><th scope="col">Meaning</th></tr></thead>
<tbody>${fields.map(([name, field]) => {
    const schema = inline(field) as JsonSchema;
    return html`<tr><th scope="row"><code>${name}</code>${required.includes(name) ? '' : ' (optional)'}</th>
<td>${valueText(schema, field)}</td><td>${prose(schema.description ?? '')}</td></tr>`;
  })}</tbody></table></div>`;
}

interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly format?: string;
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
}

function valueText(schema: JsonSchema, field: z.ZodType): Html | string {
  if (named.has(field)) return reference(field);
  if (field instanceof z.ZodArray && field.element instanceof z.ZodType) {
    return html`list of ${valueText(schema.items ?? {}, field.element)}`;
  }
  if (schema.enum !== undefined) return list(schema.enum.map(String));
  const types = (schema.anyOf ?? [schema]).map(({ type }) =>
    [type ?? 'object'].flat().join(' or '),
  );
  const { format, minimum, maximum } = schema;
  const details = [
    format ?? '',
    minimum === undefined || maximum === undefined ? '' : `${minimum} to ${maximum}`,
    schema.default === undefined ? '' : `${String(schema.default)} if left out`,
  ].filter((detail) => detail !== '');
  return [types.join(' or '), ...details].join(', ');
}

function errorSection(): Html {
  const codes = Object.entries(errorTable);
  return html`<p>Errors are problem documents (RFC 9457). Go by <code>code</code>; the words may
change.</p>
<div class="wide"><table>
<thead><tr><th scope="col">Code</th><th scope="col">Status</th><th scope="col">Meaning</th></tr></thead>
<tbody>${codes.map(
    ([code, [status, text]]) =>
      html`<tr><th scope="row"><code>${code}</code></th><td>${status}</td><td>${text}</td></tr>`,
  )}</tbody></table></div>`;
}

function reference(shape: z.ZodType): Html {
  const id = named.get(shape)?.id ?? '';
  return html`<a href="#shape-${id}"><code>${id}</code></a>`;
}

const list = (names: readonly string[]): Html =>
  html`${names.map((name, index) => html`${index === 0 ? '' : ', '}<code>${name}</code>`)}`;

/** Descriptions are Markdown of the simplest kind: code between backticks. */
const prose = (text: string): Html =>
  html`${text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;
