// The callers of the screening bench, in a process of their own: single questions over connections
// that are kept, or one list that is sent and read at the same time.
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { finished } from 'node:stream/promises';

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const headersOf = (key, type) => ({ authorization: `Bearer ${key}`, 'content-type': type });

/** The same numbers each time: area codes as they come, and subscribers that nobody has. */
function numberOf(codes, i) {
  return `+1${codes[i % codes.length]}${2_000_000 + ((i * 7_919) % 8_000_000)}`;
}

async function ask(url, key, body) {
  const asked = request(url, {
    method: 'POST',
    agent,
    headers: { ...headersOf(key, 'application/json'), 'content-length': body.length },
  });
  asked.end(body);
  const [response] = await once(asked, 'response');
  response.resume();
  await finished(response);
  return response.statusCode;
}

async function singles({ url, key, codes, ms, connections }) {
  const until = performance.now() + ms;
  let answered = 0;
  let failed = 0;
  let at = 0;
  const one = async () => {
    while (performance.now() < until) {
      at += 1;
      const body = JSON.stringify({ number: numberOf(codes, at), channel: 'call' });
      if ((await ask(url, key, body)) === 200) answered += 1;
      else failed += 1;
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: connections }, one));
  return { answered, failed, perSecond: (answered * 1_000) / (performance.now() - began) };
}

async function list({ url, key, codes, count }) {
  const piece = 1_000;
  const pieces = Array.from({ length: 50 }, (_, p) =>
    Buffer.from(
      Array.from(
        { length: piece },
        (_one, i) => `${JSON.stringify({ number: numberOf(codes, p * piece + i) })}\n`,
      ).join(''),
    ),
  );
  const began = performance.now();
  const asked = request(url, { method: 'POST', headers: headersOf(key, 'application/x-ndjson') });
  const answering = once(asked, 'response');
  const sending = (async () => {
    for (let i = 0; i * piece < count; i += 1) {
      if (!asked.write(pieces[i % pieces.length])) await once(asked, 'drain');
    }
    asked.end();
  })();
  const [response] = await answering;
  let answered = 0;
  for await (const bytes of response) {
    for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) answered += 1;
  }
  await sending;
  const perSecond = (answered * 1_000) / (performance.now() - began);
  return { answered, failed: response.statusCode === 200 ? 0 : count, perSecond };
}

process.on('message', async (order) => {
  try {
    process.send(await (order.do === 'list' ? list(order) : singles(order)));
  } catch (error) {
    process.send({ error: String(error) });
  }
});
process.on('disconnect', () => process.exit());
