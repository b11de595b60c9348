/** How far an address leads, and whether nobody reads along. */
import type { Ways } from '../app/doctor-ports.ts';
import { type Config, isLoopback } from '../config.ts';
import type { Way } from '../core/doctor/facts.ts';

/** What we start ourselves is reached on this machine only. */
const embedded: Way = { isLoopback: true, isEncrypted: false };

const encryptedModes = ['require', 'verify-ca', 'verify-full'];

export function wayOf(url: string): Way {
  const { hostname, protocol, searchParams } = new URL(url);
  const mode = searchParams.get('sslmode') ?? searchParams.get('ssl') ?? '';
  return {
    // Without a host it is a socket of this machine.
    isLoopback: hostname === '' || isLoopback(url),
    isEncrypted: ['https:', 'rediss:'].includes(protocol) || encryptedModes.includes(mode),
  };
}

/** Of the settings; where nothing is set, of what we start ourselves. */
export function waysOf({ publicUrl, databaseUrl, redisUrl, host }: Config): Ways {
  // Who listens on every address is reached from wherever the machine or its container is.
  const listensAt = `http://${host.includes(':') ? `[${host}]` : host}`;
  return {
    publicUrl: wayOf(publicUrl ?? listensAt),
    database: databaseUrl === null ? embedded : wayOf(databaseUrl),
    redis: redisUrl === null ? null : wayOf(redisUrl),
  };
}
