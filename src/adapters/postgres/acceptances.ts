/** Acceptances of the facts on processing. Rows are written once; who signed is sealed. */
import type { Row, Sql } from 'postgres';
import type { Acceptance, AcceptanceStore } from '../../app/agreement.ts';
import type { Tenant } from '../../app/call-ports.ts';
import type { Uuid } from '../../core/words.ts';

const signerContext = (id: Uuid): string => `acceptance/${id}/signer`;

export function createAcceptances(sql: Sql, { id: tenantId, cipher }: Tenant): AcceptanceStore {
  function acceptanceOf(row: Row): Acceptance {
    const id = row['id'] as Uuid;
    const signer = cipher.open(null, signerContext(id), row['signer_sealed'] as Buffer);
    return {
      id,
      hash: (row['hash'] as Buffer).toString('hex'),
      version: row['version'] as number,
      ...(JSON.parse(signer.toString('utf8')) as Pick<Acceptance, 'name' | 'capacity'>),
      by: row['by'] as string,
      at: (row['at'] as Date).getTime(),
    };
  }

  return {
    async add({ id, hash, version, name, capacity, by, at }) {
      const signer = Buffer.from(JSON.stringify({ name, capacity }), 'utf8');
      const sealed = cipher.seal(null, signerContext(id), signer);
      await sql`
        insert into agreement_acceptance (id, tenant_id, hash, version, signer_sealed, by, at)
        values (${id}, ${tenantId}, ${Buffer.from(hash, 'hex')}, ${version}, ${sealed}, ${by},
          ${new Date(at)})`;
    },
    async list() {
      const rows = await sql`
        select * from agreement_acceptance where tenant_id = ${tenantId}
        order by seq desc`;
      return rows.map(acceptanceOf);
    },
    async lastHash() {
      const [row] = await sql`
        select hash from agreement_acceptance where tenant_id = ${tenantId}
        order by seq desc limit 1`;
      return row === undefined ? null : (row['hash'] as Buffer).toString('hex');
    },
  };
}
