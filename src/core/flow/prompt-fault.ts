/** What is wrong with one prompt. */
export interface PromptFault {
  readonly id: string;
  readonly reason: string;
}

export function faultIf(fault: boolean, id: string, reason: string): readonly PromptFault[] {
  return fault ? [{ id, reason }] : [];
}

export function wordCount(text: string): number {
  return text.split(/\s+/).filter((word) => word !== '').length;
}
