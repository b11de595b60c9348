/** Who comes and goes on a bridge, as the carrier reports it: in any order, and repeatedly. */
import type { ConferenceWebhook } from '../core/call/webhook.ts';
import type { CallSid } from '../core/words.ts';
import type { CallParts } from './call-parts.ts';
import { type CallState, callIdOfConference, type StrangerReport } from './call-state.ts';
import { changeCall } from './change-call.ts';
import { takeTurn } from './take-turn.ts';

const none: readonly StrangerReport[] = [];

/** Reports without a number count as they come. */
const isNews = (sequence: number | null, known: number | null): boolean =>
  sequence === null || known === null || sequence > known;

/**
 * Whoever is on our bridge without a leg of ours was asked by nobody. One who left is remembered,
 * so that a report of their coming that is late, or comes again, does not bring them back.
 */
function reportsAfter(state: CallState, webhook: ConferenceWebhook): readonly StrangerReport[] {
  const { event, callSid, sequence } = webhook;
  const conferenceSid = webhook.conferenceSid ?? null;
  const reports = state.strangerReports ?? none;
  if (event === 'end') {
    const stays = (report: StrangerReport) =>
      !report.present || report.conferenceSid !== conferenceSid;
    if (reports.every(stays)) return reports;
    return reports.map((report) => (stays(report) ? report : { ...report, present: false }));
  }
  if (event !== 'join' && event !== 'leave') return reports;
  if (callSid === null || state.legs.some((leg) => leg.callSid === callSid)) return reports;
  const known = reports.find(
    (report) => report.callSid === callSid && report.conferenceSid === conferenceSid,
  );
  if (known !== undefined && !isNews(sequence, known.sequence)) return reports;
  const report: StrangerReport = {
    callSid,
    conferenceSid,
    sequence: sequence ?? known?.sequence ?? null,
    present: event === 'join',
  };
  return [...reports.filter((other) => other !== known), report];
}

/** Who left the bridge by `*` and is back on it is on hold no more, as far as the carrier knows. */
function comesBackHeld({ legs }: CallState, { event, callSid }: ConferenceWebhook): CallSid | null {
  const leg = legs.find((one) => one.callSid === callSid);
  const isHeld = leg?.held === true && leg.release === undefined && leg.phase === 'bridged';
  return event === 'join' && isHeld ? leg.callSid : null;
}

/** Our own legs are counted from the document that joins them, which is earlier than any report. */
export async function bridgeEvent(parts: CallParts, webhook: ConferenceWebhook): Promise<void> {
  const callId = callIdOfConference(webhook.conferenceName);
  if (callId === null) return;
  await changeCall(parts, callId, ({ state, endedAt }) => {
    if (endedAt !== null) return null;
    const held = comesBackHeld(state, webhook);
    if (held !== null) return { turn: takeTurn(parts.flows.pinned, state, []), holds: [held] };
    const strangerReports = reportsAfter(state, webhook);
    if (strangerReports === (state.strangerReports ?? none)) return null;
    const here = strangerReports.filter(({ present }) => present);
    const strangers = [...new Set(here.map(({ callSid }) => callSid))];
    const after = { ...state, strangers, strangerReports };
    return { turn: takeTurn(parts.flows.pinned, after, [], state) };
  });
}
