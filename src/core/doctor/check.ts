/** A row of the doctor's tables: what is looked at, and how. */
import type { DoctorFacts } from './facts.ts';
import type { Verdict } from './finding.ts';

export interface Check {
  /** Of a capability its number; of the installation a name. */
  readonly of: number | string;
  readonly title: string;
  look(facts: DoctorFacts): Verdict;
}

export const check = (of: Check['of'], title: string, look: Check['look']): Check => ({
  of,
  title,
  look,
});
