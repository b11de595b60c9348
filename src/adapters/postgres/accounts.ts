/** Accounts: addresses and names sealed under the tenant's data key, found by their token. */
import type { Row, Sql } from 'postgres';
import type { AccountStore, Credentials, User } from '../../app/account-ports.ts';
import type { Tenant } from '../../app/call-ports.ts';
import { type Failures, forgottenMs } from '../../core/access/lock-out.ts';
import { isUserRole } from '../../core/access/role.ts';
import { assert } from '../../core/error.ts';
import type { Instant, Uuid } from '../../core/words.ts';

const fieldContext = (id: Uuid, field: string): string => `user/${id}/${field}`;
/** More than a try can add. */
const sweptAtOnce = 10;
type Next = Parameters<AccountStore['claimTry']>[2];

/** How an account is found: addresses differ only in what mail systems tell apart in practice. */
const emailToken = (tenant: Tenant, email: string): Buffer =>
  tenant.cipher.token(`email/${email.trim().normalize('NFC').toLowerCase()}`);

export function userOf(tenant: Tenant, row: Row): User {
  const id = row['id'] as Uuid;
  const open = (field: string): string =>
    tenant.cipher
      .open(null, fieldContext(id, field), row[`${field}_sealed`] as Buffer)
      .toString('utf8');
  const role = row['role'] as string;
  assert(isUserRole(role), 'a stored role is one of ours');
  return {
    id,
    tenantId: tenant.id,
    email: open('email'),
    name: open('name'),
    role,
    limits: {
      lines: row['limit_lines'] as Uuid[] | null,
      teams: row['limit_teams'] as string[] | null,
      campaigns: row['limit_campaigns'] as string[] | null,
      direction: row['limit_direction'] as User['limits']['direction'],
    },
    hasPassword: row['password_hash'] !== null,
    hasSecondFactor: row['totp_confirmed_at'] !== null,
    recoveryCodesLeft: (row['recovery_hashes'] as Buffer[]).length,
    createdAt: (row['created_at'] as Date).getTime(),
    disabledAt: instantOf(row['disabled_at']),
  };
}

