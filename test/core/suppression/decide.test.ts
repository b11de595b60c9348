import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { screener } from '../../../src/core/suppression/calling-rules-shipped.ts';
import { addMonths } from '../../../src/core/suppression/exemptions.ts';
import type { Channel, Hit, Inquiry, Known } from '../../../src/core/suppression/inquiry.ts';
import {
  channels,
  screeningPurposes,
  standardPolicy,
} from '../../../src/core/suppression/inquiry.ts';
import { bitOf, codesOf, reasonCodes, refusalOf } from '../../../src/core/suppression/reasons.ts';
import {
  codes,
  dayMs,
  EveryList,
  hit,
  inquiry,
  known,
  newYork,
  noon,
  permission,
  screen,
  seen,
} from './samples.ts';

const selling = { purpose: 'marketing-calls' } as const;
const hits = (...all: readonly Hit[]) => ({ seen: seen({ hits: all }) });
const knowing = (more: Partial<Known>) => ({ known: known(more) });
const miami = '+13055550123';
const dallas = '+12145550123';
const seattle = '+12065550123';
const hartford = '+18605550123';
const toronto = '+14165550123';
const london = '+442079460018';
const berlin = '+493012345678';

describe('every reason has its case, and what it comes to', () => {
  const cases: Readonly<Record<(typeof reasonCodes)[number], readonly [string, Partial<Inquiry>]>> =
    {
      INTERNAL_DNC: ['deny', hits(hit('internal'))],
      INTERNAL_DNC_CAMPAIGN: ['deny', hits(hit('campaign'))],
      CONSENT_WITHDRAWN: ['deny', knowing({ withdrawnAt: noon - dayMs })],
      NATIONAL_DNC: ['deny', { ...selling, ...hits(hit('national')) }],
      STATE_DNC: ['deny', { ...selling, number: miami, ...hits(hit('state')) }],
      TPS: ['deny', { ...selling, number: london, ...hits(hit('tps')) }],
      CTPS: ['deny', { ...selling, number: london, ...hits(hit('ctps')) }],
      DNCL_CA: ['deny', { ...selling, number: toronto, ...hits(hit('dncl')) }],
      NO_CONSENT_OPT_IN_COUNTRY: ['deny', { ...selling, number: berlin }],
      LITIGATOR: ['deny', { ...selling, ...hits(hit('litigator')) }],
      REASSIGNED: ['deny', knowing({ reassigned: 'yes' })],
      REASSIGNED_NO_DATA: ['hold', { ...selling, ...knowing({ reassigned: 'no-data' }) }],
      WIRELESS_STATE_PROHIBITED: [
        'deny',
        { ...selling, number: dallas, ...knowing({ line: 'mobile' }) },
      ],
      OUTSIDE_HOURS: ['hold', { at: noon + 12 * 3_600_000 }],
      HOLIDAY: ['hold', { number: '+18015550123', at: Date.parse('2026-12-25T18:00Z') }],
      STATE_EMERGENCY: [
        'hold',
        { ...selling, policy: { ...standardPolicy, emergencies: new Set(['US-NY']) } },
      ],
      FREQUENCY_CAP: [
        'hold',
        {
          ...selling,
          number: miami,
          ...knowing({ attempts: [1, 2, 3].map((h) => ({ at: noon - h * 3.6e6, subject: null })) }),
        },
      ],
      REFUSAL_REST_PERIOD: [
        'deny',
        {
          ...selling,
          number: seattle,
          at: noon + 3.6e6 * 2,
          ...knowing({ refusedAt: noon - 300 * dayMs }),
        },
      ],
      NO_REASK_PERIOD: ['deny', { purpose: 'sale', ...knowing({ noReaskUntil: noon + dayMs }) }],
      AREA_CODE_NOT_SUBSCRIBED: [
        'deny',
        {
          ...selling,
          seen: seen({
            states: new Map([
              [
                'national US',
                {
                  list: 'us',
                  version: 'v1',
                  obtainedAt: noon,
                  until: null,
                  channels,
                  covers: () => false,
                },
              ],
            ]),
          }),
        },
      ],
      LIST_STALE: [
        'deny',
        { ...selling, seen: seen({ states: new EveryList(noon - 32 * dayMs) }) },
      ],
      REPLICA_STALE: ['hold', { seen: seen({ ageMs: 5_001 }) }],
      INVALID_NUMBER: ['deny', { number: 'anonymous' }],
      UNKNOWN_AREA_CODE: ['deny', { number: '+14575550123' }],
      EMERGENCY_NUMBER: ['deny', { number: '911' }],
      PREMIUM_OR_TOLLFREE: ['deny', { number: '+18005550123' }],
    };

  test.each(reasonCodes.map((code) => [code, ...cases[code]] as const))(
    '%s: %s',
    (code, decision, asked) => {
      expect(screen({ ...asked })).toMatchObject({ decision, bits: bitOf[code] });
    },
  );

  test('without any of them a number is allowed', () => {
    expect(screen()).toMatchObject({ decision: 'allow', bits: 0, exemptions: [] });
    expect(screen(selling)).toMatchObject({ decision: 'allow', bits: 0 });
  });

  test('no reason hides another, and one that denies decides', () => {
    const asked = {
      ...selling,
      number: miami,
      at: noon + 12 * 3.6e6,
      ...hits(hit('internal'), hit('national'), hit('state'), hit('litigator')),
    };
    expect(codes(asked)).toEqual([
      'INTERNAL_DNC',
      'NATIONAL_DNC',
      'STATE_DNC',
      'LITIGATOR',
      'OUTSIDE_HOURS',
    ]);
    expect(screen(asked).decision).toBe('deny');
  });

  test('several holds are a hold', () => {
    expect(refusalOf(bitOf.OUTSIDE_HOURS | bitOf.HOLIDAY)).toBe('hold');
    expect(refusalOf(bitOf.OUTSIDE_HOURS | bitOf.LIST_STALE)).toBe('deny');
    expect(refusalOf(0)).toBe(null);
  });
});

