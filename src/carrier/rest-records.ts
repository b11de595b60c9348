/** What the carrier keeps of calls and messages, and its end (the DELETE of their resources). */
import { apiVersion } from './parameters.ts';
import { findLeg } from './rest-calls.ts';
import { notFound, RestError } from './rest-errors.ts';
import { RestForm } from './rest-parameters.ts';
import type { World } from './world.ts';

/** GET /Calls/{sid}/Recordings.json: those the carrier made itself. */
export function listRecordings(world: World, callSid: string, query: string): object {
  findLeg(world, callSid);
  const form = new RestForm(query, { names: ['PageSize', 'Page', 'PageToken'] });
  const uri = `/${apiVersion}/Accounts/${world.accountSid}/Calls/${callSid}/Recordings.json`;
  const found = [...world.recordings].filter(([, call]) => call === callSid);
  return {
    recordings: found.map(([sid]) => ({
      sid,
      account_sid: world.accountSid,
      call_sid: callSid,
      status: 'completed',
      uri: `/${apiVersion}/Accounts/${world.accountSid}/Recordings/${sid}.json`,
    })),
    page: 0,
    page_size: form.whole('PageSize', 1, 1000, 50),
    uri,
    first_page_uri: uri,
    next_page_uri: null,
    previous_page_uri: null,
  };
}

/** DELETE /Recordings/{sid}.json. */
export function deleteRecording(world: World, sid: string): object {
  if (!world.recordings.delete(sid)) throw notFound(`/Recordings/${sid}`);
  return removed(world, `/Recordings/${sid}`);
}

/** DELETE /Calls/{sid}.json: only of a call that is over. */
export function deleteCall(world: World, sid: string): object {
  const leg = findLeg(world, sid);
  if (!leg.over) {
    throw new RestError(409, 20009, 'Cannot delete this resource before its completion');
  }
  world.legs.delete(sid);
  return removed(world, `/Calls/${sid}`);
}

/** GET and DELETE /Messages/{sid}.json. */
export function fetchMessage(world: World, sid: string): object {
  if (!world.messages.has(sid)) throw notFound(`/Messages/${sid}`);
  return { sid, account_sid: world.accountSid };
}

export function deleteMessage(world: World, sid: string): object {
  if (!world.messages.delete(sid)) throw notFound(`/Messages/${sid}`);
  return removed(world, `/Messages/${sid}`);
}

function removed(world: World, path: string): object {
  world.deletions.push(path);
  return {};
}
