/** What can be wrong with a prompt. The names are stable: programs read them. */
export type PromptRule =
  | 'missing'
  | 'variable'
  | 'audio'
  | 'personal'
  | 'long'
  | 'controller'
  | 'deed'
  | 'what-for'
  | 'vendor'
  | 'computer'
  | 'own'
  | 'choices'
  | 'order'
  | 'weight'
  | 'person'
  | 'withdrawal'
  | 'late'
  | 'may-be'
  | 'staying'
  | 'negative'
  | 'vague';

/** What is wrong with one prompt. */
export interface PromptFault {
  readonly id: string;
  readonly rule: PromptRule;
  /** The end of a sentence that begins with the prompt's name. */
  readonly reason: string;
}

export function faultIf(
  fault: boolean,
  id: string,
  rule: PromptRule,
  reason: string,
): readonly PromptFault[] {
  return fault ? [{ id, rule, reason }] : [];
}