describe('what a purpose needs', () => {
  const registries = hits(hit('national'), hit('state'), hit('litigator'), hit('tps'), hit('dncl'));

  test('service looks at own lists, the number and hours, and at no registry', () => {
    expect(codes(registries)).toEqual([]);
    expect(codes({ seen: seen({ states: new Map() }) })).toEqual([]);
    expect(codes({ number: berlin })).toEqual([]);
    expect(codes(hits(hit('internal')))).toEqual(['INTERNAL_DNC']);
  });

  test.each(screeningPurposes.filter((one) => one !== 'service'))(
    '%s looks at all of them',
    (purpose) => {
      expect(codes({ purpose, ...registries }).length).toBe(5);
      expect(codes({ purpose, seen: seen({ states: new Map() }) })).toEqual(['LIST_STALE']);
    },
  );

  test('a list of which there is no copy is as bad as an old one', () => {
    const states = new Map([
      [
        'national US',
        { list: 'us', version: 'v1', obtainedAt: noon, until: null, channels, covers: () => true },
      ],
    ]);
    expect(codes({ ...selling, seen: seen({ states }) })).toEqual([]);
    expect(codes({ ...selling, number: miami, seen: seen({ states }) })).toEqual(['LIST_STALE']);
  });

  test.each([
    [newYork, 31],
    [toronto, 31],
    [london, 28],
  ])('the list of %s may be %i days old, read as of now', (number, days) => {
    const aged = (ms: number) => ({
      ...selling,
      number,
      at: number === london ? noon - 3.6e6 : noon,
      seen: seen({ states: new EveryList(noon - days * dayMs - ms) }),
    });
    expect(codes(aged(0))).toEqual([]);
    expect(codes(aged(1))).toEqual(['LIST_STALE']);
    // a later call does not make the list older, nor an earlier one younger
    expect(codes({ ...aged(0), at: noon + 3.6e6 })).not.toContain('LIST_STALE');
    expect(codes({ ...aged(1), at: noon - 30 * dayMs })).toContain('LIST_STALE');
  });

  test.each(['litigator', 'reassigned', 'wireless'])(
    'a list %s that is there is relied on: too old, it stands in the way of whoever sells',
    (key) => {
      const aged = (days: number, of: readonly Channel[] = channels) => {
        const fresh = new EveryList(noon);
        const own = { list: key, version: 'v1', obtainedAt: noon - days * dayMs, until: null };
        const states = new Map([
          ['national US', fresh.get('national US')],
          [key, { ...own, channels: of, covers: () => true }],
        ]);
        return { seen: seen({ states }) };
      };
      expect(codes({ ...selling, ...aged(31) })).toEqual([]);
      expect(codes({ ...selling, ...aged(31.01) })).toEqual(['LIST_STALE']);
      expect(codes({ ...selling, ...aged(31.01, ['text']) })).toEqual([]);
      expect(codes({ purpose: 'service', ...aged(99) })).toEqual([]);
    },
  );

  test('a list for one channel says nothing of the other', () => {
    const national = { ...new EveryList(noon).get('national US'), channels: ['call'] as const };
    const states = new Map([['national US', national]]);
    const asked = { purpose: 'marketing-texts', seen: seen({ states }) } as const;
    expect(codes({ ...asked, channel: 'call' })).toEqual([]);
    expect(codes({ ...asked, channel: 'text' })).toEqual(['LIST_STALE']);
  });

  test('a list is relied on until the instant that was said when it was imported', () => {
    const until = (at: number) => {
      const national = { ...new EveryList(noon).get('national US'), until: at };
      return { ...selling, seen: seen({ states: new Map([['national US', national]]) }) };
    };
    expect(codes(until(noon + 1))).toEqual([]);
    expect(codes(until(noon))).toEqual(['LIST_STALE']);
  });

  test('a list that is said to be from the future is not relied on', () => {
    const states = new EveryList(noon + 2 * dayMs);
    expect(codes({ ...selling, seen: seen({ states }) })).toEqual(['LIST_STALE']);
  });

  test('own lists that may be behind hold every contact', () => {
    expect(screen({ seen: seen({ ageMs: 5_000 }) }).decision).toBe('allow');
    expect(screen({ seen: seen({ ageMs: Number.NaN }) }).decision).toBe('hold');
  });
});

