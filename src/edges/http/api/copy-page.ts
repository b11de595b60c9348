/**
 * The copy of what is held of a person as a page to read: one file, no script, nothing loaded from
 * anywhere, so that it opens without a network and in twenty years.
 */
import type { CopyContents } from '../../../app/copy-person.ts';
import type { exportPerson } from '../../../app/export-person.ts';
import { type Html, html, raw } from './html.ts';

export type Extract = Awaited<ReturnType<typeof exportPerson>>;

const style = raw(`
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem; }
h2 { margin-top: 2.5rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid; padding: 0.3rem 0.6rem 0.3rem 0; text-align: left; vertical-align: top; }
dl { margin: 0; } dt { float: left; clear: left; padding-right: 0.5rem; } dd { margin: 0 0 0.1rem 8rem; overflow-wrap: anywhere; }
code { overflow-wrap: anywhere; }
@media print { a { text-decoration: none; } }
`);

/** Seconds are enough for who reads it; the file `copy.json` has all of it. */
const time = (iso: string | null): string =>
  iso === null ? '–' : `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;

const seconds = (ms: number | null): string => (ms === null ? '–' : `${Math.round(ms / 1_000)} s`);

const table = (head: readonly string[], rows: readonly (readonly (string | number | Html)[])[]) =>
  rows.length === 0
    ? html`<p>Nothing.</p>`
    : html`<div class="wide" role="region" tabindex="0" aria-label="Table"><table>
<thead><tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>${rows.map(
        (row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>
`,
      )}</tbody></table></div>`;

const link = (file: string | undefined, words: string): string | Html =>
  file === undefined ? words : html`<a href="${file}">${words}</a>`;

function soundCell(id: string, contents: CopyContents | null): string | Html {
  const there = contents?.sound.get(id);
  if (there === undefined) return 'not in this file';
  return 'file' in there ? link(there.file, 'listen') : there.why;
}

/** What a fact says, as short lines. */
function said(says: Extract['facts'][number]['says']): Html {
  if (says === null) return html`erased`;
  const lines = Object.entries(says).filter(([label]) => label !== 'entryId' && label !== 'at');
  return html`<dl>${lines.map(([label, value]) => html`<dt>${label}</dt><dd>${typeof value === 'string' ? value : JSON.stringify(value)}</dd>`)}</dl>`;
}

/** @param contents what lies beside the page in its archive; null: it stands alone */
export function copyPage(extract: Extract, contents: CopyContents | null): string {
  const { number, profile, calls, recordings, facts, listings, held, exportedAt } = extract;
  const title = 'What is held of you';
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>Made on ${time(exportedAt)}${number === null ? '' : html` for the number <code>${number}</code>`}. It names nobody
but you: of others who were on your calls it only says that there were some.</p>
${
  contents === null
    ? html`<p>Your recordings and receipts are not in this file; the archive of this copy has them.</p>`
    : html`<p>Beside this page lie your recordings (<code>audio</code>), a receipt of each fact (<code>receipts</code>), and
all of it for programs (<code>copy.json</code>). A receipt can be checked by anybody:
<code>consentry receipt verify FILE</code>.</p>`
}

<h2>About you</h2>
${table(
  ['What', 'Value'],
  [
    ...(number === null ? [] : [['number', number]]),
    ...Object.entries(profile).flatMap(([field, value]) =>
      value === null ? [] : [[field, value]],
    ),
    ...extract.linked.map((other) => ['another number of yours', other.number]),
  ],
)}

<h2>Your calls</h2>
${table(
  ['Began', 'Ended', 'You were', 'Direction', 'Others on it', 'Call'],
  calls.map((call) => [
    time(call.startedAt),
    time(call.endedAt),
    call.role,
    call.direction,
    call.thirdParties ? 'yes' : 'no',
    html`<code>${call.id}</code>`,
  ]),
)}

<h2>Recordings of you</h2>
${table(
  ['Began', 'Length', 'State', 'Sound'],
  recordings.map((one) => [
    time(one.startedAt),
    seconds(one.durationMs),
    one.state,
    soundCell(one.id, contents),
  ]),
)}

<h2>What you were asked, allowed and refused, and what was done</h2>
${table(
  ['When', 'What', 'For', 'It says', 'Receipt'],
  facts.map((fact) => [
    time(fact.at),
    fact.kind,
    fact.purpose ?? '–',
    said(fact.says),
    link(contents?.receipts.get(fact.receiptId), fact.receiptId),
  ]),
)}

<h2>Whether you may be contacted</h2>
${table(
  ['Since', 'Until', 'By', 'Scope', 'Listed', 'Why'],
  listings.map((one) => [
    time(one.since),
    time(one.until),
    one.channel,
    one.scope,
    one.listed ? 'yes' : 'no',
    one.reason,
  ]),
)}

<h2>What is kept, why, and how long</h2>
${table(
  ['Category', 'Records', 'For what', 'From where', 'Who gets it', 'Kept'],
  held.flatMap(({ category, places }) =>
    places
      .filter(({ rows }) => rows > 0)
      .map((place) => [
        category,
        place.rows,
        place.purpose,
        place.source,
        place.recipients.length === 0 ? 'nobody' : place.recipients.join(', '),
        `as ${place.retention}`,
      ]),
  ),
)}
</main>
</body>
</html>
`;
  return page.text;
}
