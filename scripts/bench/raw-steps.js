// What the voice step is measured against: node:http alone, the same signature over the same form,
// and one durable transaction for each request. Listens on a free port and tells it to its parent.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { parse } from 'node:querystring';
import postgres from 'postgres';
import { account } from './carrier.js';

/** As long as a usual document of ours. */
const reply = `<?xml version="1.0" encoding="UTF-8"?><Response><Say>${'a'.repeat(700)}</Say></Response>`;

const sql = postgres(process.env.BENCH_DATABASE_URL, {
  max: Number(process.env.BENCH_POOL),
  onnotice: () => {},
});
await sql`create table if not exists bench_step
  (id bigserial primary key, call_sid text not null, body text not null, at timestamptz not null default now())`;

let origin = '';

function isSigned(target, fields, header) {
  let text = origin + target;
  for (const name of Object.keys(fields).sort()) text += name + fields[name];
  const expected = createHmac('sha1', account.token).update(text).digest('base64');
  return (
    header?.length === expected.length &&
    timingSafeEqual(Buffer.from(header), Buffer.from(expected))
  );
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', async () => {
    const fields = parse(Buffer.concat(chunks).toString());
    if (!isSigned(request.url, fields, request.headers['x-twilio-signature'])) {
      response.writeHead(403).end();
      return;
    }
    await sql`insert into bench_step (call_sid, body) values (${fields.CallSid}, ${reply})`;
    response.writeHead(200, {
      'content-type': 'text/xml; charset=utf-8',
      'content-length': reply.length,
    });
    response.end(reply);
  });
});
server.listen(0, '127.0.0.1', () => {
  origin = `http://127.0.0.1:${server.address().port}`;
  process.send({ origin });
});
process.on('disconnect', () => process.exit());
