/** Reads the steps that ask for a permission. */
import { parsePeriod, periodForm } from '../consent/period.ts';
import { type Purpose, purposes } from '../words.ts';
import { type AskStep, choiceReaches } from './definition.ts';
import type { AskedQuestion, VoicemailStep } from './definition-message.ts';
import type { FieldReader, Fields, Path } from './fields.ts';

/** The choices are spoken once more after silence or doubt; a third time is the most. */
const attempts = { from: 2, to: 3 };
/** Seconds of a message. */
const limit = { from: 10, to: 600, usual: 120 };

const parts = ['purpose', 'choices', 'again', 'retry', 'attempts'];
const memoryParts = ['remember', 'scope', 'remembered', 'anew'];

/** The prompts of a question are those that are named after its purpose, unless it names others. */
export function readAsk(reader: FieldReader, raw: Fields, path: Path, speech: boolean): AskStep {
  const names = [...parts, 'granted', 'refused', 'silence', 'doubt', 'denied', ...memoryParts];
  const given = reader.members(raw, path, ['ask'], names);
  const ask = reader.oneOf<Purpose>(given['ask'], [...path, 'ask'], purposes);
  const at: Fields = {
    granted: 'bridge',
    refused: 'bridge',
    remembered: named(ask, speech)('remembered'),
    ...given,
  };
  const ifGiven = (part: 'silence' | 'doubt' | 'denied') =>
    at[part] === undefined ? {} : { [part]: reader.name(at[part], [...path, part]) };
  return {
    ...readQuestion(reader, given, path, ask, named(ask, speech)),
    granted: reader.name(at['granted'], [...path, 'granted']),
    refused: reader.name(at['refused'], [...path, 'refused']),
    ...ifGiven('silence'),
    ...ifGiven('doubt'),
    ...ifGiven('denied'),
    ...readMemory(reader, given, at, path),
  };
}

/** What makes an answer count beyond the call; nothing of it without a period. */
function readMemory(
  reader: FieldReader,
  given: Fields,
  at: Fields,
  path: Path,
): Pick<AskStep, 'remember' | 'scope' | 'remembered' | 'anew'> {
  const { remember } = given;
  if (remember === undefined || remember === 'call') {
    for (const name of ['scope', 'remembered', 'anew']) {
      if (given[name] !== undefined) reader.note([...path, name], 'needs remember, such as P12M');
    }
    return {};
  }
  if (parsePeriod(remember) === null) {
    reader.note([...path, 'remember'], `must be call, or ${periodForm}`);
  }
  const scope = given['scope'] ?? 'line';
  const anew = given['anew'] !== undefined && reader.flag(given['anew'], [...path, 'anew']);
  return {
    remember: String(remember),
    scope: reader.oneOf(scope, [...path, 'scope'], choiceReaches),
    remembered: reader.name(at['remembered'], [...path, 'remembered']),
    ...(anew ? { anew } : {}),
  };
}

export function readVoicemail(
  reader: FieldReader,
  raw: Fields,
  path: Path,
  speech: boolean,
): VoicemailStep {
  const given = reader.members(raw, path, ['voicemail', 'next'], [...parts, 'stopped', 'limit']);
  const at: Fields = { stopped: 'message-stopped', limit: limit.usual, ...given };
  return {
    voicemail: reader.name(at['voicemail'], [...path, 'voicemail']),
    question: readQuestion(reader, given, path, 'recording', named('message', speech)),
    stopped: reader.name(at['stopped'], [...path, 'stopped']),
    limit: reader.whole(at['limit'], [...path, 'limit'], limit.from, limit.to),
    next: reader.name(given['next'], [...path, 'next']),
  };
}

const named = (subject: string, speech: boolean) => (part: string) =>
  `${subject}-${part}${speech ? '-speech' : ''}`;

function readQuestion(
  reader: FieldReader,
  given: Fields,
  path: Path,
  ask: Purpose,
  prompt: (part: string) => string,
): AskedQuestion {
  const at: Fields = {
    purpose: prompt('purpose'),
    choices: prompt('choices'),
    retry: prompt('retry'),
    attempts: attempts.from,
    ...given,
  };
  const name = (key: string) => reader.name(at[key], [...path, key]);
  return {
    ask,
    purpose: name('purpose'),
    choices: name('choices'),
    ...(at['again'] === undefined ? {} : { again: name('again') }),
    retry: name('retry'),
    attempts: reader.whole(at['attempts'], [...path, 'attempts'], attempts.from, attempts.to),
  };
}
