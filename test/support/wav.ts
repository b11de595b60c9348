/** WAV files, right and wrong ones. */

export interface WavForm {
  readonly tag?: number;
  readonly bits?: number;
  readonly channels?: number;
  readonly rate?: number;
  readonly ms?: number;
  /** Stands before the sound, as programs like to put it. */
  readonly extra?: boolean;
}

export function wavOf(form: WavForm = {}): Buffer {
  const { tag = 1, bits = 16, channels = 1, rate = 8_000, ms = 1_000, extra = false } = form;
  const block = (bits / 8) * channels;
  const format = Buffer.alloc(16);
  format.writeUInt16LE(tag, 0);
  format.writeUInt16LE(channels, 2);
  format.writeUInt32LE(rate, 4);
  format.writeUInt32LE(rate * block, 8);
  format.writeUInt16LE(block, 12);
  format.writeUInt16LE(bits, 14);
  const sound = Buffer.alloc(Math.round((rate * ms) / 1_000) * block, 7);
  const chunks = [
    chunk('fmt ', format),
    ...(extra ? [chunk('LIST', Buffer.from('odd'))] : []),
    chunk('data', sound),
  ];
  return Buffer.concat([Buffer.from('RIFF'), size(chunks), Buffer.from('WAVE'), ...chunks]);
}

function chunk(name: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(name, 'latin1');
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
}

function size(chunks: readonly Buffer[]): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(4 + chunks.reduce((sum, { length }) => sum + length, 0));
  return bytes;
}
