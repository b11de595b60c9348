/** Where calls came from, in columns of their own; a no takes them away by itself (0045). */
import type { Sql } from 'postgres';
import type { TrackingStore } from '../../app/track-call.ts';
import { ConsentryError } from '../../core/error.ts';
import type { Uuid } from '../../core/words.ts';
import { choicesOf } from './choices.ts';

export function createTracking(sql: Sql, tenantId: Uuid): TrackingStore {
  return {
    async keep({ callId, personId, campaign, source, visitor }, mayKeep) {
      await sql.begin(async (tx) => {
        // Whoever chooses meanwhile waits for this, and takes away what it wrote.
        const [person] = await tx`
          select 1 from person where id = ${personId} and tenant_id = ${tenantId}
            and key_wrapped is not null for no key update`;
        if (person === undefined || !mayKeep(await choicesOf(tx, tenantId, personId))) return;
        // A commit that holds the call may be waiting for its person, so nobody waits for it here.
        const [call] = await tx`
          select redacted_at from call where id = ${callId} for no key update skip locked`;
        if (call === undefined)
          throw new ConsentryError('unavailable', 'the call is being written');
        if (call['redacted_at'] !== null) return;
        await tx`
          with whoever as (
            update person set visitor = coalesce(visitor, ${visitor}) where id = ${personId}
            returning visitor)
          update call set campaign = ${campaign}, source = ${source}, visitor = whoever.visitor
          from whoever where call.id = ${callId}`;
      });
    },
  };
}
