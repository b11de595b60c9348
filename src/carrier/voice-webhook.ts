import { randomUUID } from 'node:crypto';
import type { Leg } from './leg.ts';
import { type Delivery, deliver, type Webhook } from './webhook.ts';

/**
 * Sends a leg's voice webhook, and its repeats if the carrier is to misbehave so. The reply to the
 * first one counts.
 */
export async function deliverVoice(leg: Leg, webhook: Webhook): Promise<Delivery> {
  const token = randomUUID();
  const repeat = leg.faults.repeat;
  if (repeat === undefined) return deliver(leg, webhook, token);
  const first = deliver(leg, webhook, token);
  if (repeat.when === 'at-once') {
    const repeats = sendRepeats(leg, webhook, token);
    await tellRepeats(leg, webhook, bytesOf(await first), await repeats);
  } else {
    leg.sent.push({ webhook, token, reply: bytesOf(await first) });
  }
  return first;
}

/** After the call: everything that was sent comes again. */
export async function repeatLater(leg: Leg): Promise<void> {
  for (const { webhook, token, reply } of leg.sent) {
    await tellRepeats(leg, webhook, reply, await sendRepeats(leg, webhook, token));
  }
}

function sendRepeats(leg: Leg, webhook: Webhook, token: string): Promise<readonly Delivery[]> {
  const { times = 0, token: which = 'same', change = {} } = leg.faults.repeat ?? {};
  const parameters = { ...webhook.parameters, ...change };
  return Promise.all(
    Array.from({ length: times }, () =>
      deliver(leg, { ...webhook, parameters }, which === 'same' ? token : randomUUID()),
    ),
  );
}

async function tellRepeats(leg: Leg, webhook: Webhook, first: string, again: readonly Delivery[]) {
  leg.emit({
    type: 'webhook-repeated',
    url: webhook.url,
    identical: again.every((delivery) => bytesOf(delivery) === first),
    statuses: again.map((delivery) => (delivery.ok ? delivery.reply.status : null)),
    replies: again.map((delivery) => (delivery.ok ? delivery.reply.body.toString('utf8') : '')),
  });
}

/** Status and body as one text, to be compared. */
function bytesOf(delivery: Delivery): string {
  if (!delivery.ok) return `failed ${delivery.code}`;
  return `${delivery.reply.status} ${delivery.reply.body.toString('base64')}`;
}
