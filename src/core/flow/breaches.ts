import type { Advance } from '../call/advance.ts';
import type { Effect, StatusChange } from '../call/effect.ts';
import type { CallEvent } from '../call/event.ts';
import { statusOf } from '../consent/status.ts';
import type { Stretch } from '../words.ts';
import type { CompiledFlow } from './compile.ts';
import { surveyPurpose } from './definition-rate.ts';
import type { Breach, TheoremNumber } from './theorems.ts';
import {
  agrees,
  granted,
  mayPass,
  othersIn,
  standing,
  type Witness,
  wasHeard,
  wasReminded,
} from './witness.ts';

/** One step of the walk: what was known before and after it. */
export interface WitnessedStep {
  readonly flow: CompiledFlow;
  readonly before: Witness;
  readonly event: CallEvent;
  readonly step: Advance;
  readonly after: Witness;
}

/** The theorems that a single step can break: 1 to 5 and 7. */
export function breachesOf(step: WitnessedStep): readonly Breach[] {
  return [
    ...audioBreaches(step),
    ...grantBreaches(step),
    ...reminderBreaches(step),
    ...askedBreaches(step),
    ...shutBreaches(step),
    ...entryBreaches(step),
    ...documentBreaches(step),
    ...keyBreaches(step),
  ];
}

function when(broken: boolean, theorem: TheoremNumber, reason: string): readonly Breach[] {
  return broken ? [{ theorem, reason }] : [];
}

function audioBreaches({ flow, before, step, after }: WitnessedStep): readonly Breach[] {
  const passes = flow.purposes.filter((purpose) => mayPass(after, purpose));
  const started = step.effects.some(({ type }) => type === 'start-stream');
  return [
    ...after.gates
      .filter((purpose) => !passes.includes(purpose))
      .flatMap((purpose) => when(true, 1, `the gate for ${purpose} is open and must not be`)),
    ...passes
      .filter((purpose) => !after.gates.includes(purpose))
      .flatMap((purpose) =>
        when(true, 1, `the gate for ${purpose} is shut, and nothing forbids it`),
      ),
    ...when(
      after.streaming && (after.ended || statusOf(after.statuses, 'recording') !== 'granted'),
      1,
      'audio is streamed and may not be recorded',
    ),
    ...when(
      after.gates.includes('recording') && !after.streaming,
      1,
      'the gate of the recording is open and nothing is streamed',
    ),
    ...when(started && before.streaming, 1, 'a stream is started twice'),
    ...when(
      step.effects.some(({ type }) => type === 'answer') &&
        (statusOf(after.statuses, surveyPurpose) !== 'granted' || !before.rating),
      1,
      'an answer is kept that nobody allowed to be kept',
    ),
  ];
}

function grantBreaches({ before, event, step }: WitnessedStep): readonly Breach[] {
  const grants = step.changes.filter(({ kind }) => kind === 'grant');
  return grants.flatMap(({ purpose }) => [
    ...when(
      event.type !== 'HEARD' || event.answer !== 'grant',
      2,
      `${purpose} is granted and nobody said yes`,
    ),
    ...when(before.asking?.purpose !== purpose, 2, `${purpose} is granted and was not asked for`),
    ...when(
      event.type === 'HEARD' && event.stretch !== 'choices',
      2,
      `${purpose} is granted while its purpose is being spoken`,
    ),
    ...when(!wasHeard(before, event), 2, `${purpose} is granted and its purpose not heard`),
    ...when(before.machine, 2, `${purpose} is granted by an answering machine`),
  ]);
}

function reminderBreaches({ before, event, step }: WitnessedStep): readonly Breach[] {
  const reminders = step.changes.filter(({ kind }) => kind === 'reminder');
  return reminders.flatMap(({ purpose }) => [
    ...when(
      before.earlier[purpose] !== 'granted',
      2,
      `${purpose} is taken for granted earlier and was not`,
    ),
    ...when(
      !wasReminded(before, event, purpose),
      2,
      `${purpose} is granted by an earlier call that nobody was reminded of`,
    ),
    ...when(before.machine, 2, `an answering machine is reminded of ${purpose}`),
  ]);
}

