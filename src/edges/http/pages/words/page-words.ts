/** Everything that the public pages say, in one language. */
import type { RightKind } from '../../../../core/rights/request.ts';
import type { Purpose } from '../../../../core/words.ts';

export interface PageWords {
  /** BCP 47. */
  readonly locale: string;
  /** Names of purposes, as they stand in a list. */
  readonly purposes: Readonly<Record<Purpose, string>>;
  readonly statuses: Readonly<Record<'granted' | 'refused' | 'needs-renewal' | 'none', string>>;
  readonly common: {
    readonly skip: string;
    readonly number: string;
    readonly numberHint: string;
    readonly numberFault: string;
    readonly faults: string;
    readonly codeBy: string;
    readonly byText: string;
    readonly byCall: string;
    readonly pages: string;
    readonly choices: string;
    readonly request: string;
    readonly doNotSell: string;
    readonly notice: string;
    readonly gpc: string;
  };
  readonly code: {
    readonly title: string;
    readonly sent: string;
    readonly label: string;
    readonly hint: string;
    readonly fault: string;
    readonly send: string;
  };
  readonly choices: {
    readonly title: string;
    readonly intro: string;
    readonly backTitle: string;
    readonly backIntro: string;
    readonly what: string;
    readonly whatFault: string;
    readonly noCalls: string;
    readonly noTexts: string;
    readonly back: string;
    readonly backDone: string;
    readonly backDoneText: string;
    readonly seeTitle: string;
    readonly seeIntro: string;
    readonly see: string;
  };
  readonly centre: {
    readonly title: string;
    readonly saved: string;
    readonly status: string;
    readonly since: string;
    readonly until: string;
    readonly notBefore: string;
    readonly renewal: string;
    readonly keep: string;
    readonly allow: string;
    readonly refuse: string;
    readonly contact: string;
    readonly calls: string;
    readonly texts: string;
    readonly mayContact: string;
    readonly stopped: string;
    readonly stop: string;
    readonly resume: string;
    readonly history: string;
    readonly when: string;
    readonly purpose: string;
    readonly event: string;
    readonly how: string;
    readonly receipt: string;
    readonly noHistory: string;
    readonly ends: string;
    readonly kinds: Readonly<Record<string, string>>;
    readonly ways: Readonly<Record<string, string>>;
  };
  readonly request: {
    readonly title: string;
    readonly intro: string;
    readonly what: string;
    readonly whatFault: string;
    readonly kinds: Readonly<Record<RightKind, string>>;
    readonly note: string;
    readonly noteHint: string;
    readonly noteFault: string;
    readonly send: string;
    readonly others: string;
    readonly done: string;
    readonly proved: string;
    readonly carriedOut: string;
    readonly reference: string;
    readonly answerBy: string;
    readonly receipt: string;
  };
  readonly sale: {
    readonly title: string;
    readonly intro: string;
    readonly stop: string;
    readonly done: string;
    readonly doneText: string;
  };
  readonly form: {
    readonly sent: string;
    readonly nothing: string;
    readonly allowed: string;
    readonly version: string;
  };
  readonly answer: {
    readonly title: string;
    readonly free: string;
    readonly yes: string;
    readonly no: string;
    readonly done: string;
    readonly allowed: string;
    readonly refused: string;
    readonly change: string;
  };
  readonly receipt: {
    readonly title: string;
    readonly holds: string;
    readonly pending: string;
    readonly facts: string;
    readonly fact: string;
    readonly value: string;
    readonly leftOut: string;
    readonly check: string;
    readonly itself: string;
  };
  readonly faults: {
    readonly title: string;
    readonly over: string;
    readonly tooMany: string;
    readonly notFound: string;
    readonly elsewhere: string;
    readonly other: string;
    readonly again: string;
  };
}