describe('requests to the caller itself', () => {
  const stop = noon - 10 * dayMs;
  const request = (since: number | null = stop) => hits(hit('internal', { since }));
  const opted = (more: Parameters<typeof permission>[0] = {}) =>
    knowing({ permissions: [permission({ purpose: 'service', ...more })] });

  test('give way to nothing but a permission that is documented and later', () => {
    expect(codes({ ...request(), ...opted({ givenAt: stop + 1 }) })).toEqual([]);
    expect(codes({ ...request(), ...opted({ givenAt: stop }) })).toEqual(['INTERNAL_DNC']);
    expect(codes({ ...request(), ...opted({ givenAt: stop - 1 }) })).toEqual(['INTERNAL_DNC']);
  });

  test.each([
    ['it has no receipt', { receiptId: '' }],
    ['it is for another purpose', { purpose: 'marketing-texts' } as const],
    ['it is for texts', { channel: 'text' } as const],
    ['it ended', { expiresAt: noon }],
    ['it is from the future', { givenAt: noon + 1 }],
  ])('a later permission is of no use if %s', (_what, more) => {
    const asked = { ...request(), ...opted({ givenAt: stop + 1, ...more }) };
    expect(codes(asked)).toEqual(['INTERNAL_DNC']);
  });

  test('of which nobody knows when it was made, it stands', () => {
    expect(codes({ ...request(null), ...opted({ givenAt: noon - 1 }) })).toEqual(['INTERNAL_DNC']);
  });

  test('beat a business relationship', () => {
    const asked = { ...selling, ...request(), ...knowing({ lastPurchaseAt: noon - dayMs }) };
    expect(codes(asked)).toEqual(['INTERNAL_DNC']);
  });

  test('one that is older and one that is newer than the permission: the newer one stands', () => {
    const both = hits(hit('internal', { since: stop }), hit('internal', { since: noon - dayMs }));
    expect(codes({ ...both, ...opted({ givenAt: stop + 1 }) })).toEqual(['INTERNAL_DNC']);
  });

  test('that are only probable cover calls and texts until somebody has looked', () => {
    for (const channel of ['call', 'text'] as const) {
      const asked = hits(hit('national', { provisional: true }));
      expect(codes({ channel, ...asked })).toEqual(['INTERNAL_DNC']);
    }
  });

  test('for a campaign stop that campaign, and every one that is not named', () => {
    const asked = hits(hit('campaign', { campaign: 'spring' }));
    expect(codes({ ...asked, campaign: 'spring' })).toEqual(['INTERNAL_DNC_CAMPAIGN']);
    expect(codes({ ...asked, campaign: null })).toEqual(['INTERNAL_DNC_CAMPAIGN']);
    expect(codes({ ...asked, campaign: 'autumn' })).toEqual([]);
  });

  test('a listing for a withdrawal is told as one', () => {
    const asked = hits(hit('withdrawn', { since: stop }));
    expect(codes(asked)).toEqual(['CONSENT_WITHDRAWN']);
    expect(codes({ ...asked, ...opted({ givenAt: stop + 1 }) })).toEqual([]);
    expect(codes({ ...asked, ...opted({ givenAt: stop }) })).toEqual(['CONSENT_WITHDRAWN']);
  });

  test('one that is only probable and later than a permission stands, whatever its list', () => {
    const later = hits(
      hit('internal', { since: stop }),
      hit('national', { provisional: true, since: noon - dayMs }),
    );
    expect(codes({ ...later, ...opted({ givenAt: stop + 1 }) })).toEqual(['INTERNAL_DNC']);
  });

  test('a permission that was taken back lifts nothing, unless given again', () => {
    const permissions = [permission({ purpose: 'service', givenAt: stop })];
    const withdrawn = knowing({ permissions, withdrawnAt: stop + 1 });
    expect(codes(withdrawn)).toEqual(['CONSENT_WITHDRAWN']);
    const listed = { ...selling, ...hits(hit('national')) };
    const taken = { permissions: [permission({ givenAt: stop })], withdrawnAt: stop };
    expect(codes({ ...listed, ...knowing(taken) })).toEqual(['CONSENT_WITHDRAWN', 'NATIONAL_DNC']);
    const again = [...permissions, permission({ purpose: 'service', givenAt: stop + 2 })];
    expect(codes(knowing({ permissions: again, withdrawnAt: stop + 1 }))).toEqual([]);
  });
});

