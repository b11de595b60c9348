/**
 * Alarms for requests whose time runs out: counts for whoever scrapes them, and a line in the log
 * when there is one more. Neither says whose request it is.
 */
import { soonMs } from '../core/rights/deadline.ts';
import type { Clock, Log } from './ports.ts';
import type { RightsStore } from './rights-ports.ts';

export interface RightsAlarms {
  /** Looks again; about once a minute. */
  look(): Promise<void>;
  /** As Prometheus reads it; nothing before the first look. */
  text(): string;
}

export function rightsAlarms(rights: RightsStore, clock: Clock, log: Log): RightsAlarms {
  let counts: { readonly late: number; readonly soon: number } | null = null;
  return {
    async look() {
      const now = clock.now();
      const found = await rights.alarms(now, now + soonMs);
      const { late, soon } = counts ?? { late: 0, soon: 0 };
      if (found.late > late || found.soon > soon) {
        log.warn({ late: found.late, soon: found.soon }, 'rights requests have to be answered');
      }
      counts = found;
    },
    text() {
      if (counts === null) return '';
      const name = 'consentry_rights_requests';
      return [
        `# HELP ${name} Requests of people about their own data whose time is over, or nearly.`,
        `# TYPE ${name} gauge`,
        `${name}{due="late"} ${counts.late}`,
        `${name}{due="soon"} ${counts.soon}`,
        '',
      ].join('\n');
    },
  };
}
