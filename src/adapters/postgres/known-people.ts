/** What the database knows of a person that a screening asks: when they were tried, and about what. */
import type { Sql } from 'postgres';
import type { Tenant } from '../../app/call-ports.ts';
import type { KnownPeople } from '../../app/screen.ts';

export function createKnownPeople(sql: Sql, { id: own, cipher }: Tenant): KnownPeople {
  return {
    async find(tenantId, number) {
      if (tenantId !== own) return {};
      const rows = await sql`
        select subject, attempts from contact_count
        where tenant_id = ${tenantId} and token = ${cipher.token(number)}`;
      const attempts = rows.flatMap((row) =>
        (row['attempts'] as readonly Date[]).map((at) => ({
          at: at.getTime(),
          subject: row['subject'] as string,
        })),
      );
      return { attempts };
    },
  };
}
