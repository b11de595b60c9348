/**
 * A form that asks for permissions, as one version of it stands for ever. Its hash is what a
 * person's yes points to, so everything they read is in it.
 */
import { createHash } from 'node:crypto';
import { canonical } from '../ledger/canonical.ts';
import type { Hex, Purpose } from '../words.ts';

export interface FormPurpose {
  readonly purpose: Purpose;
  /** What is done, with what, for whom: what somebody says yes to. */
  readonly words: string;
  /** Stands beside the box, which is never ticked beforehand. */
  readonly box: string;
}

export interface ConsentForm {
  /** Lower case, with hyphens: part of its address. */
  readonly name: string;
  /** BCP 47. */
  readonly locale: string;
  readonly title: string;
  /** Who asks. */
  readonly controller: string;
  readonly intro: string;
  /** What happens once it is sent. */
  readonly next: string;
  /** How a yes is taken back. */
  readonly withdrawal: string;
  /** On the button. Sending is no yes, so it does not say so. */
  readonly submit: string;
  readonly purposes: readonly FormPurpose[];
  /** Origins of websites that may show it inside a page of theirs. */
  readonly sites: readonly string[];
}

/** @param version its place among those of its name and language, from 1 */
export function formHash(form: ConsentForm, version: number): Hex {
  return createHash('sha256')
    .update(canonical({ ...form, version }))
    .digest('hex');
}

/** A version with the words of one purpose that are not asked like that any more. */
export interface Superseded {
  readonly document: Hex;
  readonly purpose: Purpose;
}

/** @param earlier every version before `now`, of the same name and language */
export function supersededBy(
  now: ConsentForm,
  earlier: readonly { readonly hash: Hex; readonly form: ConsentForm }[],
): readonly Superseded[] {
  const wordsNow = new Map(now.purposes.map(({ purpose, words }) => [purpose, words]));
  return earlier.flatMap(({ hash, form }) =>
    form.purposes
      .filter(({ purpose, words }) => (wordsNow.get(purpose) ?? words) !== words)
      .map(({ purpose }) => ({ document: hash, purpose })),
  );
}
