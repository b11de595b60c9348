// What a carrier sends, as bytes: signed forms, and the frames of a media stream. Written for
// speed, because the load generator shares the machine with what it measures.
import { createHmac } from 'node:crypto';

export const account = { sid: `AC${'b'.repeat(32)}`, token: 'b'.repeat(32) };

/** A signed form by POST, ready for the wire. @param target path and query */
export function signedPost(origin, target, fields) {
  const names = Object.keys(fields).sort();
  let signed = origin + target;
  for (const name of names) signed += name + fields[name];
  const signature = createHmac('sha1', account.token).update(signed).digest('base64');
  const body = names.map((name) => `${name}=${encodeURIComponent(fields[name])}`).join('&');
  return (
    `POST ${target} HTTP/1.1\r\nHost: ${origin.slice('http://'.length)}\r\n` +
    'Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\nUser-Agent: TwilioProxy/1.1\r\n' +
    `Accept: */*\r\nI-Twilio-Idempotency-Token: ${signature}\r\nX-Twilio-Signature: ${signature}\r\n` +
    `Content-Length: ${body.length}\r\n\r\n${body}`
  );
}

/** The 27 parameters that every voice webhook has, with what the carrier looks up by number. */
export function callFields(callSid, from, changes) {
  const place = (side) => ({
    [`${side}City`]: 'WASHINGTON',
    [`${side}Country`]: 'US',
    [`${side}State`]: 'DC',
    [`${side}Zip`]: '20001',
  });
  return {
    AccountSid: account.sid,
    ApiVersion: '2010-04-01',
    CallSid: callSid,
    CallStatus: 'in-progress',
    Called: '+14155550999',
    Caller: from,
    Direction: 'inbound',
    From: from,
    To: '+14155550999',
    StirVerstat: 'TN-Validation-Passed-A',
    ...place('From'),
    ...place('Caller'),
    ...place('To'),
    ...place('Called'),
    ...changes,
  };
}

/** The handshake of a media stream, and the signature it needs. */
export function handshake(origin, target) {
  const signature = createHmac('sha1', account.token)
    .update(`ws${origin.slice('http'.length)}${target}`)
    .digest('base64');
  return (
    `GET ${target} HTTP/1.1\r\nHost: ${origin.slice('http://'.length)}\r\nUpgrade: websocket\r\n` +
    'Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n' +
    `Sec-WebSocket-Version: 13\r\nX-Twilio-Signature: ${signature}\r\n\r\n`
  );
}

/** 4 bytes that change nothing: a client must mask, a mask of zeros is a mask. */
const noMask = 4;
const frameHead = 4 + noMask;

/** A text message as a WebSocket frame. Throws above 65,535 bytes. */
export function textFrame(text) {
  const short = text.length < 126;
  const head = short ? 2 + noMask : frameHead;
  const frame = Buffer.alloc(head + text.length);
  frame[0] = 0x81;
  frame[1] = 0x80 | (short ? text.length : 126);
  if (!short) frame.writeUInt16BE(text.length, 2);
  frame.write(text, head, 'latin1');
  return frame;
}

export const connectedText = JSON.stringify({
  event: 'connected',
  protocol: 'Call',
  version: '1.0.0',
});

export const startText = (callSid, streamSid, token) =>
  JSON.stringify({
    event: 'start',
    sequenceNumber: '1',
    start: {
      accountSid: account.sid,
      streamSid,
      callSid,
      tracks: ['inbound'],
      mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
      customParameters: { token },
    },
    streamSid,
  });

export const stopText = (callSid, streamSid, sequence) =>
  JSON.stringify({
    event: 'stop',
    sequenceNumber: String(sequence),
    streamSid,
    stop: { accountSid: account.sid, callSid },
  });

/** Frame n (from 0) of a stream: sequence numbers count the start message too. */
export const mediaText = (streamSid, n, payload) =>
  `{"event":"media","sequenceNumber":"${n + 2}","media":{"track":"inbound","chunk":"${n + 1}",` +
  `"timestamp":"${n * 20}","payload":"${payload}"},"streamSid":"${streamSid}"}`;