/** Nobody is asked who said no within a year, unless they called for it; a child and a machine never. */
function askedBreaches({ flow, before, event, step, after }: WitnessedStep): readonly Breach[] {
  const earlier = event.type === 'STARTED' ? (event.earlier ?? {}) : before.earlier;
  return step.effects.flatMap((effect) => {
    if (effect.type !== 'ask') return [];
    const { purpose } = effect;
    const known = earlier[purpose];
    const anew = Object.values(flow.definition.steps).some(
      (one) => 'ask' in one && one.ask === purpose && one.anew === true,
    );
    const reminds = effect.stretches.some(({ stretch }) => stretch === 'reminder');
    return [
      ...when(after.machine, 2, `${purpose} is asked of an answering machine`),
      ...when(known === 'barred', 2, `${purpose} is asked of somebody who may not grant it`),
      ...when(
        known === 'refused' && !anew,
        2,
        `${purpose} is asked of somebody who refused it less than a year ago`,
      ),
      ...when(
        reminds && known !== 'granted',
        2,
        `somebody is reminded of ${purpose} who never granted it`,
      ),
    ];
  });
}

function shutBreaches({ flow, before, event, step, after }: WitnessedStep): readonly Breach[] {
  const { changes } = step;
  if (event.type === 'WITHDRAW' && flow.purposes.includes(event.purpose)) {
    const { purpose } = event;
    const answered = ['refused', 'withdrawn', 'expired'].includes(
      statusOf(before.statuses, purpose),
    );
    return [
      ...when(after.gates.includes(purpose), 3, `${purpose} is withdrawn and its gate is open`),
      ...when(statusOf(after.statuses, purpose) === 'granted', 3, `${purpose} is still granted`),
      ...when(
        changes.length !== (answered ? 0 : 1) ||
          changes.some((change) => change.purpose !== purpose),
        3,
        `the withdrawal of ${purpose} makes ${changes.length} entries`,
      ),
    ];
  }
  if (event.type === 'HEARD' && event.answer === 'deny' && hearsReminder(before, event)) {
    const { purpose } = before.asking ?? {};
    const noes = changes.filter((one) => one.purpose === purpose && one.kind === 'refusal');
    const due = statusOf(before.statuses, purpose ?? 'recording') === 'unknown' ? 1 : 0;
    return when(noes.length !== due, 3, `a no to a reminder makes ${noes.length} entries`);
  }
  const erases = step.effects.some(({ type }) => type === 'erase');
  if (erases && (event.type !== 'CHOSE' || standing(after).length > 0)) {
    return when(true, 3, 'something is erased that nobody took back');
  }
  if (before.ended) return [];
  if (event.type === 'STAR' && before.bridged && before.choosing === null) {
    return [
      ...endBreaches('`*` in the bridge', granted(before).length, endings(changes), after),
      ...unsaidBreaches(flow, step),
    ];
  }
  if (event.type === 'CHOSE' && event.key === '*' && before.choosing !== null) {
    return [
      ...endBreaches('`*` in a menu', granted(before).length, endings(changes), after),
      ...unsaidBreaches(flow, step),
    ];
  }
  if (event.type === 'HANGUP') {
    return [
      ...endBreaches('hanging up', 0, changes, after),
      ...when(!after.ended || !agrees(after, step), 3, 'hanging up does not end the leg'),
    ];
  }
  if (event.type !== 'OTHERS') return [];
  return after.gates
    .filter((purpose) => !othersIn(flow, event).includes(purpose))
    .flatMap((purpose) => when(true, 3, `somebody joins without ${purpose} and its gate is open`));
}

/** Where a flow has words for each purpose, whoever presses `*` hears those of what it ended alone. */
function unsaidBreaches({ definition }: CompiledFlow, step: Advance): readonly Breach[] {
  const { ended } = definition.bridge;
  if (ended === undefined) return [];
  const said = step.effects.flatMap((effect) => (effect.type === 'say' ? [effect.promptId] : []));
  const over = step.changes.filter(({ kind }) => kind === 'withdrawal');
  const words = over.map(({ purpose }) => ended[purpose]);
  return [
    ...over
      .filter((_, i) => !said.some((promptId) => promptId === words[i]))
      .flatMap(({ purpose }) => when(true, 3, `\`*\` ends ${purpose} and does not say so`)),
    ...Object.entries(ended)
      .filter(([, promptId]) => said.includes(promptId) && !words.includes(promptId))
      .flatMap(([purpose]) => when(true, 3, `\`*\` says that ${purpose} is over and ends it not`)),
  ];
}

/** Going on may ask the next question; what was granted before ends all the same. */
function endings(changes: readonly StatusChange[]): readonly StatusChange[] {
  return changes.filter(({ kind }) => kind !== 'request');
}

function hearsReminder({ ended, asking }: Witness, { stretch }: { stretch: Stretch }): boolean {
  return !ended && stretch === 'reminder' && (asking?.stretches.includes(stretch) ?? false);
}

