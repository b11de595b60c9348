/** A setting as it is in force, at hand without waiting: every process knows a change in a second. */
import type { Log } from './ports.ts';
import type { SettingName, SettingStore, Settings } from './settings.ts';
import { troubleOf } from './trouble.ts';

const lookEveryMs = 1_000;

export interface SettingFollower<Value> {
  now(): Value;
  /** Reads it; throws when the store does. */
  look(): Promise<void>;
  start(log: Pick<Log, 'warn'>): void;
  stop(): Promise<void>;
}

/**
 * While it cannot be read, the last one stays.
 *
 * @param made what the value is made into, once for each version
 */
export function followSetting<Name extends SettingName, Value>(
  settings: Pick<SettingStore, 'current'>,
  name: Name,
  first: Value,
  made: (value: Settings[Name]) => Value,
): SettingFollower<Value> {
  let value = first;
  let version = 0;
  let timer: NodeJS.Timeout | null = null;
  let looking: Promise<void> | null = null;

  async function look(): Promise<void> {
    const found = await settings.current(name);
    if (found.version === version) return;
    value = made(found.value);
    version = found.version;
  }
  return {
    now: () => value,
    look,
    start(log) {
      const trouble = troubleOf(log, `the setting ${name} could not be read`);
      timer = setInterval(() => {
        looking ??= look()
          .then(trouble.over, trouble.failed)
          .finally(() => {
            looking = null;
          });
      }, lookEveryMs);
      timer.unref();
    },
    async stop() {
      if (timer !== null) clearInterval(timer);
      await looking;
    },
  };
}