describe('exemptions', () => {
  const listed = { ...selling, ...hits(hit('national')) };

  test.each([
    ['EBR_PURCHASE', { lastPurchaseAt: addMonths(noon, -18) + 60_000 }, 18],
    ['EBR_INQUIRY', { lastInquiryAt: addMonths(noon, -3) + 60_000 }, 3],
  ] as const)(
    '%s lifts the national list, and says since and until when',
    (code, facts, months) => {
      const since = Object.values(facts)[0] ?? 0;
      expect(screen({ ...listed, ...knowing(facts) })).toMatchObject({
        decision: 'allow',
        found: bitOf.NATIONAL_DNC,
        exemptions: [{ code, since, until: addMonths(since, months) }],
      });
      const over = { ...listed, ...knowing(facts), at: noon + 60_000 };
      expect(codes(over)).toEqual(['NATIONAL_DNC']);
      // a call that is planned for earlier is not asked about earlier
      expect(codes({ ...listed, ...knowing(facts), now: noon + 60_000 })).toEqual(['NATIONAL_DNC']);
    },
  );

  test('a relationship in Canada lasts six months after a question', () => {
    const asked = { ...selling, number: toronto, ...hits(hit('dncl')) };
    const lastInquiryAt = noon - 150 * dayMs;
    expect(codes({ ...asked, ...knowing({ lastInquiryAt }) })).toEqual([]);
    expect(codes({ ...listed, ...knowing({ lastInquiryAt }) })).toEqual(['NATIONAL_DNC']);
  });

  test.each([
    ['a list of a state', { number: miami, ...hits(hit('state')) }],
    ['people who sue', hits(hit('litigator'))],
    ['a country that asks for consent', { number: berlin }],
    ['a state that asks for written consent', { number: hartford }],
    ['an old list', { seen: seen({ states: new EveryList(0) }) }],
    ['the hour', { at: noon + 12 * 3.6e6 }],
    ['another owner', { ...hits(hit('reassigned')) }],
  ])('a relationship does not lift %s', (_what, asked) => {
    const facts = knowing({ lastPurchaseAt: noon - dayMs });
    expect(codes({ ...selling, ...asked, ...facts })).not.toEqual([]);
    expect(screen({ ...selling, ...asked, ...facts }).exemptions).toEqual([]);
  });

  test.each([
    ['the national list', listed],
    ['a list of a state', { number: miami, ...hits(hit('state')) }],
    [
      'the lists of Britain',
      { number: london, at: noon - 3.6e6, ...hits(hit('tps'), hit('ctps')) },
    ],
    ['the list of Canada', { number: toronto, ...hits(hit('dncl')) }],
    ['a country that asks for consent', { number: berlin }],
    ['a state that asks for written consent', { number: hartford }],
    ['a state that bars mobiles', { number: dallas }],
  ])('written permission lifts %s, with its receipt', (_what, asked) => {
    const permissions = [permission()];
    expect(codes({ ...selling, ...asked })).not.toEqual([]);
    expect(screen({ ...selling, ...asked, ...knowing({ permissions }) })).toMatchObject({
      decision: 'allow',
      exemptions: [{ code: 'WRITTEN_PERMISSION', receiptId: 'receipt-1' }],
    });
  });

  test('an exemption that was of no use is not named', () => {
    const facts = knowing({ permissions: [permission()], lastPurchaseAt: noon - dayMs });
    expect(screen({ ...selling, ...facts }).exemptions).toEqual([]);
    const one = screen({ ...listed, ...facts }).exemptions;
    expect(one.map(({ code }) => code)).toEqual(['WRITTEN_PERMISSION']);
  });

  test('months end on the last day of a shorter one', () => {
    const day = (text: string) => Date.parse(`${text}T12:00:00Z`);
    expect(addMonths(day('2026-11-30'), 3)).toBe(day('2027-02-28'));
    expect(addMonths(day('2026-08-31'), 18)).toBe(day('2028-02-29'));
    expect(addMonths(day('2026-01-15'), 12)).toBe(day('2027-01-15'));
  });
});

