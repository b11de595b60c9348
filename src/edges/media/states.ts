/**
 * What a media socket does with each kind of message, as a table: rows are the socket's states,
 * columns the kinds of message. It is the whole of the protocol's order; anything that comes out
 * of turn closes the socket.
 */
import type { MessageKind } from '../../core/media/parse.ts';

export type SocketState =
  | 'expecting-connected' // nothing came yet
  | 'expecting-start' // the carrier said hello
  | 'admitting' // the token is being checked, the recording set up; reading is paused
  | 'streaming' // frames go to the recording
  | 'ended' // the recording is over; the carrier, told by a document or by REST, stops the stream
  | 'closed'; // nothing is listened to any more

export type Action =
  | 'greet'
  | 'admit'
  /** Belongs to the piece of the wire that was read together with `start`: for after admission. */
  | 'keep'
  | 'frame'
  /** Counted, and gone. */
  | 'drop'
  /** Only takes up a sequence number. */
  | 'skip'
  | 'finish'
  | 'ignore'
  /** Close 1008: what was sent is not the protocol. */
  | 'refuse';

type Row = Readonly<Record<MessageKind, Action>>;

// biome-ignore format: a table
export const table: Readonly<Record<SocketState, Row>> = {
  'expecting-connected': { connected: 'greet',  start: 'refuse', media: 'refuse', stop: 'refuse', mark: 'refuse', dtmf: 'refuse', unknown: 'refuse', invalid: 'refuse' },
  'expecting-start':     { connected: 'refuse', start: 'admit',  media: 'refuse', stop: 'finish', mark: 'refuse', dtmf: 'refuse', unknown: 'ignore', invalid: 'refuse' },
  'admitting':           { connected: 'refuse', start: 'refuse', media: 'keep',   stop: 'keep',   mark: 'keep',   dtmf: 'keep',   unknown: 'keep',   invalid: 'refuse' },
  'streaming':           { connected: 'refuse', start: 'refuse', media: 'frame',  stop: 'finish', mark: 'skip',   dtmf: 'skip',   unknown: 'skip',   invalid: 'refuse' },
  'ended':               { connected: 'refuse', start: 'refuse', media: 'drop',   stop: 'finish', mark: 'ignore', dtmf: 'ignore', unknown: 'ignore', invalid: 'refuse' },
  'closed':              { connected: 'ignore', start: 'ignore', media: 'ignore', stop: 'ignore', mark: 'ignore', dtmf: 'ignore', unknown: 'ignore', invalid: 'ignore' },
};
