/** From where the API may be asked, where its operator says so. Elsewhere there is nothing to be seen. */
import { BlockList, isIP } from 'node:net';
import type { Request, RequestHandler } from 'express';
import { ConsentryError } from '../../core/error.ts';

/** What is for the centre's own people and programs, not for callers and their carrier. */
export const operatorPaths = ['/v1', '/openapi.json', '/docs', '/metrics'];

/** @param networks addresses, or networks in CIDR notation */
export function onlyFrom(
  networks: readonly string[],
  addressOf: (request: Request) => string,
): RequestHandler {
  const allowed = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) allowed.addAddress(address, family);
    else allowed.addSubnet(address, Number(bits), family);
  }
  return (request, _response, next) => {
    const address = addressOf(request);
    const version = isIP(address);
    if (version === 0 || !allowed.check(address, version === 6 ? 'ipv6' : 'ipv4')) {
      throw new ConsentryError('not_found');
    }
    next();
  };
}
