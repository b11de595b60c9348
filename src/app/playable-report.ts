/** The report of a proof, with what its counter-examples are as scripts. */
import type { CompiledFlow } from '../core/flow/compile.ts';
import { type ScriptOfPath, scriptOfPath } from '../core/flow/script-of-path.ts';
import type { FlowReport } from './check-flow.ts';

/** A report whose counter-examples can be played; null for those that concern no path. */
export type PlayableReport = Omit<FlowReport, 'theorems'> & {
  readonly theorems: readonly (Omit<FlowReport['theorems'][number], 'counterExamples'> & {
    readonly counterExamples: readonly (FlowReport['theorems'][number]['counterExamples'][number] & {
      readonly playable: ScriptOfPath | null;
    })[];
  })[];
};

export function playableReport(flow: CompiledFlow, report: FlowReport): PlayableReport {
  return {
    ...report,
    theorems: report.theorems.map((theorem) => ({
      ...theorem,
      counterExamples: theorem.counterExamples.map((example) => ({
        ...example,
        playable: example.path.length === 0 ? null : scriptOfPath(flow, example.path),
      })),
    })),
  };
}
