// A dialer's day in full, of 100,000 attempts: `npm run sim -- SEED [ATTEMPTS]`. A seed lives the
// same day again. Takes a quarter of an hour on two cores; the test suite lives a small day.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';

const [seed = String(randomBytes(4).readUInt32LE()), attempts = '100000'] = process.argv.slice(2);
if (!/^\d+$/.test(seed) || !/^\d+$/.test(attempts)) {
  process.stderr.write('usage: npm run sim -- [SEED] [ATTEMPTS], both whole numbers\n');
  process.exit(2);
}
const run = ['run', '--config', 'test/vitest.config.ts', 'test/sim/dialer-day.test.ts'];
const { status } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', ...run], {
  stdio: 'inherit',
  env: { ...process.env, SEED: seed, ATTEMPTS: attempts },
});
process.exit(status ?? 1);
