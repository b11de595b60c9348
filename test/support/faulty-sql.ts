/** A connection pool whose nth statement fails: before it is sent, or after it has taken effect. */
import type { Sql } from 'postgres';

export type FaultPlace = 'before' | 'after';

export interface FaultySql {
  readonly sql: Sql;
  /** Statements seen so far; commits of transactions count too. */
  count(): number;
}

class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

/** @param failing number of the statement that fails, from 1; 0: none does */
export function faultySql(sql: Sql, failing: number, place: FaultPlace): FaultySql {
  let seen = 0;

  async function pass<Result>(run: () => PromiseLike<Result>): Promise<Result> {
    seen += 1;
    const fails = seen === failing;
    if (fails && place === 'before') throw new ConnectionLost('before the statement');
    const result = await run();
    if (fails) throw new ConnectionLost('after the statement');
    return result;
  }

  /** A query that is only part of another one is never awaited, and is no statement. */
  function whenAwaited(query: PromiseLike<unknown>): PromiseLike<unknown> {
    const send = query.then.bind(query);
    return Object.assign(query, {
      // biome-ignore lint/suspicious/noThenProperty: see above
      then: (...handlers: Parameters<PromiseLike<unknown>['then']>) =>
        pass(() => new Promise((resolve, reject) => send(resolve, reject))).then(...handlers),
    });
  }

  function wrap(target: Sql): Sql {
    return new Proxy(target, {
      apply(tag, self, args: unknown[]) {
        const isQuery = Array.isArray(args[0]) && 'raw' in args[0];
        const made = Reflect.apply(tag as never, self, args);
        return isQuery ? whenAwaited(made as PromiseLike<unknown>) : made;
      },
      get(object, name) {
        if (name === 'unsafe') {
          // Part of another query, it is never awaited either.
          return (...args: Parameters<Sql['unsafe']>) => whenAwaited(target.unsafe(...args));
        }
        if (name === 'begin') {
          return (...args: unknown[]) => {
            const body = args.at(-1) as (tx: Sql) => unknown;
            // The transaction's own commit is one more statement that can be lost.
            return pass(() => target.begin((tx) => body(wrap(tx as unknown as Sql)) as never));
          };
        }
        return Reflect.get(object, name);
      },
    });
  }

  return { sql: wrap(sql), count: () => seen };
}
