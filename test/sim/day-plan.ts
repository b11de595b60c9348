/** What happens on a dialer's day, drawn before it begins: how fast it goes by changes none of it. */
import { generator } from '../support/chance.ts';

/** By what way somebody says that they do not want to be called. */
export type StopWay = 'api' | 'text' | 'free-text' | 'carrier' | 'prefix';

export type Deed =
  | { readonly type: 'call'; readonly number: string; readonly key: string }
  /** A dialer of others: a permit, its use (by two at once perhaps), and then its own call. */
  | { readonly type: 'permit'; readonly number: string; readonly twice: boolean }
  | { readonly type: 'stop'; readonly number: string; readonly way: StopWay }
  /** `START` by text: lifts no stop of calls. */
  | { readonly type: 'start'; readonly number: string }
  /** A later document for calls. */
  | { readonly type: 'lift'; readonly number: string };

export interface Day {
  readonly deeds: readonly Deed[];
  /** Before which deeds a server is killed, and which one. */
  readonly kills: ReadonlyMap<number, number>;
  /** Who lets it ring, so that a stop can come meanwhile. */
  readonly patient: ReadonlySet<string>;
}

const areas = ['212', '646', '718', '917', '929', '347'];
const ways: readonly StopWay[] = ['api', 'api', 'text', 'text', 'free-text', 'carrier', 'prefix'];

export function planDay(seed: number, attempts: number, killed: number): Day {
  const chance = generator(seed);
  const below = (limit: number): number => Math.floor(chance() * limit);
  const numbers = Array.from({ length: Math.ceil(attempts / 4) }, (_, index) => {
    const area = areas[index % areas.length] ?? '212';
    return `+1${area}${2_000_000 + Math.floor(index / areas.length) * 7 + below(7)}`;
  });
  const patient = new Set(numbers.filter(() => chance() < 0.05));
  const stopped: string[] = [];
  const anybody = (): string => numbers[below(numbers.length)] ?? '';
  // A dialer has those on its list again and again who said no.
  const somebody = (): string =>
    stopped.length > 0 && chance() < 0.4 ? (stopped[below(stopped.length)] ?? '') : anybody();
  const deeds: Deed[] = [];
  const stop = (number: string): void => {
    const way = ways[below(ways.length)] ?? 'api';
    // A prefix takes ten numbers or so with it.
    const whom = way === 'prefix' ? `${number.slice(0, -2)}*` : number;
    deeds.push({ type: 'stop', number: whom, way });
    stopped.push(number);
  };
  for (let made = 0; made < attempts; made += 1) {
    const number = somebody();
    const isOurs = chance() < 0.85;
    const twice = chance() < 0.3;
    const crosses = chance() < 0.03;
    if (crosses && chance() < 0.5) stop(number);
    deeds.push(
      isOurs ? { type: 'call', number, key: `day-${made}` } : { type: 'permit', number, twice },
    );
    // Somebody says no just while they are being dialled.
    if (crosses) stop(number);
    if (chance() < 0.03) stop(anybody());
    const known = stopped[below(stopped.length)];
    if (known !== undefined && chance() < 0.02) deeds.push({ type: 'start', number: known });
    if (known !== undefined && chance() < 0.01) deeds.push({ type: 'lift', number: known });
  }
  const kills = new Map(
    Array.from({ length: killed }, (_, index) => [
      Math.floor(((index + 0.3 + chance() * 0.4) * deeds.length) / killed),
      index % 2,
    ]),
  );
  return { deeds, kills, patient };
}
