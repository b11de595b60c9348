/**
 * The tone after which somebody speaks: 1 kHz for 400 ms, as a WAV file of 16-bit PCM. One period
 * is eight samples, so every process makes the same bytes, and with them the same address.
 */
import { createHash } from 'node:crypto';

const sampleRate = 8_000;
const periods = 400;
/** A quarter of full loudness; a sine in steps of 45 degrees. */
const period = [0, 5793, 8192, 5793, 0, -5793, -8192, -5793] as const;
const headerBytes = 44;

function toneFile(): Buffer {
  const dataBytes = periods * period.length * 2;
  const file = Buffer.alloc(headerBytes + dataBytes);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20); // PCM
  file.writeUInt16LE(1, 22); // channels
  file.writeUInt32LE(sampleRate, 24);
  file.writeUInt32LE(sampleRate * 2, 28); // bytes per second
  file.writeUInt16LE(2, 32); // bytes per sample of all channels
  file.writeUInt16LE(16, 34); // bits per sample
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(dataBytes, 40);
  for (let i = 0; i < periods * period.length; i += 1) {
    file.writeInt16LE(period[i % period.length] ?? 0, headerBytes + i * 2);
  }
  return file;
}

const file = toneFile();

export const tone = { file, sha256: createHash('sha256').update(file).digest('hex') };
