import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { root } from './support/imports.ts';

const { services } = parse(readFileSync(join(root, 'compose.yaml'), 'utf8'));

test.each(Object.keys(services))('%s is started again when it ended by itself', (name) => {
  expect(services[name].restart).toBe('unless-stopped');
});

test('the server is not the first process of its container, which signals pass by', () => {
  expect(services.consentry.init).toBe(true);
});

test('the server gives up a database whose host vanished within seconds', () => {
  // 0.2 s, doubled six times (Linux, ip-sysctl: tcp_retries2).
  expect(services.consentry.sysctls['net.ipv4.tcp_retries2']).toBe(5);
});
