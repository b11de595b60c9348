// The callers of the step bench, in a process of their own: connections that are kept, each with
// one request under way at a time. Told what to do by messages of its parent.
import { randomBytes } from 'node:crypto';
import { callFields, signedPost } from './carrier.js';
import { Connection } from './connection.js';

const newCallSid = () => `CA${randomBytes(16).toString('hex')}`;
/** As the carrier sends them: exchanges begin with 2 to 9. */
const newNumber = () => `+1415${2_000_000 + (randomBytes(4).readUInt32LE() % 8_000_000)}`;

/** Sends one voice webhook and counts it. */
async function post(tally, connection, origin, target, fields) {
  const began = performance.now();
  const { status, body } = await connection.send(signedPost(origin, target, fields));
  tally.took.push(performance.now() - began);
  if (status !== 200) tally.failed += 1;
  return body;
}

/** A call rings, is asked, and answers 1 or 2: two voice webhooks. */
async function realCall(tally, connection, origin, digit) {
  const callSid = newCallSid();
  const from = newNumber();
  const asked = await post(
    tally,
    connection,
    origin,
    '/twilio/voice',
    callFields(callSid, from, {}),
  );
  tally.calls.push(callSid);
  const action = /action="([^"#]*\/choices)[#"]/.exec(asked)?.[1];
  if (action === undefined || performance.now() >= tally.until) {
    if (action === undefined) tally.failed += 1;
    return;
  }
  const answer = { Digits: digit, FinishedOnKey: '', msg: 'Gather End' };
  const told = await post(
    tally,
    connection,
    origin,
    action.slice(origin.length),
    callFields(callSid, from, answer),
  );
  // What was granted comes with a stream, what was refused without.
  if (told.includes('<Stream ') !== (digit === '1')) tally.failed += 1;
}

/** The same two forms, to a server that answers both alike. */
async function rawCall(tally, connection, origin, digit) {
  const callSid = newCallSid();
  const from = newNumber();
  await post(tally, connection, origin, '/twilio/voice', callFields(callSid, from, {}));
  if (performance.now() >= tally.until) return;
  const answer = { Digits: digit, FinishedOnKey: '', msg: 'Gather End' };
  const target = `/twilio/voice/${callSid.slice(2, 24)}/choices`;
  await post(tally, connection, origin, target, callFields(callSid, from, answer));
}

/** The carrier reports the end of every call; not counted. */
async function endCalls(connections, origin, calls) {
  const left = [...calls];
  const endNext = async (connection) => {
    for (let callSid = left.pop(); callSid !== undefined; callSid = left.pop()) {
      const ended = callFields(callSid, '+14155550123', {
        CallStatus: 'completed',
        SequenceNumber: '3',
      });
      await connection.send(signedPost(origin, '/twilio/status', ended));
    }
  };
  await Promise.all(connections.map(endNext));
}

async function round({ origin, kind, connectionsMax, ms }) {
  const connections = await Promise.all(
    Array.from({ length: connectionsMax }, () => Connection.open(origin)),
  );
  const tally = { took: [], failed: 0, calls: [], until: performance.now() + ms };
  const call = kind === 'real' ? realCall : rawCall;
  const began = performance.now();
  await Promise.all(
    connections.map(async (connection, n) => {
      for (let i = n; performance.now() < tally.until; i += 1) {
        await call(tally, connection, origin, i % 2 === 0 ? '1' : '2');
      }
    }),
  );
  const tookMs = performance.now() - began;
  const sorted = tally.took.sort((a, b) => a - b);
  process.send({
    requests: sorted.length,
    failed: tally.failed,
    perSecond: sorted.length / (tookMs / 1_000),
    p50: sorted[Math.floor(sorted.length * 0.5)],
    p99: sorted[Math.floor(sorted.length * 0.99)],
  });
  await endCalls(connections, origin, tally.calls);
  for (const connection of connections) connection.close();
  process.send({ cleared: true });
}

process.on('message', (order) => {
  round(order).catch((error) => {
    process.send({ error: error.message });
  });
});
process.on('disconnect', () => process.exit());
