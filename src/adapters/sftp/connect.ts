/**
 * A connection to an SFTP server of the operator's. ssh2 takes any server for the right one unless it
 * is told otherwise, so the host's key is compared with the fingerprints of the target before
 * anything is said, and any other is refused.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import Client from 'ssh2-sftp-client';
import { PushError } from '../../core/exports/push-fault.ts';
import { readTargets, type SftpTarget } from './targets.ts';

const readyMs = 15_000;
const keepAliveMs = 10_000;

/** Whether the register of recipients has a host. */
export type MayReach = (host: string) => boolean;

/**
 * @param path of the operator's file of targets; read anew each time
 * @throws PushError where there is no such target, or it cannot be reached as it should be
 */
export async function withTarget<Result>(
  path: string,
  mayReach: MayReach,
  name: string,
  use: (client: Client, target: SftpTarget) => Promise<Result>,
): Promise<Result> {
  const target = (await readTargets(path)).find((one) => one.name === name);
  if (target === undefined) throw new PushError('target');
  if (!mayReach(target.host)) throw new PushError('recipient');
  const client = new Client(name, { error: () => {}, end: () => {}, close: () => {} });
  try {
    await connect(client, target);
    return await use(client, target);
  } finally {
    await client.end().catch(() => {});
  }
}

/** As `ssh-keygen -l` shows it. */
export const fingerprintOf = (key: Uint8Array): string =>
  `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;

async function connect(client: Client, target: SftpTarget): Promise<void> {
  const { host, port, user: username, hostKeys, keyFile, passwordFile } = target;
  let isOther = false;
  const secret = await readSecret(keyFile ?? passwordFile ?? '');
  const proof = keyFile === null ? { password: secret.trimEnd() } : { privateKey: secret };
  try {
    await client.connect({
      host,
      port,
      username,
      ...proof,
      readyTimeout: readyMs,
      keepaliveInterval: keepAliveMs,
      hostVerifier: (key: Buffer) => {
        const shown = Buffer.from(fingerprintOf(key));
        const isKnown = hostKeys.some((one) => {
          const pinned = Buffer.from(one);
          return pinned.length === shown.length && timingSafeEqual(pinned, shown);
        });
        isOther = !isKnown;
        return isKnown;
      },
    });
  } catch (cause) {
    if (isOther) throw new PushError('host-key', cause);
    const isLogin = /authentication|privateKey|passphrase/i.test(String(cause));
    throw new PushError(isLogin ? 'login' : 'unreachable', cause);
  }
}

const readSecret = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((cause: unknown) => {
    throw new PushError('target', cause);
  });
