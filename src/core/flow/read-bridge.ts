/** Reads the steps that ring somebody. */
import { type DialStep, lineAgent, type QueueStep, type Whisper } from './definition-bridge.ts';
import type { FieldReader, Fields, Path } from './fields.ts';

/** Seconds that somebody is rung: about five rings unless the flow says otherwise. */
const ring = { from: 5, to: 120, usual: 25 };
/** Seconds between two announcements: long enough to hear music, too short to feel forgotten. */
const every = { from: 10, to: 120, usual: 30 };
/** How often a queue speaks: with the longest pause, 40 minutes. */
const rounds = { from: 1, to: 20, usual: 10 };

interface Range {
  readonly from: number;
  readonly to: number;
  readonly usual: number;
}

function within(reader: FieldReader, value: unknown, path: Path, range: Range): number {
  return value === undefined ? range.usual : reader.whole(value, path, range.from, range.to);
}

export function readDial(reader: FieldReader, raw: Fields, path: Path): DialStep {
  const optional = ['timeout', 'whisper', 'afterwards'];
  const at = reader.members(raw, path, ['dial', 'unanswered'], optional);
  return {
    dial: reader.destination(at['dial'], [...path, 'dial']),
    timeout: within(reader, at['timeout'], [...path, 'timeout'], ring),
    ...whisperIn(reader, at, path),
    unanswered: reader.name(at['unanswered'], [...path, 'unanswered']),
    ...afterwardsIn(reader, at, path),
  };
}

export function readQueue(reader: FieldReader, raw: Fields, path: Path): QueueStep {
  const optional = ['to', 'every', 'music', 'attempts', 'timeout', 'whisper', 'afterwards'];
  const at = reader.members(raw, path, ['queue', 'choices', 'otherwise'], optional);
  return {
    queue: reader.name(at['queue'], [...path, 'queue']),
    to: at['to'] === undefined ? lineAgent : reader.destination(at['to'], [...path, 'to']),
    every: within(reader, at['every'], [...path, 'every'], every),
    ...(at['music'] === undefined ? {} : { music: reader.name(at['music'], [...path, 'music']) }),
    choices: reader.byKey(at['choices'], [...path, 'choices'], (value, place) =>
      reader.name(value, place),
    ),
    otherwise: reader.name(at['otherwise'], [...path, 'otherwise']),
    attempts: within(reader, at['attempts'], [...path, 'attempts'], rounds),
    timeout: within(reader, at['timeout'], [...path, 'timeout'], ring),
    ...whisperIn(reader, at, path),
    ...afterwardsIn(reader, at, path),
  };
}

function afterwardsIn(reader: FieldReader, at: Fields, path: Path): { afterwards?: string } {
  const value = at['afterwards'];
  return value === undefined ? {} : { afterwards: reader.name(value, [...path, 'afterwards']) };
}

/** One prompt, or one for each way the caller's answer went. */
function whisperIn(reader: FieldReader, at: Fields, path: Path): { whisper?: Whisper } {
  const value = at['whisper'];
  const place = [...path, 'whisper'];
  if (value === undefined) return {};
  if (typeof value === 'string') {
    const prompt = reader.name(value, place);
    return { whisper: { granted: prompt, refused: prompt } };
  }
  const both = reader.members(value, place, ['granted', 'refused']);
  const prompt = (name: 'granted' | 'refused') => reader.name(both[name], [...place, name]);
  return { whisper: { granted: prompt('granted'), refused: prompt('refused') } };
}
