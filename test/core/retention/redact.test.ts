import { expect, test } from 'vitest';
import { redactState, speaksOfSomebody } from '../../../src/core/retention/redact.ts';

const leg = {
  callSid: 'CA1',
  partyId: 'p',
  personId: 'somebody',
  grants: { recording: 'entry' },
  statuses: { recording: 'granted' },
  phase: 'ended',
};
const state = { legs: [leg], strangers: ['CA2'], strangerReports: [{}], controller: 'Acme' };

test('a redacted state is of nobody, and says what was allowed', () => {
  const redacted = redactState(state);
  expect(redacted).toEqual({
    legs: [
      {
        callSid: 'CA1',
        partyId: 'p',
        personId: null,
        statuses: { recording: 'granted' },
        phase: 'ended',
      },
    ],
    strangers: [],
    controller: 'Acme',
  });
  expect([speaksOfSomebody(state), speaksOfSomebody(redacted)]).toEqual([true, false]);
});

test('doing it again changes nothing', () => {
  expect(redactState(redactState(state))).toEqual(redactState(state));
});

test.each([
  ['a person', { legs: [{ ...leg, grants: undefined }] }],
  ['earlier permissions', { legs: [{ personId: null, grants: {} }] }],
  ['strangers', { legs: [], strangers: ['CA2'] }],
  ['reports of strangers', { legs: [], strangerReports: [] }],
])('%s in a state is noticed', (_, given) => {
  expect(speaksOfSomebody(given)).toBe(true);
});
