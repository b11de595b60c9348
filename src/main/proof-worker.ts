/** What a prover's thread does: one proof, and then it ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { checkFlow } from '../app/check-flow.ts';
import { type PlayableReport, playableReport } from '../app/playable-report.ts';
import { compileFlow } from '../core/flow/compile.ts';
import type { FlowDefinition } from '../core/flow/definition.ts';

export interface ProofAsk {
  readonly definition: FlowDefinition;
  /** Every prompt that the flow may speak, as written, by `locale/id`; missing ones left out. */
  readonly texts: ReadonlyMap<string, string>;
}

export type ProofAnswer = PlayableReport;

const { definition, texts } = workerData as ProofAsk;
const flow = compileFlow(definition);
const report: ProofAnswer = playableReport(
  flow,
  checkFlow(flow, (locale, id) => texts.get(`${locale}/${id}`) ?? null),
);
parentPort?.postMessage(report);
