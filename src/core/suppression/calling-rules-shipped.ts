/** The rules on calling that the program comes with, and a screener that goes by them. */
import { type CallingTable, loadCallingRules } from './calling-rules.ts';
import { makeScreener, type Screener } from './decide.ts';
import { unitedStatesCalling } from './table/calling-us.ts';
import { worldCalling } from './table/calling-world.ts';
import { version } from './table/provenance.ts';

export const shippedCallingRules: CallingTable = loadCallingRules(version, [
  ...unitedStatesCalling,
  ...worldCalling,
]);

export const screener: Screener = makeScreener(shippedCallingRules);
