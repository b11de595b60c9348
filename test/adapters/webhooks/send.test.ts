import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isPublic } from '../../../src/adapters/webhooks/public-address.ts';
import { messageSender } from '../../../src/adapters/webhooks/send.ts';

describe('an address of the public internet', () => {
  test.each([
    ...['1.1.1.1', '8.8.8.8', '172.15.255.255', '172.32.0.0', '192.0.1.1', '223.255.255.255'],
    ...['2606:4700::1111', '2a00:1450::1'],
  ])('%s is one', (address) => {
    expect(isPublic(address)).toBe(true);
  });

  test.each([
    ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.255.255.255', '169.254.169.254'],
    ...[
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
      '198.18.0.1',
      '224.0.0.1',
      '255.255.255.255',
    ],
    ...['::', '::1', '::ffff:10.0.0.1', '::ffff:8.8.8.8', '64:ff9b::a00:1', 'fc00::1', 'fe80::1'],
    ...['ff02::1', '2001::1', '2001:db8::1', '2002:a00:1::1', 'localhost', 'example.com', ''],
  ])('%s is none', (address) => {
    expect(isPublic(address)).toBe(false);
  });
});

describe('a message', () => {
  let server: Server;
  let port: number;
  const asked: string[] = [];
  let connections = 0;
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      request.resume().on('end', () => {
        if (request.url === '/moved') response.writeHead(302, { location: '/elsewhere' }).end();
        else if (request.url === '/endless') {
          response.writeHead(200);
          const pour = (): void => {
            if (response.destroyed) return;
            response.write(Buffer.alloc(16_384));
            setImmediate(pour);
          };
          pour();
        } else response.writeHead(204).end();
      });
    });
    server.on('connection', () => {
      connections += 1;
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const send = (allowsLocal: boolean, url: string, mayReach = (_host: string) => true) =>
    messageSender({ allowsLocal, mayReach })({ url, headers: { 'webhook-id': 'a' }, body: '{}' });

  test('reaches nobody who stands in no entry of the recipients', async () => {
    const before = connections;
    const asked: string[] = [];
    const strict = (host: string) => {
      asked.push(host);
      return false;
    };
    expect(await send(true, `http://127.0.0.1:${port}/`, strict)).toBe(null);
    expect([connections, asked]).toEqual([before, ['127.0.0.1']]);
  });

  test('reaches this machine only where that is allowed, by name, address and mapped address', async () => {
    expect(await send(true, `http://127.0.0.1:${port}/`)).toBe(204);
    expect(await send(true, `http://localhost:${port}/`)).toBe(204);
    const before = [asked.length, connections];
    for (const host of [
      '127.0.0.1',
      'localhost',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '2130706433',
      '0',
    ]) {
      expect([host, await send(false, `http://${host}:${port}/`)]).toEqual([host, null]);
      expect([host, await send(false, `https://${host}:${port}/`)]).toEqual([host, null]);
    }
    // Not so much as a connection: what listens there need not speak HTTP to be harmed.
    expect([asked.length, connections]).toEqual(before);
  });

  test('does not follow where it is sent on to', async () => {
    const before = asked.length;
    expect(await send(true, `http://127.0.0.1:${port}/moved`)).toBe(302);
    expect(asked.slice(before)).toEqual(['POST /moved']);
  });

  test('is over when the answer is, and when it has no end', async () => {
    expect(await send(true, `http://127.0.0.1:${port}/endless`)).toBe(200);
  });

  test('to nobody is not taken', async () => {
    expect(await send(true, 'http://127.0.0.1:1/')).toBeNull();
  });
});
