/**
 * Whose key was destroyed: every process lets go of what it remembers of them, so that nothing new
 * is sealed under a key that is gone. LISTEN and NOTIFY, as of gates.
 */
import type { Sql } from 'postgres';
import type { People } from '../../app/call-ports.ts';
import type { Uuid } from '../../core/words.ts';

const channel = 'consentry_forget';

export interface ForgetChannel {
  /** Here at once, elsewhere some milliseconds later. */
  announce(id: Uuid): Promise<void>;
  /** Resolves to how to stop listening. */
  listen(): Promise<() => Promise<void>>;
}

export function createForgetChannel(
  sql: Sql,
  people: Pick<People, 'forget' | 'forgetAll'>,
): ForgetChannel {
  return {
    async announce(id) {
      people.forget(id);
      await sql.notify(channel, id);
    },
    async listen() {
      // Whatever was said while the connection was lost is not known.
      const subscription = await sql.listen(channel, people.forget, people.forgetAll);
      return () => subscription.unlisten();
    },
  };
}
