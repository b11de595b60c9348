/**
 * Writes a file to an SFTP server: to a temporary name, then renamed over in one step. ssh2 takes
 * any server for the right one unless it is told otherwise, so the host's key is compared with the
 * fingerprints of the target before anything is said, and any other is refused.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import Client from 'ssh2-sftp-client';
import type { PushFile, PushTargets } from '../../app/push-export.ts';
import { PushError } from '../../core/exports/push-fault.ts';
import { readTargets, type SftpTarget } from './targets.ts';

const readyMs = 15_000;
const keepAliveMs = 10_000;

/**
 * @param path of the operator's file of targets; read anew each time
 * @param mayReach whether the register of recipients has the host
 */
export function sftpTargets(path: string, mayReach: (host: string) => boolean): PushTargets {
  return {
    names: async () => (await readTargets(path)).map(({ name }) => name),
    async push(name, file, onBytes) {
      const target = (await readTargets(path)).find((one) => one.name === name);
      if (target === undefined) throw new PushError('target');
      if (!mayReach(target.host)) throw new PushError('recipient');
      const client = new Client(name, { error: () => {}, end: () => {}, close: () => {} });
      try {
        await connect(client, target);
        await write(client, target, file, onBytes);
      } finally {
        await client.end().catch(() => {});
      }
    },
  };
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

async function write(
  client: Client,
  { folder }: SftpTarget,
  file: PushFile,
  onBytes: (bytes: number) => Promise<void>,
): Promise<void> {
  const whole = `${folder}/${file.name}`;
  const part = `${folder}/.${file.name}.tmp`;
  const sizeOf = async (path: string): Promise<number | null> =>
    (await client.exists(path)) === false ? null : (await client.stat(path)).size;
  let failed: unknown = null;
  try {
    if ((await sizeOf(whole)) === file.bytes) return;
    const there = await sizeOf(part);
    const start = there === null || there > file.bytes ? 0 : there;
    async function* counted(): AsyncGenerator<Uint8Array> {
      let sent = start;
      try {
        for await (const piece of file.from(start)) {
          yield piece;
          sent += piece.length;
          await onBytes(sent);
        }
      } catch (error) {
        failed = error;
        throw error;
      }
    }
    if (start < file.bytes || there === null) {
      const flags = start === 0 ? 'w' : 'a';
      const source = Readable.from(counted(), { objectMode: false });
      const writeStreamOptions = { flags, mode: 0o600, encoding: null } as const;
      await client.put(source, part, { writeStreamOptions });
    }
    if ((await sizeOf(part)) !== file.bytes) throw new PushError('storage');
    await client.posixRename(part, whole);
  } catch (cause) {
    // What went wrong on our side is not the server's fault.
    if (failed !== null) throw failed;
    if (cause instanceof PushError) throw cause;
    const isCut = /connection|socket|ECONN|ended|not connected/i.test(String(cause));
    throw new PushError(isCut ? 'unreachable' : 'storage', cause);
  }
}
