/**
 * What has to be asked of the carrier after a commit. A task is a row of that commit, so none is
 * lost with the process; it is taken with a lease, so none is done by two.
 */
import type { CallSid, Uuid } from '../core/words.ts';
import type { LineBook } from './call-parts.ts';
import type { CallStore, CarrierTask, Tenant } from './call-ports.ts';
import { taskContext } from './commit-turn.ts';
import type { Urls } from './compose-document.ts';
import type { Carrier, Log } from './ports.ts';

/** Longer than any request to the carrier may take. */
const taskLeaseMs = 30_000;
/** How long an agent is rung, seconds: about five rings. */
const agentRingS = 25;

export interface TaskParts {
  readonly log: Log;
  readonly tenant: Tenant;
  readonly store: CallStore;
  readonly lines: LineBook;
  readonly carrier: Carrier;
  readonly urls: () => Urls;
}

interface Bodies {
  readonly 'call-agent': { readonly step: string; readonly lineId: Uuid };
  readonly 'start-stream': {
    readonly callSid: CallSid;
    readonly name: string;
    readonly url: string;
    readonly parameters: Readonly<Record<string, string>>;
  };
  readonly 'stop-stream': { readonly callSid: CallSid; readonly name: string };
  readonly 'hang-up': { readonly callSid: CallSid };
}

async function callAgent(parts: TaskParts, id: Uuid, body: Bodies['call-agent']): Promise<void> {
  const line = await parts.lines.byId(body.lineId);
  // Marked before the request: a time-out must never become a second call.
  await parts.store.endTask(id, null);
  if (line?.agent == null || line.number === null) return;
  await parts.carrier.createCall({
    to: line.agent,
    from: line.number,
    url: parts.urls().step(body.step),
    statusCallback: parts.urls().status,
    timeoutS: agentRingS,
  });
}

async function carryOut(parts: TaskParts, task: CarrierTask): Promise<void> {
  const bytes = parts.tenant.cipher.open(null, taskContext(task.id), task.body);
  const body: unknown = JSON.parse(bytes.toString('utf8'));
  switch (task.kind) {
    case 'call-agent':
      return callAgent(parts, task.id, body as Bodies['call-agent']);
    case 'start-stream':
      await parts.carrier.startStream(body as Bodies['start-stream']);
      break;
    case 'stop-stream':
      await parts.carrier.stopStream(body as Bodies['stop-stream']);
      break;
    case 'hang-up':
      await parts.carrier.hangUp((body as Bodies['hang-up']).callSid);
      break;
  }
  await parts.store.endTask(task.id, null);
}

/**
 * Never throws: a request that fails is over. Stopping a stream or hanging up a leg that is gone
 * already fails too, and the local gate was shut long before.
 */
export async function runTask(parts: TaskParts, id: Uuid): Promise<void> {
  try {
    const task = await parts.store.takeTask(id, taskLeaseMs);
    if (task === null) return;
    try {
      await carryOut(parts, task);
    } catch (error) {
      parts.log.warn({ err: error, task: task.kind }, 'the carrier did not do what it was asked');
      await parts.store.endTask(id, 'carrier');
    }
  } catch (error) {
    parts.log.warn({ err: error }, 'a carrier task could not be read or marked');
  }
}
