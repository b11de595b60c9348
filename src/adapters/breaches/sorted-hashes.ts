/**
 * Passwords that were stolen somewhere and published, as Have I Been Pwned gives them out for a
 * machine of one's own (haveibeenpwned.com/Passwords, "ordered by hash"): one `SHA-1:count` a line,
 * sorted. The file has tens of gigabytes, so it is searched where it lies; nothing is asked anywhere.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { BreachList } from '../../app/account-ports.ts';
import { ConsentryError } from '../../core/error.ts';

const line = /^([0-9A-Fa-f]{40})(?::\d+)?\r?$/;
const hashChars = 40;
/** Longer than any line. */
const lineBytesMax = 80;
/** Below this it is read as a whole. */
const windowBytes = 4_096;
/** Places that are looked at to tell a sorted file from one that was sorted by how often. */
const samples = 64;

const wrong = (what: string): ConsentryError =>
  new ConsentryError('setting_invalid', `BREACHED_PASSWORDS ${what}`);

/** @throws `setting_invalid` for a file that is missing, or not of that form or order */
export async function openBreachList(path: string): Promise<BreachList> {
  const file = await open(path, 'r').catch(() => {
    throw wrong('names a file that cannot be read');
  });
  const { size } = await file.stat();
  try {
    await checkOrder(file, size);
  } catch (error) {
    await file.close();
    throw error;
  }
  return {
    async holds(password) {
      const hash = createHash('sha1').update(password, 'utf8').digest('hex').toUpperCase();
      try {
        return await search(file, size, hash);
      } catch (cause) {
        // Taking it unseen would be the wrong way round.
        throw new ConsentryError('unavailable', 'the list of breached passwords cannot be read', {
          cause,
        });
      }
    },
  };
}

async function checkOrder(file: FileHandle, size: number): Promise<void> {
  let before = '';
  for (let i = 0; i < samples; i += 1) {
    const found = await lineAfter(file, { at: Math.floor((size * i) / samples), end: size, size });
    if (found === null) {
      if (i === 0) throw wrong('names a file without a line');
      return;
    }
    if (found.hash < before) throw wrong('names a file that is not sorted by hash');
    before = found.hash;
  }
}

async function search(file: FileHandle, size: number, hash: string): Promise<boolean> {
  // A line that has it begins in [low, high).
  let [low, high] = [0, size];
  while (high - low > windowBytes) {
    const middle = Math.floor((low + high) / 2);
    const found = await lineAfter(file, { at: middle, end: high, size });
    if (found === null || found.hash > hash) high = middle;
    else if (found.hash === hash) return true;
    else low = found.next;
  }
  const text = await read(file, low, high - low + lineBytesMax, size);
  return text
    .toUpperCase()
    .split('\n')
    .some((one) => one.startsWith(hash));
}

/** The first line that begins at or after a place, and before an end. */
async function lineAfter(
  file: FileHandle,
  { at, end, size }: { readonly at: number; readonly end: number; readonly size: number },
): Promise<{ readonly hash: string; readonly next: number } | null> {
  // From the byte before: a line may begin right here.
  const from = Math.max(0, at - 1);
  const text = await read(file, from, 2 * lineBytesMax, size);
  const start = at === 0 ? 0 : text.indexOf('\n') + 1;
  if (at > 0 && start === 0 && text.length > lineBytesMax)
    throw wrong('names a file without lines');
  if ((at > 0 && start === 0) || from + start >= end || start >= text.length) return null;
  const stop = text.indexOf('\n', start);
  const found = line.exec(text.slice(start, stop === -1 ? undefined : stop));
  if (found === null) throw wrong('names a file with a line that is no SHA-1');
  const next = from + (stop === -1 ? text.length : stop + 1);
  return { hash: text.slice(start, start + hashChars).toUpperCase(), next };
}

/** @throws when the file has become shorter than it was */
async function read(file: FileHandle, from: number, bytes: number, size: number): Promise<string> {
  const buffer = Buffer.alloc(bytes);
  const { bytesRead } = await file.read(buffer, 0, bytes, from);
  if (bytesRead < Math.min(bytes, size - from)) throw wrong('names a file that was cut');
  return buffer.toString('latin1', 0, bytesRead);
}
