import { announce } from './announce.ts';
import type { Conference } from './conference.ts';
import { apiVersion } from './parameters.ts';
import { findLeg } from './rest-calls.ts';
import { notFound } from './rest-errors.ts';
import { RestForm } from './rest-parameters.ts';
import type { World } from './world.ts';

/** GET /Conferences.json: those that somebody is in. */
export function listConferences(world: World, query: string): object {
  const names = ['FriendlyName', 'Status', 'PageSize', 'Page', 'PageToken'];
  const form = new RestForm(query, { names });
  const name = form.text('FriendlyName');
  const found = [...world.conferences.values()].filter((one) => name === null || one.name === name);
  const uri = `/${apiVersion}/Accounts/${world.accountSid}/Conferences.json`;
  return {
    conferences: found.map((one) => conferenceJson(world, one)),
    page: 0,
    page_size: form.whole('PageSize', 1, 1000, 50),
    uri,
    first_page_uri: uri,
    next_page_uri: null,
    previous_page_uri: null,
  };
}

/** POST /Conferences/{sid}/Participants/{sid}.json: puts a leg on hold, takes it off, or tells it something. */
export function updateParticipant(
  world: World,
  conferenceSid: string,
  callSid: string,
  body: string,
): object {
  const form = new RestForm(body, { names: ['Hold', 'AnnounceUrl', 'AnnounceMethod'] });
  const place = `/Conferences/${conferenceSid}/Participants/${callSid}`;
  const conference = [...world.conferences.values()].find(({ sid }) => sid === conferenceSid);
  if (conference === undefined) throw notFound(place);
  const leg = findLeg(world, callSid);
  const url = form.url('AnnounceUrl', 21205);
  if (url !== null) {
    if (!conference.has(leg)) throw notFound(place);
    void announce(leg, url, form.method('AnnounceMethod'));
  }
  const hold = form.oneOf('Hold', ['true', 'false'] as const);
  const on = hold === 'true';
  if (hold !== null && !conference.hold(leg, on)) throw notFound(place);
  return {
    account_sid: world.accountSid,
    call_sid: callSid,
    conference_sid: conferenceSid,
    hold: on,
    status: 'connected',
    uri: `/${apiVersion}/Accounts/${world.accountSid}${place}.json`,
  };
}

function conferenceJson({ accountSid }: World, { sid, name }: Conference): object {
  const uri = `/${apiVersion}/Accounts/${accountSid}/Conferences/${sid}`;
  return {
    sid,
    account_sid: accountSid,
    api_version: apiVersion,
    friendly_name: name,
    status: 'in-progress',
    uri: `${uri}.json`,
    subresource_uris: { participants: `${uri}/Participants.json` },
  };
}
