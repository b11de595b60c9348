import { purposes, type Role, roles } from '../words.ts';
import {
  type BusinessHours,
  type EraseOffer,
  type FlowDefinition,
  type KeyMap,
  reservedNames,
  type Step,
  silence,
  weekdays,
} from './definition.ts';
import { FieldReader, type Fields } from './fields.ts';
import { isZone, openingOf } from './hours.ts';
import type { Mistake } from './mistakes.ts';
import { readStep } from './read-step.ts';

const stepsMax = 100;
const versionMax = 1_000_000;

/** What an author need not say. Written out in the definition, so that the hash says it too. */
const defaults: Fields = {
  role: 'caller',
  locales: ['en'],
  speech: false,
  keys: { grant: '1', refuse: '2', person: '0' },
  bridge: { withdrawn: 'recording-stopped', unrecorded: 'not-recorded' },
};

const optionalParts = ['hours', 'first', 'person', 'bridge'];

/**
 * Reads a flow from whatever a file held. Either the definition or every mistake in its shape;
 * names that lead nowhere are found by `mistakesOf`.
 */
export function readDefinition(
  raw: unknown,
): { readonly definition: FlowDefinition } | { readonly mistakes: readonly Mistake[] } {
  const reader = new FieldReader();
  const definition = readFlow(reader, raw);
  return reader.mistakes.length === 0 ? { definition } : { mistakes: reader.mistakes };
}

function readFlow(reader: FieldReader, raw: unknown): FlowDefinition {
  const optional = ['role', 'locales', 'speech', 'keys', 'timeout', ...optionalParts];
  const at = { ...defaults, ...reader.members(raw, [], ['name', 'version', 'steps'], optional) };
  const name = reader.name(at['name'], ['name']);
  const version = reader.whole(at['version'], ['version'], 1, versionMax);
  const speech = reader.flag(at['speech'], ['speech']);
  const steps = readSteps(reader, at['steps'], speech);
  const [first] = Object.keys(steps);
  return {
    name,
    version,
    role: reader.oneOf<Role>(at['role'], ['role'], roles),
    locales: readLocales(reader, at['locales']),
    speech,
    keys: readKeys(reader, at['keys']),
    // The usual length is not written out: flows that are older than the choice keep their hash.
    ...(at['timeout'] === undefined
      ? {}
      : { timeout: reader.whole(at['timeout'], ['timeout'], silence.least, silence.most) }),
    ...(at['hours'] === undefined ? {} : { hours: readHours(reader, at['hours']) }),
    first: at['first'] === undefined ? (first ?? '') : reader.name(at['first'], ['first']),
    ...(at['person'] === undefined ? {} : { person: reader.name(at['person'], ['person']) }),
    steps,
    bridge: readBridge(reader, at['bridge']),
  };
}

function readSteps(
  reader: FieldReader,
  raw: unknown,
  speech: boolean,
): Readonly<Record<string, Step>> {
  const entries = Object.entries(reader.fields(raw, ['steps']));
  if (entries.length === 0) reader.note(['steps'], 'has no step');
  if (entries.length > stepsMax) reader.note(['steps'], `has more than ${stepsMax} steps`);
  return Object.fromEntries(
    entries.map(([name, step]) => {
      const path = ['steps', name];
      reader.name(name, path);
      if ((reservedNames as readonly string[]).includes(name)) {
        reader.note(path, `${name} is a name of ours; call the step something else`);
      }
      return [name, readStep(reader, step, path, speech)];
    }),
  );
}

function readBridge(reader: FieldReader, raw: unknown): FlowDefinition['bridge'] {
  const at = reader.members(
    raw,
    ['bridge'],
    ['withdrawn', 'unrecorded'],
    ['ended', 'record', 'agent', 'other', 'erase'],
  );
  return {
    withdrawn: reader.name(at['withdrawn'], ['bridge', 'withdrawn']),
    ...(at['ended'] === undefined ? {} : { ended: readEnded(reader, at['ended']) }),
    unrecorded: reader.name(at['unrecorded'], ['bridge', 'unrecorded']),
    // The rule is not written out: flows that are older than the choice keep their hash.
    ...(readRecord(reader, at['record']) === 'each' ? { record: 'each' as const } : {}),
    ...(at['agent'] === undefined ? {} : { agent: reader.name(at['agent'], ['bridge', 'agent']) }),
    ...(at['other'] === undefined ? {} : { other: reader.name(at['other'], ['bridge', 'other']) }),
    ...(at['erase'] === undefined ? {} : { erase: readErase(reader, at['erase']) }),
  };
}

function readEnded(
  reader: FieldReader,
  raw: unknown,
): NonNullable<FlowDefinition['bridge']['ended']> {
  const path = ['bridge', 'ended'];
  const at = reader.members(raw, path, [], [...purposes]);
  return Object.fromEntries(
    Object.entries(at).map(([purpose, prompt]) => [
      purpose,
      reader.name(prompt, [...path, purpose]),
    ]),
  );
}

function readRecord(reader: FieldReader, raw: unknown): 'everyone' | 'each' {
  if (raw === undefined) return 'everyone';
  return reader.oneOf(raw, ['bridge', 'record'], ['everyone', 'each']);
}

function readErase(reader: FieldReader, raw: unknown): EraseOffer {
  const path = ['bridge', 'erase'];
  const at = reader.members(raw, path, ['key', 'offer', 'done']);
  return {
    key: reader.digit(at['key'], [...path, 'key']),
    offer: reader.name(at['offer'], [...path, 'offer']),
    done: reader.name(at['done'], [...path, 'done']),
  };
}

function readKeys(reader: FieldReader, raw: unknown): KeyMap {
  const at = reader.members(raw, ['keys'], ['grant', 'refuse', 'person'], ['none']);
  const key = (name: string): string => reader.digit(at[name], ['keys', name]);
  const map = { grant: key('grant'), refuse: key('refuse'), person: key('person') };
  return at['none'] === undefined ? map : { ...map, none: key('none') };
}

function readLocales(reader: FieldReader, raw: unknown): readonly string[] {
  if (!Array.isArray(raw) || raw.length === 0) {
    reader.wrong(raw, ['locales'], 'must list at least one language, such as [en]');
    return [];
  }
  for (const [index, locale] of raw.entries()) {
    reader.locale(locale, ['locales', index]);
    if (raw.indexOf(locale) !== index) {
      reader.note(['locales', index], `${String(locale)} is listed twice`);
    }
  }
  return raw.map(String);
}

function readHours(reader: FieldReader, raw: unknown): BusinessHours {
  const at = reader.members(raw, ['hours'], ['zone', 'open']);
  const zone = at['zone'];
  if (zone !== undefined && !(typeof zone === 'string' && isZone(zone))) {
    reader.note(['hours', 'zone'], 'must be a time zone such as Europe/Berlin');
  }
  const open = Object.entries(
    at['open'] === undefined
      ? {}
      : reader.members(at['open'], ['hours', 'open'], [], [...weekdays]),
  );
  for (const [day, span] of open) {
    if (openingOf(span) === null) {
      const form = "must be from and to in quotes, such as '09:00-17:30', the end later";
      reader.note(['hours', 'open', day], form);
    }
  }
  return { zone: String(zone), open: Object.fromEntries(open) as BusinessHours['open'] };
}
