import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiServer, startApi } from '../http/api/support.ts';
import { consentry, lines, type World } from './console.ts';

let server: ApiServer;
let world: World;
beforeAll(async () => {
  server = await startApi();
  world = { stores: { doctor: server.parts.doctorParts } };
});
afterAll(() => server.close());

test('[cap 74] the command and the API say the same', async () => {
  const { out } = await consentry(world, 'doctor', '--json');
  const { body, status } = await server.get('/v1/doctor', await server.key(['audit:read']));
  expect(status).toBe(200);
  const told = JSON.parse(out);
  // Milliseconds between clocks, and how many keys there are, differ from look to look.
  const plain = (all: { says: string }[]) =>
    all.map((one) => ({ ...one, says: one.says.replace(/\d+/g, '#') }));
  expect(plain(told.findings)).toEqual(plain(body.findings));
  expect(told.findings.length).toBeGreaterThan(78);
});

test('what is not well is shown with the way to mend it, and fails the command', async () => {
  const { code, out } = await consentry(world, 'doctor');
  expect(code).toBe(1); // this machine does not say how full its disk is
  expect(out).toContain('fail Room on the disk: the disk could not be looked at\n     see ');
  expect(out).not.toContain('The vault can be written');
  expect(lines(out).at(-1)).toMatch(/^\d+ pass, \d+ warn, \d+ fail$/);
  expect((await consentry(world, 'doctor', '--all')).out).toContain(
    'pass The vault can be written',
  );
});
