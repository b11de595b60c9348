// The media streams of the bench, in a process of their own: legs that are granted by real webhooks
// (or just connect, to the raw server) and then send 20 ms frames in real time.
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import {
  callFields,
  connectedText,
  handshake,
  mediaText,
  signedPost,
  startText,
  stopText,
  textFrame,
} from './carrier.js';
import { Connection } from './connection.js';

const frameMs = 20;
/** How often it is looked whose turn it is. */
const turnMs = 2;
/** Legs that are set up side by side. */
const dialledAtOnce = 20;
const goodbyeMsMax = 10_000;
const payload = randomBytes(160).toString('base64');

/** Rings, answers 1, and returns the token of the stream that follows. */
async function granted(connection, origin, callSid) {
  const from = `+1415${String(randomBytes(4).readUInt32LE() % 10_000_000).padStart(7, '0')}`;
  const ask = signedPost(origin, '/twilio/voice', callFields(callSid, from, {}));
  const asked = (await connection.send(ask)).body;
  const action = /action="([^"#]*\/choices)[#"]/.exec(asked)?.[1];
  if (action === undefined) throw new Error('a call was not asked');
  const fields = callFields(callSid, from, { Digits: '1' });
  const told = (await connection.send(signedPost(origin, action.slice(origin.length), fields)))
    .body;
  const token = /<Parameter name="token" value="([^"]+)"/.exec(told)?.[1];
  if (token === undefined) throw new Error('a call was not granted');
  return token;
}

function openSocket(origin) {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    socket.setNoDelay(true);
    socket.once('error', reject);
    socket.once('data', (data) => {
      if (!data.toString('latin1').startsWith('HTTP/1.1 101')) reject(new Error('no handshake'));
      socket.off('error', reject);
      socket.on('error', () => {});
      socket.on('data', () => {});
      resolve(socket);
    });
    socket.write(handshake(origin, '/twilio/media'), 'latin1');
  });
}

async function openLeg(connection, origin, kind) {
  const callSid = `CA${randomBytes(16).toString('hex')}`;
  const token = kind === 'real' ? await granted(connection, origin, callSid) : 'none';
  const socket = await openSocket(origin);
  const streamSid = `MZ${randomBytes(16).toString('hex')}`;
  const leg = { callSid, streamSid, socket, sent: 0, closed: false };
  socket.on('close', () => {
    leg.closed = true;
  });
  socket.write(textFrame(connectedText));
  socket.write(textFrame(startText(callSid, streamSid, token)));
  return leg;
}

async function openLegs({ origin, kind, legs }) {
  const opened = [];
  let left = legs;
  const openNext = async () => {
    const connection = await Connection.open(origin);
    while (left > 0) {
      left -= 1;
      opened.push(await openLeg(connection, origin, kind));
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: Math.min(dialledAtOnce, legs) }, openNext));
  return opened;
}

/** One frame a leg every 20 ms, the legs spread over the 20; who is late catches up. */
function stream(legs, frames) {
  const began = performance.now();
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const elapsed = performance.now() - began;
      for (const [n, leg] of legs.entries()) {
        const due = Math.floor(elapsed / frameMs - n / legs.length);
        for (; leg.sent < Math.min(due, frames); leg.sent += 1) {
          leg.socket.write(textFrame(mediaText(leg.streamSid, leg.sent, payload)));
        }
      }
      if (elapsed < (frames + 1) * frameMs) return;
      clearInterval(timer);
      resolve();
    }, turnMs);
  });
}

/** Ends the streams, waits for the goodbyes, and reports the ends of the calls. */
async function endLegs({ origin, kind }, legs) {
  const goodbyes = legs.map(({ socket, callSid, streamSid, sent }) => {
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(textFrame(stopText(callSid, streamSid, sent + 2)));
    if (kind === 'raw') socket.end();
    return Promise.race([closed, wait(goodbyeMsMax)]);
  });
  await Promise.all(goodbyes);
  for (const { socket } of legs) socket.destroy();
  if (kind === 'raw') return;
  const connection = await Connection.open(origin);
  for (const { callSid } of legs) {
    const ended = callFields(callSid, '+14155550123', { CallStatus: 'completed' });
    await connection.send(signedPost(origin, '/twilio/status', ended));
  }
  connection.close();
}

let legs = [];

/** Orders: open {origin, kind, legs}, stream {frames}, close. */
const orders = {
  async open(order) {
    legs = await openLegs(order);
    return { opened: legs.length };
  },
  async stream({ frames }) {
    await stream(legs, frames);
    return {
      sent: legs.reduce((sum, { sent }) => sum + sent, 0),
      closed: legs.filter(({ closed }) => closed).length,
    };
  },
  async close(order) {
    await endLegs(order, legs);
    legs = [];
    return {};
  },
};

process.on('message', (order) => {
  orders[order.do](order).then(
    (reply) => process.send(reply),
    (error) => process.send({ error: error.message }),
  );
});
process.on('disconnect', () => process.exit());
