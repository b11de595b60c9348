/**
 * The built server as a process that can be killed, whose screening goes by an instant of the
 * test's: a day of calls must not depend on the hour at which it is tried.
 */
import { readConfig } from '../../dist/config.js';
import { serve } from '../../dist/main/serve.js';

const at = Number(process.env.SCREENING_AT);
const { SCREENING_AT: _, ...settings } = process.env;
const screeningClock = { now: () => at, monotonic: () => performance.now() };
const running = await serve(readConfig(settings), { screeningClock });
process.on('SIGTERM', () => void running.stop().then(() => process.exit(0)));
