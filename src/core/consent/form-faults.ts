/**
 * What keeps a form from being published. Consent is informed, separate for each purpose, and an act
 * of its own (GDPR 4(11), 7; CJEU C-61/19): without what happens next, a box for each purpose and
 * the way back there is nothing to say yes to.
 */
import type { Mistake } from '../error.ts';
import { templateFaults } from '../messages/template.ts';
import type { ConsentForm } from './form.ts';

const lengths = {
  title: [3, 120],
  controller: [2, 120],
  intro: [10, 2_000],
  next: [20, 1_000],
  withdrawal: [20, 1_000],
  submit: [2, 40],
} as const;
const wordsLengths = [20, 1_000] as const;
const boxLengths = [5, 300] as const;

/** A button that says yes would make of sending what only the box may be. */
const assent =
  /\b(agree|accept|consent|allow|yes|zustimm|einwillig|akzeptier|einverstanden|accepte|consens|consent|autoris|acepto|autoriz|accett|acconsent|akkoord|toestem|aceito|concordo)/i;
const vague = /\b(may be (recorded|used|shared)|for (various|other) purposes|and so on|etc\b)/i;
/** Where the way back stands, or how one asks for it. */
const wayBack = /https?:\/\/|\/privacy\/choices|STOP|\+\d{6,}|@/;

/** Every mistake, by the field it is in. */
export function formFaults(form: ConsentForm): readonly Mistake[] {
  const faults: Mistake[] = [];
  const fault = (path: string, what: string, allowed: string) =>
    faults.push({ path: `body.${path}`, what, allowed });
  const measured = (path: string, text: string, [min, max]: readonly [number, number]) => {
    const { length } = text.trim();
    const allowed = `${min} to ${max} characters`;
    if (length === 0) fault(path, 'is missing', allowed);
    else if (length < min || length > max) fault(path, 'is too short or too long', allowed);
  };
  for (const [name, span] of Object.entries(lengths)) {
    measured(name, form[name as keyof typeof lengths], span);
  }
  if (assent.test(form.submit)) {
    fault('submit', 'says yes', 'what is done with the form, such as "Send"; a yes is the box');
  }
  if (form.withdrawal.trim() !== '' && !wayBack.test(form.withdrawal)) {
    fault('withdrawal', 'names no way', 'an address, a number, or the word STOP');
  }
  if (form.purposes.length === 0) fault('purposes', 'is empty', 'at least one purpose');
  const seen = new Set<string>();
  for (const [i, { purpose, words, box }] of form.purposes.entries()) {
    const path = `purposes.${i}`;
    if (seen.has(purpose)) fault(`${path}.purpose`, 'stands twice', 'each purpose once');
    seen.add(purpose);
    measured(`${path}.words`, words, wordsLengths);
    measured(`${path}.box`, box, boxLengths);
    if (vague.test(words)) fault(`${path}.words`, 'is vague', 'what is done, and what for');
    for (const what of templateFaults(words)) fault(`${path}.words`, what, 'words about everybody');
  }
  for (const [i, site] of form.sites.entries()) {
    if (!/^https:\/\/[a-z0-9.-]+(:\d+)?$/.test(site)) {
      fault(`sites.${i}`, 'is no origin', 'such as https://www.example.com');
    }
  }
  return faults;
}
