// What screening over HTTP is measured against: an Express handler that checks the same key and
// reads the same body, and a node:http server that splits a body into lines, reads the number in
// each, and answers a line as long as ours. Listens on two free ports and tells them to its parent.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import express from 'express';

const wanted = createHash('sha256').update(process.env.BENCH_KEY).digest('hex');

function isKnown(request) {
  const [, key = ''] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? [];
  return createHash('sha256').update(key).digest('hex') === wanted;
}

/** As long as a usual line of ours. */
const filler = 'x'.repeat(320);

const app = express();
app.disable('x-powered-by');
app.disable('etag');
app.post('/single', express.json(), (request, response) => {
  if (!isKnown(request)) return response.status(401).end();
  response.json({ number: request.body.number });
});

const lines = createServer(async (request, response) => {
  if (!isKnown(request)) return response.writeHead(401).end();
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  const text = new TextDecoder();
  let rest = '';
  for await (const piece of request) {
    const all = (rest + text.decode(piece, { stream: true })).split('\n');
    rest = all.pop();
    let answer = '';
    for (const line of all) answer += `{"number":"${JSON.parse(line).number}","is":"${filler}"}\n`;
    if (answer !== '' && !response.write(answer)) await once(response, 'drain');
  }
  response.end();
});

const single = createServer(app);
for (const server of [single, lines]) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}
const origin = (server) => `http://127.0.0.1:${server.address().port}`;
process.send({ single: `${origin(single)}/single`, batch: origin(lines) });
process.on('disconnect', () => process.exit());