describe('rules of states', () => {
  test.each(['US-AZ', 'US-LA', 'US-NJ', 'US-TX', 'US-WY'])('%s bars mobiles', (address) => {
    const asked = (line: Known['line']) =>
      codes({ ...selling, ...knowing({ line, address }), at: noon + 3.6e6 * 3 });
    expect(asked('mobile')).toEqual(['WIRELESS_STATE_PROHIBITED']);
    expect(asked(null)).toEqual(['WIRELESS_STATE_PROHIBITED']); // it may be one
    expect(asked('landline')).toEqual([]);
  });

  test('a number on a list of mobiles is one, whatever else is said of it', () => {
    const facts = { number: dallas, ...knowing({ line: 'landline' }) };
    expect(codes({ ...selling, ...facts, ...hits(hit('wireless')) })).toEqual([
      'WIRELESS_STATE_PROHIBITED',
    ]);
    expect(codes({ ...selling, ...hits(hit('wireless')) })).toEqual([]);
  });

  test('what is texted is a mobile', () => {
    const asked = { number: dallas, channel: 'text', purpose: 'marketing-texts' } as const;
    expect(codes({ ...asked, ...knowing({ line: 'landline' }) })).toEqual([
      'WIRELESS_STATE_PROHIBITED',
    ]);
  });

  test('Washington leaves alone for twelve months whom it heard refuse, France for sixty days', () => {
    const refused = (number: string, refusedAt: number, at: number) =>
      codes({ ...selling, number, at, ...knowing({ refusedAt, permissions: [permission()] }) });
    const evening = noon + 4 * 3.6e6;
    expect(refused(seattle, addMonths(evening, -12) + 1, evening)).toEqual(['REFUSAL_REST_PERIOD']);
    expect(refused(seattle, addMonths(evening, -12), evening)).toEqual([]);
    const paris = '+33612345678';
    const french = noon - 2 * 3.6e6;
    expect(refused(paris, french - 60 * dayMs + 1, french)).toEqual(['REFUSAL_REST_PERIOD']);
    expect(refused(paris, french - 60 * dayMs, french)).toEqual([]);
    expect(refused(newYork, noon - 1, noon)).toEqual([]);
  });

  test('an emergency in any state the number may be in counts, for whoever sells', () => {
    const policy = { ...standardPolicy, emergencies: new Set(['US-LA']) };
    const facts = knowing({ address: 'US-LA', line: 'landline' });
    expect(codes({ ...selling, policy, ...facts })).toEqual(['STATE_EMERGENCY']);
    expect(codes({ policy, ...facts })).toEqual([]);
    expect(codes({ ...selling, policy })).toEqual([]);
  });

  test('caps are looked at for the hour that is asked about', () => {
    const attempts = [20, 21, 22].map((h) => ({ at: noon - h * 3.6e6, subject: 'roof' }));
    const asked = { ...selling, number: miami, ...knowing({ attempts }) };
    expect(codes({ ...asked, subject: 'roof' })).toEqual(['FREQUENCY_CAP']);
    expect(codes({ ...asked, subject: 'car' })).toEqual([]);
    expect(codes({ ...asked, subject: 'roof', at: noon + 2 * 3.6e6 })).toEqual([]);
    const next = screener.nextPermitted(inquiry({ ...asked, subject: 'roof' }));
    expect(next).toBe(noon + 2 * 3.6e6);
  });
});

