/** Notices as they were shown. Versions are never changed. */
import type { Row, Sql } from 'postgres';
import type { NoticeStore, NoticeVersion } from '../../app/notices.ts';
import type { Notice, NoticeName } from '../../core/notice/notice.ts';
import type { Uuid } from '../../core/words.ts';

export function createNotices(sql: Sql, tenantId: Uuid): NoticeStore {
  return {
    async latest(name) {
      const [row] = await sql`
        select * from notice_version where tenant_id = ${tenantId} and name = ${name}
        order by version desc limit 1`;
      return row === undefined ? null : versionOf(row);
    },
    async byHash(hash) {
      const [row] = await sql`
        select * from notice_version
        where tenant_id = ${tenantId} and hash = ${Buffer.from(hash, 'hex')}
        order by version desc limit 1`;
      return row === undefined ? null : versionOf(row);
    },
    async add({ name, version, hash, notice, at }) {
      const rows = await sql`
        insert into notice_version (tenant_id, name, version, hash, body, at)
        values (${tenantId}, ${name}, ${version}, ${Buffer.from(hash, 'hex')},
          ${sql.json(notice as never)}, ${new Date(at)})
        on conflict do nothing returning version`;
      return rows.length === 1;
    },
  };
}

function versionOf(row: Row): NoticeVersion {
  return {
    name: row['name'] as NoticeName,
    version: row['version'] as number,
    hash: (row['hash'] as Buffer).toString('hex'),
    notice: row['body'] as Notice,
    at: (row['at'] as Date).getTime(),
  };
}
