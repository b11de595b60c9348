import type { Purpose } from '../words.ts';

/** What a survey's answers are kept under. */
export const surveyPurpose = 'survey' satisfies Purpose;

/** A question of a survey, answered by a key from 1 to `highest`. */
export interface RateStep {
  /** Prompt that names the lowest and the highest key. */
  readonly rate: string;
  /** Prompt after `*`: what was allowed is taken back, and the answers with it. */
  readonly stopped: string;
  /** 2 to 9. */
  readonly highest: number;
  /** How often the prompt is spoken at most, 1 to 3; then it stays unanswered. */
  readonly attempts: number;
  readonly next: string;
}
