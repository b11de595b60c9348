/** Reads a file of an SFTP server's folder, as it comes. */
import type { PullTargets } from '../../app/list-parts.ts';
import { PullError, PushError } from '../../core/exports/push-fault.ts';
import { type MayReach, withTarget } from './connect.ts';
import { readTargets } from './targets.ts';

/** What SFTP answers for a name that is not there (draft-ietf-secsh-filexfer-02, 7). */
const noSuchFile = 2;

/**
 * @param path of the operator's file of targets; read anew each time
 * @param mayReach whether the register of recipients has the host: it learns who asks, and for what
 */
export function sftpSources(path: string, mayReach: MayReach): PullTargets {
  return {
    names: async () => (await readTargets(path)).map(({ name }) => name),
    async pull(name, file, take) {
      let ours: { readonly error: unknown } | null = null;
      try {
        return await withTarget(path, mayReach, name, async (client, { folder }) => {
          const place = `${folder}/${file}`;
          const { size, modifyTime, isFile } = await client.stat(place);
          if (!isFile) throw new PullError('missing');
          const content = client.createReadStream(place);
          // Its handle is closed while the connection ends, which nobody waits for any more.
          content.on('error', () => {});
          async function* read(): AsyncGenerator<Uint8Array> {
            for await (const piece of content as AsyncIterable<Uint8Array>) yield piece;
          }
          const facts = { bytes: size, writtenAt: modifyTime };
          try {
            return await take(theirs(read()), facts);
          } catch (error) {
            if (!(error instanceof PullError)) ours = { error };
            throw error;
          } finally {
            content.destroy();
          }
        });
      } catch (cause) {
        // What went wrong on our side is not the server's fault.
        if (ours !== null) throw (ours as { readonly error: unknown }).error;
        throw faultOf(cause);
      }
    },
  };
}

/** Whatever breaks on the way here is the server's, or the way's. */
async function* theirs(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* pieces;
  } catch (error) {
    throw faultOf(error);
  }
}

function faultOf(cause: unknown): unknown {
  if (cause instanceof PullError) return cause;
  if (cause instanceof PushError) return new PullError(cause.fault, cause);
  if ((cause as { code?: unknown } | null)?.code === 'setting_invalid') return cause;
  const { code } = cause as { code?: unknown };
  const isMissing = code === noSuchFile || code === 'ENOENT' || /No such file/i.test(String(cause));
  return new PullError(isMissing ? 'missing' : 'unreachable', cause);
}
