/** `/privacy/choices`: take something back at once, or see and change everything after a code. */
import { preferencesForm } from '../../../app/forms.ts';
import { askForCode, isRightCode } from '../../../app/page-codes.ts';
import { networkOf } from '../../../app/page-limits.ts';
import { issueToken, takeToken } from '../../../app/page-tokens.ts';
import { changePreferences, takeBack } from '../../../app/preferences.ts';
import { ConsentryError } from '../../../core/error.ts';
import { channels } from '../../../core/suppression/own-change.ts';
import { purposes } from '../../../core/words.ts';
import { html } from '../api/html.ts';
import { centrePage } from './centre-page.ts';
import { choiceForms, choicesPage } from './choices-page.ts';
import { codePage } from './code-page.ts';
import { honourGpc } from './honour-gpc.ts';
import { enterPage, type PageParts } from './page-parts.ts';
import { codeOf, isTicked, meansOf, numberOf, tokenOf } from './read-fields.ts';
import type { Asked, Page } from './serve-page.ts';

/** How long who has shown who they are may go on. */
const provedMs = 15 * 60_000;

export const showChoicesPage =
  (parts: PageParts) =>
  async ({ words, hasGpc }: Asked): Promise<Page> =>
    choicesPage(parts, words, hasGpc);

/** For anybody, about any number: it only lessens what is done. */
export const takeBackForm =
  (parts: PageParts) =>
  async (asked: Asked): Promise<Page> => {
    const { fields, words, hasGpc } = asked;
    const number = numberOf(fields);
    const wanted = {
      purposes: purposes.filter((purpose) => isTicked(fields, `purpose-${purpose}`)),
      channels: channels.filter((channel) => isTicked(fields, `${channel}s`)),
    };
    const isEmpty = wanted.purposes.length + wanted.channels.length === 0;
    if (number === null || isEmpty) {
      const faults = {
        ...(number === null && { number: words.common.numberFault }),
        ...(isEmpty && { what: words.choices.whatFault }),
      };
      return choicesPage(parts, words, hasGpc, {
        form: 'back',
        faults,
        number: fields.get('number') ?? '',
      });
    }
    await takeToken(parts.tokens, choiceForms.back, tokenOf(fields));
    const { id } = await parts.rightsParts.people.ensure(number);
    const act = {
      by: 'nobody',
      kind: 'change',
      operation: 'withdrawOnPage',
      persons: [id],
    } as const;
    await enterPage(parts, asked, act);
    await takeBack(parts.preferences, number, wanted);
    await honourGpc(parts, asked, number);
    const body = html`<p role="status">${words.choices.backDoneText}</p>`;
    return { title: words.choices.backDone, body };
  };

export const choicesCodeForm =
  (parts: PageParts) =>
  async (asked: Asked): Promise<Page> => {
    const { fields, words, hasGpc, address } = asked;
    const number = numberOf(fields);
    if (number === null) {
      const faults = { 'see-number': words.common.numberFault };
      const mistaken = { form: 'see', faults, number: fields.get('number') ?? '' } as const;
      return choicesPage(parts, words, hasGpc, mistaken);
    }
    await takeToken(parts.tokens, choiceForms.code, tokenOf(fields));
    await parts.checkLimit('code-address', networkOf(address));
    const codeId = await askForCode(parts.codes, number, meansOf(fields));
    const token = issueToken(parts.tokens, choiceForms.verify, { number, codeId });
    return codePage(words, { action: '/privacy/choices/verify', token });
  };

export const choicesVerifyForm =
  (parts: PageParts) =>
  async (asked: Asked): Promise<Page> => {
    const { fields, words } = asked;
    const said = await takeToken(parts.tokens, choiceForms.verify, tokenOf(fields));
    const { number = '', codeId = '', until } = said;
    if (!(await isRightCode(parts.codes, codeId, codeOf(fields)))) {
      const token = issueToken(parts.tokens, choiceForms.verify, { number, codeId }, until);
      return codePage(words, { action: '/privacy/choices/verify', token, isWrong: true });
    }
    const { id: personId } = await parts.rightsParts.people.ensure(number);
    const act = { by: 'caller', kind: 'read', operation: 'seeChoicesOnPage' } as const;
    await enterPage(parts, asked, { ...act, persons: [personId] });
    await honourGpc(parts, asked, number);
    return centrePage(parts, words, {
      personId,
      version: await preferencesForm(parts.formParts, await parts.controller()),
      until: parts.tokens.clock.now() + provedMs,
      isSaved: false,
    });
  };

/** What somebody chose, under the words that they saw. */
export const choicesChangeForm =
  (parts: PageParts) =>
  async (asked: Asked): Promise<Page> => {
    const { fields, words } = asked;
    const said = await takeToken(parts.tokens, choiceForms.change, tokenOf(fields));
    const { personId = '', form = '', until } = said;
    const version = await parts.formParts.forms.byHash(form);
    const person = await parts.rightsParts.people.find(personId);
    if (version === null || person === null) throw new ConsentryError('form_over');
    const act = { by: 'caller', kind: 'change', operation: 'changeChoicesOnPage' } as const;
    await enterPage(parts, asked, { ...act, persons: [personId] });
    const chosen = (answer: string) =>
      version.form.purposes
        .map(({ purpose }) => purpose)
        .filter((purpose) => fields.get(`choose-${purpose}`) === answer);
    const contact = (answer: string) =>
      channels.filter((channel) => fields.get(`contact-${channel}`) === answer);
    await changePreferences(parts.preferences, person.number, version, {
      allow: chosen('allow'),
      refuse: chosen('refuse'),
      stop: contact('stop'),
      resume: contact('resume'),
    });
    const now = await preferencesForm(parts.formParts, await parts.controller());
    return centrePage(parts, words, { personId, version: now, until, isSaved: true });
  };
