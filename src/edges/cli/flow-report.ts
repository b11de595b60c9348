/** The report of a proof in words. */
import type { PlayableReport } from '../../app/playable-report.ts';
import type { CallEvent } from '../../core/call/event.ts';
import type { ScriptOfPath } from '../../core/flow/script-of-path.ts';

/** The first counter-example that can be played; null if there is none. */
export function firstPlayable({ theorems }: PlayableReport): ScriptOfPath | null {
  const examples = theorems.flatMap(({ counterExamples }) => counterExamples);
  return examples.find(({ playable }) => playable !== null)?.playable ?? null;
}

const partialNote =
  '  note     partial recording: each party by their own permission, if the flow of the caller says ' +
  'so too; not enough where the law asks for everybody’s';

/** @param kind such as `published` */
export function reportText(report: PlayableReport, kind: string): string {
  const { flow, states, edges, theorems } = report;
  const indent = ' '.repeat(11);
  return [
    `${flow.name} version ${flow.version} (${kind}): ${states} states, ${edges} edges walked`,
    ...(report.partial ? [partialNote] : []),
    ...theorems.flatMap(({ number, sentence, holds, counterExamples }) => [
      `  ${number} ${holds ? 'holds' : 'FAILS'}  ${sentence}`,
      ...counterExamples.flatMap(({ reason, path, playable }) => [
        `${indent}${reason}`,
        ...path.map((event, i) => `${indent}${i + 1}. ${eventText(event)}`),
        ...(playable === null ? [] : scriptLines(playable).map((line) => indent + line)),
      ]),
    ]),
  ].join('\n');
}

function scriptLines({ script, remarks }: ScriptOfPath): readonly string[] {
  return [
    `script  ${JSON.stringify(script)}`,
    ...remarks.map(({ step, how }) => `then, at ${step}: ${how}`),
  ];
}

/** `HEARD stretch=purpose answer=grant` */
function eventText({ type, ...details }: CallEvent): string {
  const values = Object.entries(details).map(([key, value]) => `${key}=${String(value)}`);
  return [type, ...values].join(' ');
}