export function createAccounts(sql: Sql, tenant: Tenant): AccountStore {
  const { cipher } = tenant;
  const seal = (id: Uuid, field: string, value: Uint8Array): Buffer =>
    cipher.seal(null, fieldContext(id, field), value);

  function credentialsOf(row: Row | undefined): Credentials | null {
    if (row === undefined) return null;
    const user = userOf(tenant, row);
    const totp = row['totp_sealed'] as Buffer | null;
    const lastStep = row['totp_last_step'] as string | null;
    return {
      user,
      passwordHash: row['password_hash'] as string | null,
      passwordSetAt: instantOf(row['password_set_at']),
      totpSecret: totp === null ? null : cipher.open(null, fieldContext(user.id, 'totp'), totp),
      totpLastStep: lastStep === null ? null : Number(lastStep),
    };
  }

  return {
    async add(user, passwordHash, passwordSetAt) {
      const { id, email, name, role, createdAt } = user;
      const at = new Date(createdAt);
      const rows = await sql`
        insert into app_user (id, tenant_id, email_token, email_sealed, name_sealed, role,
          password_hash, password_set_at, created_at)
        values (${id}, ${tenant.id}, ${emailToken(tenant, email)},
          ${seal(id, 'email', Buffer.from(email))}, ${seal(id, 'name', Buffer.from(name))}, ${role},
          ${passwordHash}, ${passwordSetAt === undefined ? null : new Date(passwordSetAt)}, ${at})
        on conflict (tenant_id, email_token) do nothing returning id`;
      return rows.length === 1;
    },
    async list() {
      const rows = await sql`
        select * from app_user where tenant_id = ${tenant.id} order by created_at, id`;
      return rows.map((row) => userOf(tenant, row));
    },
    async find(id) {
      const [row] = await sql`
        select * from app_user where tenant_id = ${tenant.id} and id = ${id}`;
      return row === undefined ? null : userOf(tenant, row);
    },
    async credentials(email) {
      const [row] = await sql`
        select * from app_user
        where tenant_id = ${tenant.id} and email_token = ${emailToken(tenant, email)}`;
      return credentialsOf(row);
    },
    async credentialsOf(id) {
      const [row] = await sql`
        select * from app_user where tenant_id = ${tenant.id} and id = ${id}`;
      return credentialsOf(row);
    },
    async change(id, change) {
      const { role, name, disabledAt, limits } = change;
      const sets = {
        ...(role !== undefined && { role }),
        ...(name !== undefined && { name_sealed: seal(id, 'name', Buffer.from(name)) }),
        ...(limits !== undefined && {
          limit_lines: limits.lines,
          limit_teams: limits.teams,
          limit_campaigns: limits.campaigns,
          limit_direction: limits.direction,
        }),
        ...(disabledAt !== undefined && {
          disabled_at: disabledAt === null ? null : new Date(disabledAt),
        }),
      };
      const rows = await sql`
        update app_user set ${sql(sets)}
        where tenant_id = ${tenant.id} and id = ${id} returning id`;
      return rows.length === 1;
    },
    async setPassword(id, hash, at) {
      await sql`
        with kept as (
          insert into password_history (user_id, hash, set_at)
          select id, password_hash, coalesce(password_set_at, created_at) from app_user
          where id = ${id} and tenant_id = ${tenant.id} and password_hash is not null
          on conflict do nothing
        )
        update app_user set password_hash = ${hash}, password_set_at = ${at === null ? null : new Date(at)}
        where id = ${id} and tenant_id = ${tenant.id}`;
    },
    async passwordHistory(id, limit) {
      const rows = await sql`
        select hash from password_history where user_id = ${id} order by set_at desc limit ${limit}`;
      return rows.map((row) => row['hash'] as string);
    },
    async claimTry(id, at, next) {
      return sql.begin(async (tx) => {
        const [row] = await tx`
          select failures, last_failure_at from app_user
          where id = ${id} and tenant_id = ${tenant.id} for update`;
        if (row === undefined) return null;
        return claim(failuresOf(row), at, next, async ({ count, lastAt }) => {
          await tx`
            update app_user set failures = ${count}, last_failure_at = ${new Date(lastAt)}
            where id = ${id}`;
        });
      });
    },
    async clearFailures(id) {
      await sql`
        update app_user set failures = 0, last_failure_at = null
        where id = ${id} and tenant_id = ${tenant.id} and failures > 0`;
    },
    claimAddress: (address, at, next) =>
      claimToken(sql, cipher.token(`address/${address}`), at, next),
    claimUnknown: (email, at, next) => claimToken(sql, emailToken(tenant, email), at, next),
    async clearAddress(address) {
      await sql`
        delete from sign_in_failure where address_token = ${cipher.token(`address/${address}`)}`;
    },
    async setTotp(id, secret, recoveryHashes) {
      const hashes = recoveryHashes.map((hash) => hash.toString('base64'));
      await sql`
        update app_user set totp_sealed = ${seal(id, 'totp', secret)}, totp_confirmed_at = null,
          totp_last_step = null,
          recovery_hashes = array(select decode(h, 'base64') from unnest(${hashes}::text[]) h)
        where id = ${id} and tenant_id = ${tenant.id} and totp_confirmed_at is null`;
    },
    async dropTotp(id) {
      await sql.begin(async (tx) => {
        await tx`
          update app_user set totp_sealed = null, totp_confirmed_at = null, totp_last_step = null,
            recovery_hashes = '{}'
          where id = ${id} and tenant_id = ${tenant.id}`;
        await tx`delete from user_device where user_id = ${id}`;
      });
    },
    async takeStep(id, step, at) {
      const rows = await sql`
        update app_user set totp_last_step = ${step},
          totp_confirmed_at = coalesce(totp_confirmed_at, ${new Date(at)})
        where id = ${id} and tenant_id = ${tenant.id} and totp_sealed is not null
          and (totp_last_step is null or totp_last_step < ${step})
        returning id`;
      return rows.length === 1;
    },
    async takeRecoveryCode(id, hash) {
      const rows = await sql`
        update app_user set recovery_hashes = array_remove(recovery_hashes, ${hash}::bytea)
        where id = ${id} and tenant_id = ${tenant.id} and totp_confirmed_at is not null
          and ${hash}::bytea = any (recovery_hashes)
        returning id`;
      return rows.length === 1;
    },
  };
}

/** Of who has no account: a network, or an address that nobody signs in by. */
async function claimToken(sql: Sql, token: Buffer, at: Instant, next: Next) {
  return sql.begin(async (tx) => {
    // The row is there to be locked also when nobody failed from there yet.
    const { count: added } = await tx`
      insert into sign_in_failure (address_token, failures, last_failure_at)
      values (${token}, 0, ${new Date(at)}) on conflict do nothing`;
    // Whoever tries from everywhere makes the table no longer than a day's tries.
    if (added === 1) {
      await tx`
        delete from sign_in_failure where address_token in (
          select address_token from sign_in_failure
          where last_failure_at < ${new Date(at - forgottenMs)}
          order by last_failure_at limit ${sweptAtOnce} for update skip locked)`;
    }
    const [row] = await tx`
      select failures, last_failure_at from sign_in_failure
      where address_token = ${token} for update`;
    return claim(failuresOf(row), at, next, async ({ count, lastAt }) => {
      await tx`
        update sign_in_failure set failures = ${count}, last_failure_at = ${new Date(lastAt)}
        where address_token = ${token}`;
    });
  });
}

async function claim(
  failures: Failures | null,
  at: Instant,
  next: Next,
  write: (failures: Failures) => Promise<void>,
): Promise<Instant | null> {
  const outcome = next(failures);
  if ('waitUntil' in outcome) return outcome.waitUntil > at ? outcome.waitUntil : null;
  await write(outcome.failures);
  return null;
}

function failuresOf(row: Row | undefined): Failures | null {
  const lastAt = instantOf(row?.['last_failure_at']);
  const count = row?.['failures'] as number | undefined;
  return lastAt === null || count === undefined || count === 0 ? null : { count, lastAt };
}

function instantOf(value: unknown): Instant | null {
  return value instanceof Date ? value.getTime() : null;
}
