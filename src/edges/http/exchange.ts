import type { IncomingMessage } from 'node:http';
import type { Stretch } from '../../core/words.ts';
import type { Fields } from './form.ts';

/** What the carrier may ask of us: the columns of the pipeline's table. */
export const endpoints = [
  'voice',
  'voiceStep',
  'status',
  'conference',
  'messages',
  'fallback',
] as const;
export type Endpoint = (typeof endpoints)[number];

/** One request of the carrier on its way through the checks. */
export interface Exchange {
  readonly request: IncomingMessage;
  /** The request target as received, letter by letter: what the carrier signed. */
  readonly target: string;
  /** From the path: `start`, or a nonce of ours. */
  readonly step: string;
  readonly stretch: Stretch | null;
  /** Written by `loadBody`; empty before. */
  body: Buffer;
  /** Written by `assignFields`; empty before. */
  fields: Fields;
}

export type PlaceInCall = Pick<Exchange, 'step' | 'stretch'>;

const noBody = Buffer.alloc(0);
const noFields: Fields = new Map();

export function newExchange(
  request: IncomingMessage,
  target: string,
  place: PlaceInCall,
): Exchange {
  const { step, stretch } = place;
  return { request, target, step, stretch, body: noBody, fields: noFields };
}

/** The query of the request target, without its `?`; empty when there is none. */
export function queryOf(exchange: Exchange): string {
  const start = exchange.target.indexOf('?');
  return start === -1 ? '' : exchange.target.slice(start + 1);
}
