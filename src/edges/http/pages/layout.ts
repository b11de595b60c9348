/** The frame of every public page, and the pieces of its forms. No script, nothing from elsewhere. */
import { createHash } from 'node:crypto';
import { type Html, html, raw } from '../api/html.ts';
import { pageStyle } from './style.ts';
import type { PageWords } from './words/page-words.ts';

const styleHash = createHash('sha256').update(pageStyle).digest('base64');

/** @param sites origins that may show the page inside one of theirs */
export function contentPolicy(sites: readonly string[]): string {
  const ancestors = sites.length === 0 ? "'none'" : sites.join(' ');
  return `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'self'; base-uri 'none'; frame-ancestors ${ancestors}`;
}

export interface PageContent {
  readonly title: string;
  readonly body: Html;
}

export function pageText(words: PageWords, { title, body }: PageContent): string {
  const { common } = words;
  return html`<!doctype html>
<html lang="${words.locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${raw(pageStyle)}</style>
</head>
<body>
<a class="skip" href="#content">${common.skip}</a>
<header><nav aria-label="${common.pages}"><ul>
<li><a href="/privacy/choices">${common.choices}</a></li>
<li><a href="/privacy/request">${common.request}</a></li>
<li><a href="/do-not-sell">${common.doNotSell}</a></li>
<li><a href="/privacy/notice">${common.notice}</a></li>
</ul></nav></header>
<main id="content">
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`.text;
}

/** What is wrong, by the field's id. */
export type Faults = Readonly<Record<string, string>>;

/** At the top, reached first: what is wrong, with the way to each field. */
export function faultSummary(words: PageWords, faults: Faults): Html | string {
  const all = Object.entries(faults);
  if (all.length === 0) return '';
  return html`<div role="alert" tabindex="-1" autofocus id="faults"><p><strong>${words.common.faults}</strong></p>
<ul>${all.map(([name, what]) => html`<li><a href="#${name}">${what}</a></li>`)}</ul></div>`;
}

/** Names of what describes a field, for `aria-describedby`. */
const described = (name: string, hint: boolean, fault: string | undefined): string =>
  [hint ? `${name}-hint` : '', fault === undefined ? '' : `${name}-fault`].join(' ').trim();

const faultText = (name: string, fault: string | undefined): Html | string =>
  fault === undefined ? '' : html`<p class="fault" id="${name}-fault">${fault}</p>`;

const invalid = (fault: string | undefined): Html | string =>
  fault === undefined ? '' : raw(' aria-invalid="true"');

export interface TextField {
  readonly name: string;
  /** Where two forms of a page have a field of one name. */
  readonly id?: string;
  readonly label: string;
  readonly hint?: string;
  readonly value?: string;
  readonly fault?: string | undefined;
  readonly type?: 'text' | 'tel';
  /** WCAG 1.3.5: what a browser may fill in. */
  readonly autocomplete?: string;
  readonly numeric?: boolean;
}

export function textField(field: TextField): Html {
  const { name, label, hint, value = '', fault, type = 'text', autocomplete = 'off' } = field;
  const id = field.id ?? name;
  const by = described(id, hint !== undefined, fault);
  return html`<p><label class="label" for="${id}">${label}</label>
${hint === undefined ? '' : html`<span class="hint" id="${id}-hint">${hint}</span>`}</p>
${faultText(id, fault)}<input id="${id}" name="${name}" type="${type}" value="${value}" autocomplete="${autocomplete}" required${
    field.numeric === true ? raw(' inputmode="numeric"') : ''
  }${invalid(fault)}${by === '' ? '' : html` aria-describedby="${by}"`}>`;
}

export function numberField(words: PageWords, faults: Faults, value = '', id = 'number'): Html {
  const { number: label, numberHint: hint } = words.common;
  const about = { id, name: 'number', type: 'tel', autocomplete: 'tel' } as const;
  return textField({ ...about, label, hint, value, fault: faults[id] });
}

export interface Pick {
  readonly name: string;
  readonly value: string;
  readonly label: string;
  readonly checked?: boolean;
}

/** Boxes or buttons of one question. The first takes the question's name, for links to it. */
export function picks(
  type: 'checkbox' | 'radio',
  id: string,
  legend: string,
  all: readonly Pick[],
  fault?: string,
): Html {
  return html`<fieldset${fault === undefined ? '' : html` aria-describedby="${id}-fault"`}><legend>${legend}</legend>
${faultText(id, fault)}${all.map(({ name, value, label, checked = false }, i) => {
  const own = i === 0 ? id : `${id}-${i}`;
  return html`<div class="pick"><input type="${type}" id="${own}" name="${name}" value="${value}"${
    checked ? raw(' checked') : ''
  }${invalid(fault)}><label for="${own}">${label}</label></div>`;
})}</fieldset>`;
}

export function codeWay(words: PageWords, id = 'by'): Html {
  const { codeBy, byText, byCall } = words.common;
  return picks('radio', id, codeBy, [
    { name: 'by', value: 'text', label: byText, checked: true },
    { name: 'by', value: 'call', label: byCall },
  ]);
}

/** @param action a path of ours; nothing about anybody is in it */
export function formOf(action: string, token: string, inner: Html, button: string): Html {
  return html`<form method="post" action="${action}" autocomplete="on" novalidate>
<input type="hidden" name="token" value="${token}">
${inner}
<p><button type="submit">${button}</button></p>
</form>`;
}

export function noteField(id: string, label: string, hint: string, value: string, fault?: string) {
  return html`<p><label class="label" for="${id}">${label}</label>
<span class="hint" id="${id}-hint">${hint}</span></p>
${faultText(id, fault)}<textarea id="${id}" name="${id}" aria-describedby="${described(id, true, fault)}"${invalid(fault)}>${value}</textarea>`;
}
