import { describe, expect, it } from 'vitest';
import { readXml } from '../../adapters/twilio/xml-tree.ts';
import {
  callSid,
  carrierServer,
  encode,
  formType,
  inbound,
  publicUrl,
  sign,
} from './carrier-server.ts';

const never = () => new Promise<never>(() => {});
const verbs = (twiml: string) => readXml(twiml).children.map(({ name }) => name);

describe('a voice handler', () => {
  it.each([
    ['throws', () => Promise.reject(new Error('number +14155550123 said yes'))],
    [
      'throws before it promises anything',
      () => {
        throw new TypeError('+14155550123');
      },
    ],
    ['rejects with nothing', () => Promise.reject()],
  ])('that %s: the caller is let through, told that nothing is recorded', async (_name, voice) => {
    const { post, seen } = carrierServer({ handlers: { voice } });
    const answer = await post('/twilio/voice').expect(200);
    expect(answer.headers['content-type']).toBe('text/xml; charset=utf-8');
    expect(verbs(answer.text)).toEqual(['Say', 'Dial']);
    expect(answer.text).toContain('not recorded');
    expect(seen.letThrough).toEqual([[callSid, '+18005550199']]);
    expect(seen.log.join()).toContain('handler failed');
    expect(seen.log.join()).not.toContain('4155550123');
  });

  it.each(['/twilio/voice', '/twilio/voice/n1/choices'])(
    'that never answers %s: the caller is let through in time',
    async (path) => {
      const { post, seen } = carrierServer({
        handlers: { voice: never },
        parts: { deadlineMs: 30 },
      });
      const answer = await post(path).expect(200);
      expect(verbs(answer.text)).toEqual(['Say', 'Dial']);
      expect(seen.letThrough).toEqual([[callSid, '+18005550199']]);
      expect(seen.log.join()).toContain('handler too late');
    },
  );

  it('is told the instant after which its document is not sent', async () => {
    const before = performance.now();
    const given: number[] = [];
    const { post } = carrierServer({
      handlers: {
        async voice(_webhook, deadline) {
          given.push(deadline);
          return '<Response/>';
        },
      },
    });
    await post('/twilio/voice').expect(200);
    const [deadline = 0] = given;
    expect(deadline - 2_200).toBeGreaterThanOrEqual(before);
    expect(deadline - 2_200).toBeLessThanOrEqual(performance.now());
  });

  it('that answers or fails after its deadline changes nothing', async () => {
    const late: ((value: string) => void)[] = [];
    const broken: ((error: Error) => void)[] = [];
    const { post, seen } = carrierServer({
      handlers: {
        voice: () =>
          new Promise((resolve, reject) => {
            late.push(resolve);
            broken.push(reject);
          }),
      },
      parts: { deadlineMs: 10 },
    });
    const first = await post('/twilio/voice').expect(200);
    const second = await post('/twilio/voice').expect(200);
    late[0]?.('<Response><Record/></Response>');
    broken[1]?.(new Error('too late'));
    await post('/twilio/voice').expect(200, first.text);
    expect(second.text).toBe(first.text);
    expect(seen.letThrough).toHaveLength(3);
  });

  it('without a way through: 500, and the carrier takes its fallback address', async () => {
    const { post } = carrierServer({
      handlers: {
        voice: () => Promise.reject(new Error('first')),
        letThrough() {
          throw new Error('second');
        },
      },
    });
    const answer = await post('/twilio/voice').expect(500);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.body).toMatchObject({ code: 'internal', status: 500 });
    expect(answer.text).not.toMatch(/first|second/);
  });

  it('is not asked again because its answer got lost on the way', async () => {
    const release: (() => void)[] = [];
    const { http, client, seen } = carrierServer({
      handlers: {
        voice: (webhook) => {
          seen.voice.push(webhook);
          return new Promise((resolve) => release.push(() => resolve('<Response/>')));
        },
      },
    });
    const port = await http.listen(0, '127.0.0.1');
    const cut = new AbortController();
    const sent = fetch(`http://127.0.0.1:${port}/twilio/voice`, {
      method: 'POST',
      headers: {
        'content-type': formType,
        'x-twilio-signature': sign(`${publicUrl}/twilio/voice`, inbound),
      },
      body: encode(inbound),
      signal: cut.signal,
    });
    while (release.length === 0) await new Promise((resolve) => setImmediate(resolve));
    cut.abort();
    await expect(sent).rejects.toThrow();
    release[0]?.();
    await client.get('/healthz').expect(200);
    expect(seen.voice).toHaveLength(1);
  });
});

describe('a callback nobody waits for', () => {
  it.each(['/twilio/status', '/twilio/conference', '/twilio/messages'])(
    '%s that fails is to be repeated',
    async (path) => {
      const fail = () => Promise.reject(new Error('+14155550123'));
      const { client, post, seen } = carrierServer({
        handlers: { status: fail, conference: fail, text: fail },
      });
      const named = { FriendlyName: 'call-1', MessageSid: `SM${'0a'.repeat(16)}` };
      const answer = await post(path, { ...inbound, ...named }).expect(503);
      expect(answer.body.code).toBe('unavailable');
      expect((await client.get('/metrics')).text).toMatch(/outcome="failed"} 1$/m);
      expect(seen.log.join()).not.toContain('4155550123');
      expect(seen.letThrough).toEqual([]);
    },
  );

  it('that never comes to an end is to be repeated', async () => {
    const { post } = carrierServer({ handlers: { status: never }, parts: { deadlineMs: 20 } });
    await post('/twilio/status').expect(503);
  });
});

describe('fallback', () => {
  const path = '/twilio/fallback';

  it('signed: lets this call through', async () => {
    const { post, seen } = carrierServer();
    const answer = await post(path, { ...inbound, ErrorCode: '11200' }).expect(200);
    expect(verbs(answer.text)).toEqual(['Say', 'Dial']);
    expect(seen.letThrough).toEqual([[callSid, '+18005550199']]);
  });

  it('signed and fetched: the same', async () => {
    const { client, seen } = carrierServer();
    const url = `${path}?${encode(inbound)}`;
    const answer = await client.get(url).set('X-Twilio-Signature', sign(publicUrl + url));
    expect(verbs(answer.text)).toEqual(['Say', 'Dial']);
    expect(seen.letThrough).toEqual([[callSid, '+18005550199']]);
  });

  it.each([
    ['not signed', encode(inbound), formType],
    ['empty', '', formType],
    ['broken', 'a=%zz', formType],
    ['of another type', '{}', 'application/json'],
    ['too large', 'a'.repeat(70_000), formType],
  ])('%s: the document for everybody, with no number in it', async (_name, body, type) => {
    const { client, seen } = carrierServer();
    const answer = await client.post(path).type(type).send(body).expect(200);
    expect(verbs(answer.text)).toEqual(['Say', 'Hangup']);
    expect(seen.letThrough).toEqual([[null, null]]);
  });

  it('fetched without anything: the same', async () => {
    const { client, seen } = carrierServer();
    await client.get(path).expect(200);
    expect(seen.letThrough).toEqual([[null, null]]);
  });

  it('by another method is 405', async () => {
    const answer = await carrierServer().client.delete(path).expect(405);
    expect(answer.headers['allow']).toBe('GET, POST');
  });
});
