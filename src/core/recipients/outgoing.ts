/** Where this program connects to, and which of it stands in no entry of the register. */
import { type Recipient, recipientOf } from './recipient.ts';

/** Every way out there is; a test holds the adapters against it. */
export const waysOut = ['carrier', 'sign-in', 'sftp', 'webhook', 'database', 'mail'] as const;
export type WayOut = (typeof waysOut)[number];

export interface Outgoing {
  readonly way: WayOut;
  /** Where it is set, such as `TWILIO_API_URL`. */
  readonly from: string;
  readonly host: string;
}

/** What is unlisted, each host once for its place. */
export function unlisted(
  register: readonly Recipient[],
  outgoing: readonly Outgoing[],
): readonly Outgoing[] {
  return outgoing.filter(({ way, host }) => !mayReach(register, host, way));
}

/** Whether a connection may be made. What stays on this machine goes to nobody. */
export function mayReach(register: readonly Recipient[], host: string, way: WayOut): boolean {
  const bare = bareHost(host);
  if (isThisMachine(bare) || (way === 'database' && isOwnNetwork(bare))) return true;
  return recipientOf(register, bare) !== null;
}

/** Without the brackets of an IPv6 address, and without the dot that ends a full name. */
const bareHost = (host: string): string =>
  host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');

/** @param host in lower case, without brackets */
export const isThisMachine = (host: string): boolean =>
  host === '' || host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);

/**
 * A database beside this program is the business's own: a name without a dot, as containers have,
 * or an address of RFC 1918 or RFC 4193. One that somebody else runs has a public name.
 */
const isOwnNetwork = (host: string): boolean =>
  /^[a-z0-9-]+$/.test(host) ||
  /^10(?:\.\d{1,3}){3}$/.test(host) ||
  /^192\.168(?:\.\d{1,3}){2}$/.test(host) ||
  /^172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2}$/.test(host) ||
  /^f[cd][0-9a-f]{2}:/.test(host);

/** One line for each, for whoever has to write the entry. */
export const unlistedText = (all: readonly Outgoing[]): string =>
  all
    .map(({ from, host }) => `${from} leads to ${host}, which no entry of the recipients names`)
    .join('\n');
