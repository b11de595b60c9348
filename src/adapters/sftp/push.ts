/** Writes a file to an SFTP server: to a temporary name, then renamed over in one step. */
import { Readable } from 'node:stream';
import type Client from 'ssh2-sftp-client';
import type { PushFile, PushTargets } from '../../app/push-export.ts';
import { PushError } from '../../core/exports/push-fault.ts';
import { type MayReach, withTarget } from './connect.ts';
import { readTargets, type SftpTarget } from './targets.ts';

/**
 * @param path of the operator's file of targets; read anew each time
 * @param mayReach whether the register of recipients has the host
 */
export function sftpTargets(path: string, mayReach: MayReach): PushTargets {
  return {
    names: async () => (await readTargets(path)).map(({ name }) => name),
    async push(name, file, onBytes) {
      const use = (client: Client, target: SftpTarget) => write(client, target, file, onBytes);
      await withTarget(path, mayReach, name, use);
    },
  };
}

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