const someHit = fc.record({
  list: fc.constant('a-list'),
  kind: fc.constantFrom<Hit['kind']>(
    ...(['internal', 'campaign', 'withdrawn', 'litigator', 'reassigned', 'wireless'] as const),
    ...(['national', 'state', 'tps', 'ctps', 'dncl'] as const),
  ),
  version: fc.constant('v1'),
  since: fc.option(fc.integer({ min: noon - 40 * dayMs, max: noon })),
  provisional: fc.boolean(),
});
const someKnown = fc.record({
  address: fc.constantFrom(null, 'US-TX', 'US-NY', 'DE'),
  line: fc.constantFrom(null, 'mobile' as const, 'landline' as const),
  permissions: fc.array(
    fc.record({
      receiptId: fc.constantFrom('r-1', ''),
      purpose: fc.constantFrom(...screeningPurposes),
      channel: fc.constantFrom(null, 'call' as const, 'text' as const),
      givenAt: fc.integer({ min: noon - 40 * dayMs, max: noon + dayMs }),
      expiresAt: fc.option(fc.integer({ min: noon - dayMs, max: noon + dayMs })),
    }),
    { maxLength: 3 },
  ),
  withdrawnAt: fc.option(fc.integer({ min: noon - 40 * dayMs, max: noon })),
  lastPurchaseAt: fc.option(fc.integer({ min: noon - 700 * dayMs, max: noon })),
  lastInquiryAt: fc.option(fc.integer({ min: noon - 200 * dayMs, max: noon })),
  refusedAt: fc.option(fc.integer({ min: noon - 400 * dayMs, max: noon })),
  noReaskUntil: fc.option(fc.integer({ min: noon - dayMs, max: noon + dayMs })),
  reassigned: fc.constantFrom(null, 'yes' as const, 'no' as const, 'no-data' as const),
  attempts: fc.array(
    fc.record({
      at: fc.integer({ min: noon - 2 * dayMs, max: noon }),
      subject: fc.constantFrom(null, 'a', 'b'),
    }),
    { maxLength: 5 },
  ),
});
const someInquiry = fc.record({
  number: fc.constantFrom(newYork, miami, dallas, seattle, toronto, london, berlin, '+18005550123'),
  channel: fc.constantFrom('call' as const, 'text' as const),
  purpose: fc.constantFrom(...screeningPurposes),
  at: fc.integer({ min: noon - 2 * dayMs, max: noon + 2 * dayMs }),
  now: fc.constant(noon),
  campaign: fc.constantFrom(null, 'spring'),
  subject: fc.constantFrom(null, 'a'),
  seen: fc.array(someHit, { maxLength: 3 }).map((all) => seen({ hits: all })),
  known: someKnown,
  policy: fc.constant(standardPolicy),
});

