/**
 * Whether an address is one of the public internet. A message goes where somebody with an account
 * here says, so it must not reach what only this machine or its network can: databases, metadata of a
 * cloud (169.254.169.254), printers. Registries of special addresses: RFC 6890 and IANA's of 2025.
 */
import { BlockList, isIPv4, isIPv6 } from 'node:net';

const special = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  special.addSubnet(net, bits, 'ipv4');
}
for (const [net, bits] of [
  ['2001::', 23], // Teredo, ORCHID and others of IETF's own
  ['2001:db8::', 32],
  ['2002::', 16], // 6to4: an IPv4 address inside
  ['3fff::', 20],
] as const) {
  special.addSubnet(net, bits, 'ipv6');
}
/** Everything else of IPv6 is local, mapped, translated, or not given out. */
const global = new BlockList();
global.addSubnet('2000::', 3, 'ipv6');

const own = new BlockList();
own.addSubnet('127.0.0.0', 8, 'ipv4');
own.addAddress('::1', 'ipv6');

/** Whether an address leads to this machine only. */
export const isLoopbackAddress = (address: string): boolean =>
  (isIPv4(address) && own.check(address, 'ipv4')) ||
  (isIPv6(address) && own.check(address, 'ipv6'));

export function isPublic(address: string): boolean {
  if (isIPv4(address)) return !special.check(address, 'ipv4');
  return isIPv6(address) && global.check(address, 'ipv6') && !special.check(address, 'ipv6');
}
