import type { Row, Sql } from 'postgres';
import type { SettingName, SettingStore, Settings, SettingVersion } from '../../app/settings.ts';
import type { Uuid } from '../../core/words.ts';

/** @param defaults what holds while nothing was set */
export function createSettings(sql: Sql, tenantId: Uuid, defaults: Settings): SettingStore {
  const byDefault = <Name extends SettingName>(name: Name): SettingVersion<Name> => ({
    version: 0,
    value: defaults[name],
    by: null,
    at: null,
  });
  const read = (name: SettingName, limit: number) => sql`
    select version, value, by, at from tenant_setting
    where tenant_id = ${tenantId} and name = ${name} order by version desc limit ${limit}`;
  return {
    async current(name) {
      const [row] = await read(name, 1);
      return row === undefined ? byDefault(name) : versionOf(name, row);
    },
    async history(name) {
      const rows = await read(name, 1_000);
      return [...rows.map((row) => versionOf(name, row)), byDefault(name)];
    },
    async put(name, value, after, by, at) {
      // Two that looked at the same version cannot both follow it.
      const rows = await sql`
        insert into tenant_setting (tenant_id, name, version, value, by, at)
        select ${tenantId}, ${name}, ${after + 1}, ${sql.json(value as never)}, ${by},
          ${new Date(at)}
        where ${after} = coalesce((select max(version) from tenant_setting
          where tenant_id = ${tenantId} and name = ${name}), 0)
        on conflict do nothing returning version, value, by, at`;
      const [row] = rows;
      return row === undefined ? null : versionOf(name, row);
    },
  };
}

function versionOf<Name extends SettingName>(_: Name, row: Row): SettingVersion<Name> {
  return {
    version: row['version'] as number,
    value: row['value'] as SettingVersion<Name>['value'],
    by: row['by'] as string,
    at: (row['at'] as Date).getTime(),
  };
}
