/** How processes tell each other what became of a gate: LISTEN and NOTIFY, 5 to 35 ms. */
import type { Sql } from 'postgres';
import type { GateChannel, GateNews } from '../../app/call-ports.ts';

const channel = 'consentry_gate';

interface Message extends GateNews {
  /** Who says it: nobody listens to themselves. */
  readonly from: string;
}

/** @param self names this process, differently from every other */
export function createGateChannel(sql: Sql, self: string): GateChannel {
  return {
    async announce(news) {
      const message: Message = { from: self, ...news };
      await sql.notify(channel, JSON.stringify(message));
    },
    async listen(hear) {
      const subscription = await sql.listen(channel, (payload) => {
        const { from, ...news } = JSON.parse(payload) as Message;
        if (from !== self) hear(news);
      });
      return () => subscription.unlisten();
    },
  };
}
