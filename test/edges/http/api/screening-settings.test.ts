import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { followPolicy, policyOf } from '../../../../src/app/screening-policy.ts';
import { screener } from '../../../../src/core/suppression/calling-rules-shipped.ts';
import { codesOf } from '../../../../src/core/suppression/reasons.ts';
import { inquiry } from '../../../core/suppression/samples.ts';
import { type ApiServer, startApi } from './support.ts';

let server: ApiServer;
let key: string;
beforeAll(async () => {
  server = await startApi();
  key = await server.key(['lists:read', 'lists:write']);
});
afterAll(() => server.close());

const path = '/v1/settings/screening';
const get = async () => (await server.get(path, key)).body;
const put = (body: object) => server.send('put', path, key, body);
const plain = { ringS: 60, emergencies: [], hours: null, textStop: 'calls-and-texts' } as const;
const hours = { zone: 'America/New_York', weekdays: '11-21', sunday: 'closed' };

test('[cap 72] nothing is set at first, and each change is a version', async () => {
  expect(await get()).toEqual({ ...plain, version: 0, by: null, at: null });
  const set = await put({ ringS: 90, emergencies: ['us-la', 'US-LA'], hours, version: 0 });
  expect(set.status).toBe(200);
  expect(set.body).toMatchObject({ ringS: 90, emergencies: ['US-LA'], hours, version: 1 });
  expect(await get()).toEqual(set.body);
  expect((await put({ ...plain, version: 0 })).status).toBe(409);
  expect((await put({ ...plain, version: 1 })).body).toMatchObject({ ...plain, version: 2 });
});

test.each([
  [{ ringS: 10 }, 'body.ringS'],
  [{ emergencies: ['Louisiana'] }, 'body.emergencies.0'],
  [{ emergencies: ['US-ZZ'] }, 'body.emergencies.0'],
  [{ hours: { zone: 'Nowhere', weekdays: '9-17' } }, 'body.hours.zone'],
  [{ hours: { zone: 'UTC', weekdays: '17-9' } }, 'body.hours'],
  [{ hours: { zone: 'UTC', weekdays: '9-17', holidays: 'closed' } }, 'body.hours'],
])('%j is refused: %s', async (more, where) => {
  const { status, body } = await put({ ...plain, ...more, version: 2 });
  expect([status, body.mistakes[0].path]).toEqual([422, where]);
});

describe('what was set narrows what the rules allow', () => {
  const codes = (policy: ReturnType<typeof policyOf>, more: object = {}) =>
    codesOf(screener.screen(inquiry({ policy, ...more })).bits);

  test('in every process that follows it', async () => {
    const follower = followPolicy(server.parts.settings);
    await follower.look();
    const selling = { purpose: 'marketing-calls' };
    expect(codes(follower.now(), selling)).toEqual([]);
    const { version } = await get();
    await put({ ...plain, emergencies: ['US-NY'], version });
    await follower.look();
    expect(codes(follower.now(), selling)).toEqual(['STATE_EMERGENCY']);
    expect(codes(follower.now())).toEqual([]);
    await put({ ...plain, hours: { ...hours, weekdays: '13-14' }, version: version + 1 });
    await follower.look();
    expect(codes(follower.now(), selling)).toEqual(['OUTSIDE_HOURS']); // it is noon
    await put({ ...plain, version: version + 2 });
    await follower.look();
    expect(codes(follower.now(), selling)).toEqual([]);
  });

  test('and hours that cannot be read leave nothing open', () => {
    const broken = policyOf({ ...plain, hours: { zone: 'UTC', weekdays: 'soon' } });
    expect(codes(broken)).toEqual(['OUTSIDE_HOURS']);
  });
});
