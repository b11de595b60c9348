/** One step of a flow, by what it does: its first member says which kind it is. */
import { type Purpose, purposes } from '../words.ts';
import {
  type BranchCase,
  type BranchStep,
  conditions,
  type LanguageStep,
  type MenuStep,
  type Step,
  taskKinds,
} from './definition.ts';
import type { FieldReader, Fields, Path } from './fields.ts';
import { readDial, readQueue } from './read-bridge.ts';
import { readAsk, readVoicemail } from './read-question.ts';

const spokenMax = 3;
const menuAttempts = 2;
const rateHighest = 5;

const kinds = [
  'say',
  'ask',
  'menu',
  'language',
  'branch',
  'task',
  'dial',
  'queue',
  'voicemail',
  'rate',
  'text',
  'end',
] as const;
type Kind = (typeof kinds)[number];

const readers: Readonly<
  Record<
    Exclude<Kind, 'ask' | 'voicemail'>,
    (reader: FieldReader, fields: Fields, path: Path) => Step
  >
> = {
  say: (reader, fields, path) => {
    const at = reader.members(fields, path, ['say', 'next']);
    return {
      say: reader.name(at['say'], [...path, 'say']),
      next: reader.name(at['next'], [...path, 'next']),
    };
  },
  menu: readMenu,
  language: readLanguage,
  branch: readBranch,
  task: (reader, fields, path) => {
    const at = reader.members(fields, path, ['task', 'next']);
    return {
      task: reader.oneOf(at['task'], [...path, 'task'], taskKinds),
      next: reader.name(at['next'], [...path, 'next']),
    };
  },
  dial: readDial,
  queue: readQueue,
  text: (reader, fields, path) => {
    const at = reader.members(fields, path, ['text', 'next']);
    return {
      text: reader.name(at['text'], [...path, 'text']),
      next: reader.name(at['next'], [...path, 'next']),
    };
  },
  rate: (reader, fields, path) => {
    const given = reader.members(
      fields,
      path,
      ['rate', 'next'],
      ['stopped', 'highest', 'attempts'],
    );
    const at: Fields = {
      stopped: 'survey-stopped',
      highest: rateHighest,
      attempts: menuAttempts,
      ...given,
    };
    return {
      rate: reader.name(at['rate'], [...path, 'rate']),
      stopped: reader.name(at['stopped'], [...path, 'stopped']),
      highest: reader.whole(at['highest'], [...path, 'highest'], 2, 9),
      attempts: reader.whole(at['attempts'], [...path, 'attempts'], 1, spokenMax),
      next: reader.name(at['next'], [...path, 'next']),
    };
  },
  end: (reader, fields, path) => {
    const at = reader.members(fields, path, ['end']);
    return { end: reader.name(at['end'], [...path, 'end']) };
  },
};

/** What it returns is used only if no mistake was noted. */
export function readStep(reader: FieldReader, raw: unknown, path: Path, speech: boolean): Step {
  const fields = reader.fields(raw, path);
  const found = kinds.filter((kind) => kind in fields);
  const [kind] = found;
  if (kind === undefined || found.length > 1) {
    reader.note(path, `needs exactly one of ${kinds.join(', ')}`);
    return { end: '' };
  }
  if (kind === 'ask') return readAsk(reader, fields, path, speech);
  if (kind === 'voicemail') return readVoicemail(reader, fields, path, speech);
  return readers[kind](reader, fields, path);
}

function readMenu(reader: FieldReader, raw: Fields, path: Path): MenuStep {
  const at = reader.members(raw, path, ['menu', 'choices', 'otherwise'], ['attempts']);
  return {
    menu: reader.name(at['menu'], [...path, 'menu']),
    choices: reader.byKey(at['choices'], [...path, 'choices'], (value, place) =>
      reader.name(value, place),
    ),
    otherwise: reader.name(at['otherwise'], [...path, 'otherwise']),
    attempts:
      at['attempts'] === undefined
        ? menuAttempts
        : reader.whole(at['attempts'], [...path, 'attempts'], 1, spokenMax),
  };
}

function readLanguage(reader: FieldReader, raw: Fields, path: Path): LanguageStep {
  const at = reader.members(raw, path, ['language', 'choices', 'next']);
  return {
    language: reader.name(at['language'], [...path, 'language']),
    choices: reader.byKey(at['choices'], [...path, 'choices'], (value, place) =>
      reader.locale(value, place),
    ),
    next: reader.name(at['next'], [...path, 'next']),
  };
}

function readBranch(reader: FieldReader, raw: Fields, path: Path): BranchStep {
  const at = reader.members(raw, path, ['branch', 'otherwise']);
  const cases = at['branch'];
  if (!Array.isArray(cases) || cases.length === 0) {
    reader.wrong(cases, [...path, 'branch'], 'must list at least one case');
  }
  return {
    branch: (Array.isArray(cases) ? cases : []).map((one, i): BranchCase => {
      const place = [...path, 'branch', i];
      const fields = reader.members(one, place, ['when', 'next'], ['purpose']);
      return {
        when: reader.oneOf(fields['when'], [...place, 'when'], conditions),
        ...(fields['purpose'] === undefined
          ? {}
          : { purpose: reader.oneOf<Purpose>(fields['purpose'], [...place, 'purpose'], purposes) }),
        next: reader.name(fields['next'], [...place, 'next']),
      };
    }),
    otherwise: reader.name(at['otherwise'], [...path, 'otherwise']),
  };
}
