/**
 * Connections, some for single statements and others for transactions.
 *
 * The driver puts single statements one behind the other on busy connections. A `begin` that comes
 * to stand behind them while the socket takes no more is sent, but its connection is not set aside
 * (postgres 3.4.9: `execute` asks the socket first): the transaction fails with
 * `UNSAFE_TRANSACTION`, the connection stays within it, and what is written there afterwards is
 * acknowledged and never committed. So a `begin` never meets a connection that has anything else
 * to do: transactions have connections where nothing but they are sent.
 */
import postgres, { type Options, type Sql } from 'postgres';

export interface PoolSize {
  readonly statements: number;
  readonly transactions: number;
}

export interface Pool {
  readonly sql: Sql;
  /** Ends both kinds, after at most so many seconds. */
  end(timeoutS: number): Promise<void>;
}

export function openPool(
  url: string,
  size: PoolSize,
  options: Options<Record<string, never>>,
): Pool {
  const sql = postgres(url, { ...options, max: size.statements });
  const apart = postgres(url, { ...options, max: size.transactions });
  sql.begin = apart.begin;
  return {
    sql,
    end: async (timeout) => {
      await Promise.all([sql.end({ timeout }), apart.end({ timeout })]);
    },
  };
}
