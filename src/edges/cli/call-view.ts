/** A call as the server tells it, made into lines for the terminal. */
import type { CallView } from '../../app/view-call.ts';
import { purposes } from '../../core/words.ts';

export type GateView = 'open' | 'shut';

/** A party's gate for recording, as far as the API shows it: granted, and audio being kept. */
export function gateOf(call: CallView, partyId: string): GateView {
  const party = call.parties.find(({ id }) => id === partyId);
  const live = call.recordings.some(({ party: of, state }) => of === partyId && state === 'live');
  return live && party?.statuses.recording === 'granted' ? 'open' : 'shut';
}

/** What changed between two looks at a call, in words; `before` null is the first look. */
export function changes(before: CallView | null, after: CallView): readonly string[] {
  const lines: string[] = [];
  for (const party of after.parties) {
    const was = before?.parties.find(({ id }) => id === party.id);
    for (const purpose of purposes) {
      const status = party.statuses[purpose] ?? 'unknown';
      if (status !== (was?.statuses[purpose] ?? 'unknown'))
        lines.push(`${purpose} of the ${party.role}: ${status}`);
    }
    const gate = gateOf(after, party.id);
    const wasGate = before === null ? 'shut' : gateOf(before, party.id);
    if (gate !== wasGate) lines.push(`gate: ${gate} (${party.role})`);
  }
  return lines;
}

/** True when nothing about the call is still under way. */
export function settled(call: CallView): boolean {
  return call.state === 'ended' && call.recordings.every(({ state }) => state !== 'live');
}

/** What is left of the call, and how to look at it. */
export function summary(call: CallView | null): readonly string[] {
  if (call === null) return ['The server shows no such call; its log says why.'];
  return [...recordingLines(call), ...receiptLines(call)];
}

function recordingLines(call: CallView): readonly string[] {
  if (call.recordings.length === 0) return [`Nothing was recorded: ${why(call)}.`];
  return call.recordings.flatMap(({ id, party, state, durationMs, lostMs, gaps }) => {
    const role = call.parties.find((each) => each.id === party)?.role ?? 'party';
    const length = durationMs === null ? 'length not known yet' : seconds(durationMs);
    const holes = gaps.map(
      ({ atMs, ms, reason }) => `${seconds(ms)} at ${seconds(atMs)}: ${reason}`,
    );
    return [
      `Recording ${id} of the ${role}: ${state}, ${length}`,
      ...(holes.length > 0 ? [`  gaps     ${holes.join('; ')}`] : []),
      ...(lostMs > 0 ? [`  lost     at most ${seconds(lostMs)}`] : []),
      ...(state === 'live' ? ['  It is still being sealed.'] : []),
      `  listen   npx consentry recording export ${id}`,
    ];
  });
}

function why(call: CallView): string {
  const statuses = call.parties.map(({ statuses: of }) => of.recording ?? 'unknown');
  if (statuses.includes('refused')) return 'permission was refused';
  if (statuses.includes('withdrawn')) return 'permission was withdrawn before any audio came';
  if (statuses.includes('granted')) return 'permission was given, but no audio came';
  return 'nobody gave permission';
}

/** What a person did: the receipts that are worth reading first. */
const choices = ['grant', 'refusal', 'withdrawal'];

function receiptLines(call: CallView): readonly string[] {
  const receipts = call.entries.map(({ kind, purpose, receiptId }) => {
    const what = purpose ? `${kind} of ${purpose}` : kind;
    return `Receipt ${receiptId}: ${what}`;
  });
  const telling =
    call.entries.findLast(({ kind }) => choices.includes(kind)) ?? call.entries.at(-1);
  if (telling === undefined) return receipts;
  const { receiptId } = telling;
  return [
    ...receipts,
    `  read     npx consentry receipt show ${receiptId}`,
    `  check    npx consentry receipt show ${receiptId} --out receipt.json`,
    '           npx consentry receipt verify receipt.json',
  ];
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
