/** What runs beside the requests: leases, news of other processes, upkeep. */
import type { Follower } from '../app/follow-own-list.ts';
import { hearGateNews } from '../app/hear-gates.ts';
import { keepRenewing } from '../app/renew-gates.ts';
import type { createLog } from '../log.ts';
import type { CallSystem } from './call-system.ts';
import { clock } from './chance.ts';

const upkeepEveryMs = 1_000;

/** @returns how to stop all of it; what is under way is finished first */
export async function startBackground(
  system: CallSystem,
  follower: Follower,
  log: ReturnType<typeof createLog>,
): Promise<() => Promise<void>> {
  const { gates, live, caretaker } = system;
  const stillGranted = system.parts.store.openLegs;
  const stopRenewing = keepRenewing({ gates, purpose: 'recording', stillGranted, clock, log });
  const holds = (callSid: string): boolean => live.of(callSid) !== null;
  const stopHearing = await system.gateChannel.listen((news) => {
    void hearGateNews({ gates, clock, log, stillGranted, holds }, news);
  });
  const stopForgetting = await system.forgetChannel.listen();
  await follower.start();
  // Nobody is kept from starting by a carrier that does not answer.
  const cancelled = system.cancelListedRinging().catch((error: unknown) => {
    log.warn({ err: error }, 'what rings at numbers that were listed was not stopped');
  });
  await caretaker.suspectLive();
  let round: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    round = caretaker.round();
  }, upkeepEveryMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    stopRenewing();
    await system.retention.stop();
    await system.exports.stop();
    await system.lists.stop();
    await round;
    await cancelled;
    await stopHearing();
    await stopForgetting();
    await follower.stop();
    await system.listedElsewhere.settled();
  };
}