describe('always', () => {
  const allowed = (asked: Inquiry) => screener.screen(asked).decision === 'allow';

  test('another listing never turns a refusal into a yes, nor takes a reason away', () => {
    fc.assert(
      fc.property(someInquiry, someHit, (asked, more) => {
        const wider = { ...asked, seen: seen({ hits: [...asked.seen.hits, more] }) };
        const [before, after] = [screener.screen(asked), screener.screen(wider)];
        expect(before.bits & ~after.bits).toBe(0);
        if (before.decision !== 'allow') expect(after.decision).not.toBe('allow');
      }),
      { numRuns: 3_000 },
    );
  });

  test('a request to the caller is beaten by a later documented permission, and nothing else', () => {
    fc.assert(
      fc.property(someInquiry, someHit, (asked, one) => {
        const request: Hit = { ...one, kind: 'internal' };
        const stopped = { ...asked, seen: seen({ hits: [...asked.seen.hits, request] }) };
        if (!allowed(stopped)) return;
        const later = asked.known.permissions.filter(
          ({ givenAt, receiptId, purpose }) =>
            request.since !== null &&
            givenAt > request.since &&
            receiptId !== '' &&
            purpose === asked.purpose,
        );
        expect(later).not.toEqual([]);
      }),
      { numRuns: 5_000 },
    );
  });

  test('nobody is called without their consent where it is asked for', () => {
    fc.assert(
      fc.property(someInquiry, (asked) => {
        const one: Inquiry = { ...asked, number: berlin, purpose: 'marketing-calls' };
        if (!allowed(one)) return;
        expect(one.known.permissions.some(({ receiptId }) => receiptId !== '')).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test('what sells is never allowed where a service is not', () => {
    fc.assert(
      fc.property(someInquiry, (asked) => {
        const bare = { ...asked, known: { ...asked.known, permissions: [] } };
        const service = screener.screen({ ...bare, purpose: 'service' });
        const sale = screener.screen({ ...bare, purpose: 'marketing-calls' });
        expect(service.bits & ~sale.bits).toBe(0);
      }),
      { numRuns: 2_000 },
    );
  });

  test('the next instant that is permitted is, and what was said before it stands until then', () => {
    fc.assert(
      fc.property(someInquiry, (asked) => {
        const next = screener.nextPermitted(asked);
        const isAllowed = allowed(asked);
        expect(isAllowed).toBe(next === asked.at);
        if (next === null || isAllowed) return;
        expect(allowed({ ...asked, at: next })).toBe(true);
        expect(allowed({ ...asked, at: next - 1 })).toBe(false);
        const step = Math.max(60_000, (next - asked.at) / 500);
        for (let at = asked.at; at < next; at += step) {
          expect(allowed({ ...asked, at: Math.floor(at) })).toBe(false);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('codes and bits say the same', () => {
    expect(codesOf(bitOf.TPS | bitOf.LIST_STALE)).toEqual(['TPS', 'LIST_STALE']);
    const bits = reasonCodes.map((code) => bitOf[code]);
    expect(new Set(bits).size).toBe(reasonCodes.length);
    expect(bits.every((bit) => bit > 0)).toBe(true);
  });
});
