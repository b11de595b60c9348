/** What somebody who has shown that a number is theirs sees of it, and may change. */

import type { FormVersion } from '../../../app/form-ports.ts';
import { issueToken } from '../../../app/page-tokens.ts';
import { type Preferences, showPreferences } from '../../../app/preferences.ts';
import { signedCode } from '../../../app/signed-code.ts';
import type { Channel } from '../../../core/suppression/own-change.ts';
import type { Instant, Uuid } from '../../../core/words.ts';
import { type Html, html } from '../api/html.ts';
import { choiceForms } from './choices-page.ts';
import { formOf, picks } from './layout.ts';
import type { PageParts } from './page-parts.ts';
import type { Page } from './serve-page.ts';
import type { PageWords } from './words/page-words.ts';

export interface Shown {
  readonly personId: Uuid;
  readonly version: FormVersion;
  /** How long the proof is good for. */
  readonly until: Instant;
  readonly isSaved: boolean;
}

export async function centrePage(
  parts: PageParts,
  words: PageWords,
  { personId, version, until, isSaved }: Shown,
): Promise<Page> {
  const shown = await showPreferences(parts.preferences, personId);
  const { centre } = words;
  const said = { personId, form: version.hash };
  const token = issueToken(parts.tokens, choiceForms.change, said, until);
  const inner = html`${version.form.purposes.map((asked) => purposeField(words, shown, asked))}
<h2>${centre.contact}</h2>
${contactField(words, shown, 'call')}${contactField(words, shown, 'text')}
<p>${version.form.next} ${version.form.withdrawal}</p>`;
  const body = html`${isSaved ? html`<p role="status">${centre.saved}</p>` : ''}
<p>${version.form.controller}: ${version.form.intro}</p>
<p>${centre.ends}</p>
${formOf('/privacy/choices/change', token, inner, version.form.submit)}
<h2>${centre.history}</h2>
${historyTable(parts, words, shown)}`;
  return { title: centre.title, body };
}

const day = (iso: string): string => iso.slice(0, 10);

function purposeField(
  words: PageWords,
  { choices }: Preferences,
  { purpose, words: asked, box }: FormVersion['form']['purposes'][number],
): Html {
  const { centre } = words;
  const stands = choices.purposes.find((one) => one.purpose === purpose);
  const status = stands?.status ?? 'none';
  const facts = [
    stands?.since == null ? '' : `${centre.since} ${day(stands.since)}`,
    stands?.validUntil == null ? '' : `${centre.until} ${day(stands.validUntil)}`,
  ].filter((fact) => fact !== '');
  return html`<h2>${words.purposes[purpose]}</h2>
<p>${asked}</p>
<p>${centre.status} <strong data-purpose="${purpose}" data-status="${status}">${words.statuses[status]}</strong> ${facts.join(', ')}</p>
${status === 'needs-renewal' ? html`<p class="hint">${centre.renewal}</p>` : ''}
${stands?.notBefore == null ? '' : html`<p class="hint">${centre.notBefore} ${day(stands.notBefore)}.</p>`}
${picks('radio', `choose-${purpose}`, box, [
  { name: `choose-${purpose}`, value: 'keep', label: centre.keep, checked: true },
  { name: `choose-${purpose}`, value: 'allow', label: centre.allow },
  { name: `choose-${purpose}`, value: 'refuse', label: centre.refuse },
])}`;
}

function contactField(words: PageWords, { stopped }: Preferences, channel: Channel): Html {
  const { centre } = words;
  const since = stopped[channel];
  const title = channel === 'call' ? centre.calls : centre.texts;
  const now =
    since === null ? centre.mayContact : `${centre.stopped} ${day(new Date(since).toISOString())}`;
  const name = `contact-${channel}`;
  return html`<p>${title}: <strong>${now}</strong></p>
${picks('radio', name, title, [
  { name, value: 'keep', label: centre.keep, checked: true },
  since === null
    ? { name, value: 'stop', label: centre.stop }
    : { name, value: 'resume', label: centre.resume },
])}`;
}

function historyTable({ codes }: PageParts, words: PageWords, { choices }: Preferences) {
  const { centre } = words;
  if (choices.history.length === 0) return html`<p>${centre.noHistory}</p>`;
  const heads = [centre.when, centre.purpose, centre.event, centre.how, centre.receipt];
  const { cipher } = codes;
  return html`<div class="wide" tabindex="0" role="region" aria-label="${centre.history}"><table>
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${choices.history.toReversed().map(
    ({ at, purpose, kind, channel, receiptId }) =>
      html`<tr><td>${at.slice(0, 16).replace('T', ' ')}</td><td>${words.purposes[purpose]}</td>
<td>${centre.kinds[kind] ?? kind}</td><td>${centre.ways[channel] ?? channel}</td>
<td><a href="/receipt/${signedCode(cipher, 'receipt', receiptId)}">${centre.receipt}</a></td></tr>`,
  )}</tbody></table></div>`;
}
