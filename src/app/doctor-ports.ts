/** What the doctor asks of the database and the machine. */
import type { Counts, DoctorFacts, MachineFacts } from '../core/doctor/facts.ts';
import type { Instant } from '../core/words.ts';

/** Where addresses lead, from the settings. */
export type Ways = Pick<DoctorFacts, 'publicUrl' | 'database' | 'redis'>;

export interface DoctorReads {
  counts(): Promise<Counts>;
  /** When the last run of the schedule ended; null: none did. */
  lastRetentionRun(): Promise<Instant | null>;
  /** Whether each part has a database role of its own. */
  hasRoles(): Promise<boolean>;
  /** How far the database's clock is ahead of ours, ms. */
  clockOffsetMs(): Promise<number>;
}

export interface Machine {
  look(): Promise<MachineFacts>;
  /** When a backup was noted last; null: never. */
  lastBackup(): Promise<Instant | null>;
}
