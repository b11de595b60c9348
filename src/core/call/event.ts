import type { Answer, EarlierAnswer, Purpose, Stretch } from '../words.ts';

/** What is known before a leg's first word, by purpose. */
export type Earlier = Readonly<Partial<Record<Purpose, EarlierAnswer>>>;

/**
 * Everything that can happen to one leg, as its machine sees it. No personal data: keys and
 * words have been interpreted before they get here, and time comes in with the call to `advance`.
 */
export type CallEvent =
  /**
   * The leg's first webhook. `closed`: outside the flow's business hours. `machine`: the carrier has
   * found an answering machine. `earlier`: what is known of its person from before; absent for a
   * purpose of which nothing is known.
   */
  | {
      readonly type: 'STARTED';
      readonly closed?: boolean;
      readonly machine?: boolean;
      readonly earlier?: Earlier;
    }
  /** A question's gather came back. `stretch` says which part was being spoken. */
  | {
      readonly type: 'HEARD';
      readonly stretch: Stretch;
      readonly answer: Answer;
      /** True with a refusal that asks for a person: no further question, straight to the bridge. */
      readonly person?: boolean;
      /** True with a refusal that is meant for every question that would follow, too. */
      readonly none?: boolean;
    }
  /** A menu's gather came back: the key that was pressed, or null for silence and for words. */
  | { readonly type: 'CHOSE'; readonly key: string | null }
  /** A document that asks nothing was spoken to its end. */
  | { readonly type: 'SPOKEN' }
  /** The party pressed `*` in the bridge (the only key a carrier passes on there). */
  | { readonly type: 'STAR' }
  /** A permission was taken back by whatever way: API, agent, text, form. */
  | { readonly type: 'WITHDRAW'; readonly purpose: Purpose }
  | { readonly type: 'PAUSE' }
  | { readonly type: 'RESUME' }
  /** The purposes that everybody else now on the bridge has granted; alone on it: all purposes. */
  | {
      readonly type: 'OTHERS';
      readonly granted: readonly Purpose[];
      /** True while the caller's flow lets each party be recorded by their own permission. */
      readonly each?: boolean;
    }
  /** Somebody whom we rang is on the bridge. */
  | { readonly type: 'READY' }
  /** Nobody comes of those who were rung. */
  | { readonly type: 'UNANSWERED' }
  /** Whoever was on the bridge with them has hung up. */
  | { readonly type: 'LEFT' }
  /** The carrier finds an answering machine after the first webhook. */
  | { readonly type: 'MACHINE' }
  /** The carrier reported an error, or a prompt could not be played. */
  | { readonly type: 'FAILED' }
  | { readonly type: 'HANGUP' };

export type CallEventType = CallEvent['type'];
