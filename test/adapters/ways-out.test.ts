/** No adapter reaches the world by a way that the register of recipients is not held against. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type WayOut, waysOut } from '../../src/core/recipients/outgoing.ts';
import { filesBelow, importsOf, root } from '../support/imports.ts';

/** Each adapter that opens connections, and the way its hosts are listed by. */
const wayOf: Readonly<Record<string, WayOut>> = {
  mail: 'mail',
  openid: 'sign-in',
  postgres: 'database',
  sftp: 'sftp',
  twilio: 'carrier',
  webhooks: 'webhook',
};

const connecting = new Set([
  'node:dgram',
  'node:http',
  'node:http2',
  'node:https',
  'node:net',
  'node:tls',
  'nodemailer',
  'openid-client',
  'postgres',
  'ssh2-sftp-client',
  'twilio',
  'undici',
  'ws',
]);

const adapterOf = (file: string): string => file.split('/')[2] ?? '';
const files = filesBelow('src/adapters', '.ts');

test('[cap 24] every adapter that opens connections is held against the register', () => {
  const byImport = files
    .flatMap(importsOf)
    .filter(({ to, typeOnly }) => !typeOnly && connecting.has(to))
    .map(({ from }) => adapterOf(from));
  const byFetch = files
    .filter((file) => /\bfetch\(|new WebSocket\(/.test(readFileSync(join(root, file), 'utf8')))
    .map(adapterOf);
  // The twilio library has a method of that name; the adapter is in the table either way.
  expect([...new Set([...byImport, ...byFetch])].sort()).toEqual(Object.keys(wayOf).sort());
  expect(Object.values(wayOf).sort()).toEqual([...waysOut].sort());
});

test('and nothing but adapters opens any', () => {
  const others = filesBelow('src', '.ts').filter(
    (file) => /^src\/(core|app)\//.test(file) || /^src\/edges\/(http|media)\//.test(file),
  );
  const wrong = others.filter((file) =>
    /(?<![.\w])fetch\(|new WebSocket\(|https?Request\(/.test(
      readFileSync(join(root, file), 'utf8'),
    ),
  );
  expect(wrong).toEqual([]);
});
