/** How far an address leads, and whether nobody reads along. */
import { isLoopback } from '../config.ts';
import type { Way } from '../core/doctor/facts.ts';

/** What we start ourselves is reached on this machine only. */
export const embedded: Way = { isLoopback: true, isEncrypted: false };

const encryptedModes = ['require', 'verify-ca', 'verify-full'];

export function wayOf(url: string): Way {
  const { hostname, protocol, searchParams } = new URL(url);
  const mode = searchParams.get('sslmode') ?? searchParams.get('ssl') ?? '';
  return {
    // Without a host it is a socket of this machine.
    isLoopback: hostname === '' || isLoopback(url),
    isEncrypted: protocol === 'https:' || encryptedModes.includes(mode),
  };
}