function endBreaches(
  act: string,
  granted: number,
  changes: readonly StatusChange[],
  after: Witness,
): readonly Breach[] {
  return [
    ...when(after.gates.length > 0, 3, `${act} leaves a gate open`),
    ...when(
      changes.length !== granted,
      3,
      `${act} ends ${granted} grants with ${changes.length} entries`,
    ),
  ];
}

/** The kinds of entries an event can make. */
const kindsOf: Readonly<Record<CallEvent['type'], readonly StatusChange['kind'][]>> = {
  STARTED: ['request'],
  HEARD: ['request', 'grant', 'reminder', 'refusal', 'withdrawal'],
  CHOSE: ['request', 'withdrawal'],
  SPOKEN: ['request'],
  STAR: ['request', 'withdrawal'],
  WITHDRAW: ['withdrawal', 'refusal'],
  PAUSE: [],
  RESUME: [],
  OTHERS: [],
  READY: [],
  UNANSWERED: [],
  LEFT: [],
  MACHINE: ['expiry'],
  FAILED: ['request', 'expiry'],
  HANGUP: [],
};

function entryBreaches({ before, event, step, after }: WitnessedStep): readonly Breach[] {
  const kinds = before.ended && event.type !== 'WITHDRAW' ? [] : kindsOf[event.type];
  return [
    ...step.changes
      .filter(({ kind }) => !kinds.includes(kind))
      .flatMap(({ kind }) => when(true, 4, `${event.type} makes an entry of a ${kind}`)),
    ...when(!agrees(after, step), 4, 'what the machine remembers is not what its entries say'),
  ];
}

const final: readonly Effect['type'][] = ['ask', 'choose', 'wait', 'next', 'bridge', 'hangup'];
const spoken: readonly Effect['type'][] = ['say', ...final];

/** A webhook that waits is answered with one document, and nothing else speaks. */
function documentBreaches({ before, event, step }: WitnessedStep): readonly Breach[] {
  const words = step.effects.map(({ type }) => type).filter((type) => spoken.includes(type));
  const ends = words.filter((type) => final.includes(type)).length;
  const whole = ends === 1 && final.includes(words.at(-1) ?? 'say');
  if (waits(before, event)) {
    return when(!whole, 5, `${sentence(event)} is answered with ${ends} whole documents`);
  }
  return when(words.length > 0 && !whole, 5, `${sentence(event)} speaks half a document`);
}

/** Whether the carrier waits for an answer to this event. */
function waits(before: Witness, event: CallEvent): boolean {
  if (before.ended) return false;
  switch (event.type) {
    case 'HEARD':
      return before.asking?.stretches.includes(event.stretch) ?? false;
    case 'CHOSE':
      return before.choosing !== null;
    case 'STAR':
    case 'SPOKEN':
      // Away for a moment, with an offer on the air: only its answer can come.
      return before.bridged && before.choosing === null;
    case 'FAILED':
      return true;
    case 'STARTED':
      return before.asking === null && before.choosing === null && !before.bridged;
    default:
      return false;
  }
}

function keyBreaches({ before, event, step, after }: WitnessedStep): readonly Breach[] {
  if (event.type !== 'HEARD' || event.answer !== 'deny' || !waits(before, event)) return [];
  const purpose = before.asking?.purpose;
  if (purpose === undefined) return [];
  return [
    ...when(after.asking?.purpose === purpose, 7, `a refusal of ${purpose} is asked again`),
    ...when(after.gates.includes(purpose), 7, `a refusal of ${purpose} leaves its gate open`),
    ...when(
      event.person === true && !(leadsToPerson(before, step, after) && after.gates.length === 0),
      7,
      'the key for a person does not lead to one, unrecorded',
    ),
    ...when(
      event.none === true && (after.asking !== null || granted(after).length > 0),
      7,
      'the key that refuses everything leaves something asked for or granted',
    ),
    ...when(step.effects.length === 0, 7, `a refusal of ${purpose} is ignored`),
  ];
}

/** Somebody on the bridge, or somebody who calls back where nobody is there. */
function leadsToPerson(before: Witness, step: Advance, after: Witness): boolean {
  if (before.asking?.message === true) return before.machine || leavesWord(step.effects);
  return after.bridged || after.waiting;
}

/** Word is left that the caller wants to be called back. */
export function leavesWord(effects: readonly Effect[]): boolean {
  return effects.some((effect) => effect.type === 'task' && effect.kind === 'call-back');
}

function sentence(event: CallEvent): string {
  return event.type === 'HEARD' ? `${event.answer} over the ${event.stretch}` : event.type;
}
