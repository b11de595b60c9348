/** The text frames of a one-way media stream; counters and times are strings in them. */

export interface StreamFacts {
  readonly accountSid: string;
  readonly callSid: string;
  readonly streamSid: string;
  readonly parameters: Readonly<Record<string, string>>;
}

export function connectedMessage(): string {
  return JSON.stringify({ event: 'connected', protocol: 'Call', version: '1.0.0' });
}

export function startMessage(stream: StreamFacts): string {
  return JSON.stringify({
    event: 'start',
    sequenceNumber: '1',
    start: {
      accountSid: stream.accountSid,
      streamSid: stream.streamSid,
      callSid: stream.callSid,
      tracks: ['inbound'],
      mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
      customParameters: stream.parameters,
    },
    streamSid: stream.streamSid,
  });
}

/** `chunk` counts from 1; `timestampMs` from the stream's start. */
export function mediaMessage(
  streamSid: string,
  sequence: number,
  chunk: number,
  timestampMs: number,
  audio: Uint8Array,
): string {
  const payload = Buffer.from(audio.buffer, audio.byteOffset, audio.length).toString('base64');
  return `{"event":"media","sequenceNumber":"${sequence}","media":{"track":"inbound","chunk":"${chunk}","timestamp":"${timestampMs}","payload":"${payload}"},"streamSid":"${streamSid}"}`;
}

export function stopMessage(stream: StreamFacts, sequence: number): string {
  return JSON.stringify({
    event: 'stop',
    sequenceNumber: String(sequence),
    streamSid: stream.streamSid,
    stop: { accountSid: stream.accountSid, callSid: stream.callSid },
  });
}
