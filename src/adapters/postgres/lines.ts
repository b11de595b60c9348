/** Lines: our own numbers, sealed all the same, found by their token. */
import type { Row, Sql } from 'postgres';
import type { LineRecord, LineStore } from '../../app/api-ports.ts';
import { assert } from '../../core/error.ts';
import type { Uuid } from '../../core/words.ts';

export function createLineStore(sql: Sql): LineStore {
  const one = async (rows: Promise<readonly Row[]>): Promise<LineRecord | null> => {
    const [row] = await rows;
    return row === undefined ? null : lineOf(row);
  };
  return {
    async list(tenantId) {
      const rows = await sql`select * from line where tenant_id = ${tenantId}`;
      return rows.map(lineOf);
    },
    find: (tenantId, numberToken) =>
      one(sql`select * from line where tenant_id = ${tenantId} and number_token = ${numberToken}`),
    findDefault: (tenantId) =>
      one(sql`select * from line where tenant_id = ${tenantId} and is_default`),
    async put(tenantId, change) {
      const { agentSealed, team, isDefault } = change;
      return sql.begin(async (tx) => {
        // One at a time per tenant, so that two lines made the default at once cannot collide.
        await tx`select 1 from tenant where id = ${tenantId} for update`;
        if (isDefault === true) {
          await tx`
            update line set is_default = false
            where tenant_id = ${tenantId} and is_default and number_token <> ${change.numberToken}`;
        }
        const [row] = await tx`
          insert into line (id, tenant_id, number_token, number_sealed, flow, locale, controller,
            agent_sealed, team, is_default, updated_at)
          values (${change.id}, ${tenantId}, ${change.numberToken}, ${change.numberSealed},
            ${change.flow}, ${change.locale}, ${change.controller}, ${agentSealed ?? null},
            ${team ?? null},
            ${isDefault ?? false}, ${new Date(change.at)})
          on conflict (tenant_id, number_token) do update set
            flow = excluded.flow,
            locale = excluded.locale,
            controller = excluded.controller,
            agent_sealed = ${agentSealed === undefined ? tx`line.agent_sealed` : tx`excluded.agent_sealed`},
            team = ${team === undefined ? tx`line.team` : tx`excluded.team`},
            is_default = ${isDefault === undefined ? tx`line.is_default` : tx`excluded.is_default`},
            updated_at = excluded.updated_at
          returning *`;
        assert(row !== undefined, 'a line that was put is there');
        return lineOf(row);
      });
    },
  };
}

function lineOf(row: Row): LineRecord {
  return {
    id: row['id'] as Uuid,
    numberToken: row['number_token'] as Buffer,
    numberSealed: row['number_sealed'] as Buffer,
    flow: row['flow'] as string,
    locale: row['locale'] as string,
    controller: row['controller'] as string,
    agentSealed: row['agent_sealed'] as Buffer | null,
    team: row['team'] as string | null,
    isDefault: row['is_default'] as boolean,
    updatedAt: (row['updated_at'] as Date).getTime(),
  };
}
