/** What a reader's thread does: one text of a flow, and then it ends. */
import { parentPort, workerData } from 'node:worker_threads';
import type { FlowDefinition } from '../../core/flow/definition.ts';
import { readYaml, type TextFault } from './yaml.ts';

export type ReadAnswer =
  | { readonly definition: FlowDefinition }
  | { readonly faults: readonly TextFault[] };

/** The parser calls itself for what lies within; nothing of a flow lies a hundred deep. */
function read(text: string): ReadAnswer {
  try {
    const found = readYaml(text);
    return 'flow' in found ? { definition: found.flow.definition } : found;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { faults: [{ line: 1, column: 1, path: '', message: 'nests too deep' }] };
  }
}

parentPort?.postMessage(read(workerData as string));
