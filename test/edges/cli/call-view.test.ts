import { describe, expect, it } from 'vitest';
import type { CallView, RecordingView } from '../../../src/app/view-call.ts';
import type { Status } from '../../../src/core/words.ts';
import { lineOf, timed } from '../../../src/edges/cli/call-lines.ts';
import { changes, settled, summary } from '../../../src/edges/cli/call-view.ts';

const recordingOf = (more: Partial<RecordingView> = {}): RecordingView => ({
  id: 'r-1',
  callId: 'c-1',
  party: 'p-1',
  state: 'live',
  startedAt: '2026-11-22T10:00:00.000Z',
  durationMs: null,
  lostMs: 0,
  gaps: [],
  payloadSha256: null,
  ...more,
});

const callOf = (
  recording: Status,
  recordings: readonly RecordingView[] = [],
  more: Partial<CallView> = {},
): CallView => ({
  id: 'c-1',
  callSid: `CA${'0'.repeat(32)}`,
  direction: 'inbound',
  line: null,
  flow: { name: 'inbound', version: 1, hash: '00' },
  state: 'bridged',
  startedAt: '2026-11-22T10:00:00.000Z',
  endedAt: null,
  tracking: null,
  parties: [
    { id: 'p-1', role: 'caller', legs: [], number: null, statuses: { recording }, held: false },
  ],
  recordings,
  entries: [],
  ...more,
});

const happening = (type: string, fields: object = {}) => ({
  type,
  at: 1000,
  callSid: 'CA1',
  ...fields,
});

describe('a line of the terminal', () => {
  it.each([
    ['says', { text: 'Press 1.' }, 'hears    "Press 1."'],
    ['plays', { url: null, digits: '1' }, 'hears    keys 1'],
    ['gathers', { input: ['dtmf', 'speech'], last: true }, 'is asked for a key or words:'],
    ['gathers', { input: ['dtmf'], last: false }, null],
    ['presses', { digits: '1' }, 'presses  1'],
    ['speaks', { words: 'yes' }, 'says     "yes"'],
    ['silent', { last: true }, 'stays silent'],
    ['silent', { last: false }, null],
    ['bridged', { others: [] }, 'is on the bridge, alone'],
    ['bridged', { others: ['CA2'] }, 'is on the bridge, with 1 other'],
    ['unbridged', { by: 'star' }, 'leaves the bridge for a moment, to take back what was granted'],
    ['stream-stopped', { frames: 75, by: 'fault' }, 'audio stops after 1.5 s: the socket broke'],
    ['webhook', { kind: 'voice', status: 200, failure: null }, null],
    ['webhook', { kind: 'voice', status: 500, failure: null }, 'the server answered HTTP 500 (voice)'],
    ['webhook', { kind: 'status', status: null, failure: 'cut off' }, 'the server did not answer (status): cut off'],
    ['ended', { by: 'caller', durationS: 9 }, 'hangs up, after 9 s'],
    ['something-new', {}, null],
  ])('for %s %j', (type, fields, expected) => {
    expect(lineOf(happening(type, fields))).toBe(expected);
  }); // biome-ignore format: rows

  it('begins with the seconds since the call began', () => {
    expect(timed('hears', 12_345, 10_000)).toBe('   2.3s  hears');
  });
});

describe('what changes about a call', () => {
  it('is told once: statuses, and the gate as it opens and shuts', () => {
    const asked = callOf('requested');
    const granted = callOf('granted');
    const live = callOf('granted', [recordingOf()]);
    const withdrawn = callOf('withdrawn', [recordingOf()]);
    expect(changes(null, asked)).toEqual(['recording of the caller: requested']);
    expect(changes(asked, asked)).toEqual([]);
    expect(changes(asked, granted)).toEqual(['recording of the caller: granted']);
    expect(changes(granted, live)).toEqual(['gate: open (caller)']);
    expect(changes(live, withdrawn)).toEqual([
      'recording of the caller: withdrawn',
      'gate: shut (caller)',
    ]);
  });

  it('comes to rest when the call has ended and nothing is live', () => {
    expect(settled(callOf('granted'))).toBe(false);
    expect(settled(callOf('granted', [recordingOf()], { state: 'ended' }))).toBe(false);
    expect(settled(callOf('granted', [recordingOf({ state: 'sealed' })], { state: 'ended' }))).toBe(
      true,
    );
  });
});

describe('what is left of a call', () => {
  it('is its recording, with how to hear it, and its receipts, with how to check them', () => {
    const sealed = recordingOf({
      state: 'sealed',
      durationMs: 3020,
      lostMs: 40,
      gaps: [{ atMs: 1000, ms: 200, reason: 'socket' }],
    });
    const entries = [
      { id: 'e-1', kind: 'grant', purpose: 'recording' as const, at: '', receiptId: 'e-1' },
      { id: 'e-2', kind: 'sealing', at: '', receiptId: 'e-2' },
    ];
    expect(summary(callOf('granted', [sealed], { entries }))).toEqual([
      'Recording r-1 of the caller: sealed, 3.0 s',
      '  gaps     0.2 s at 1.0 s: socket',
      '  lost     at most 0.0 s',
      '  listen   npx consentry recording export r-1',
      'Receipt e-1: grant of recording',
      'Receipt e-2: sealing',
      '  read     npx consentry receipt show e-1',
      '  check    npx consentry receipt show e-1 --out receipt.json',
      '           npx consentry receipt verify receipt.json',
    ]);
  });

  it.each([
    ['refused', 'Nothing was recorded: permission was refused.'],
    ['requested', 'Nothing was recorded: nobody gave permission.'],
    ['granted', 'Nothing was recorded: permission was given, but no audio came.'],
  ] as const)('without a recording says so: %s', (status, line) => {
    expect(summary(callOf(status))[0]).toBe(line);
  });

  it('of a call that the server does not show is a hint', () => {
    expect(summary(null)[0]).toContain('shows no such call');
  });
});
