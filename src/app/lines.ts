/** Lines: what happens on a call to one of our numbers. Used by the API, the CLI and calls. */
import { assert, ConsentryError, type Mistake } from '../core/error.ts';
import { parseNumber } from '../core/suppression/number.ts';
import type { Uuid } from '../core/words.ts';
import type { Ciphers, FlowList, LineRecord, LineStore, SealedLineNumber } from './api-ports.ts';
import type { Clock, FieldCipher, Random } from './ports.ts';

export interface LineParts {
  readonly lines: LineStore;
  readonly ciphers: Ciphers;
  readonly flows: FlowList;
  readonly clock: Clock;
  readonly random: Random;
}

export interface Line {
  readonly id: Uuid;
  /** E.164. */
  readonly number: string;
  readonly flow: string;
  readonly locale: string;
  /** Who asks, as spoken in prompts. */
  readonly controller: string;
  /** E.164 or `sip:` address of whoever answers calls; null: nobody is dialled. */
  readonly agent: string | null;
  /** Whose calls they are, for people limited to teams; null: of no team. */
  readonly team: string | null;
  readonly isDefault: boolean;
  readonly updatedAt: number;
}

export interface LineSettings {
  readonly flow: string;
  readonly locale: string;
  readonly controller: string;
  /** Undefined: stays as it is; a new line has none. */
  readonly agent?: string | null | undefined;
  /** Undefined: stays as it is; a new line is of no team. */
  readonly team?: string | null | undefined;
  /** Undefined: stays as it is; a new line is not the default. */
  readonly isDefault?: boolean | undefined;
}

const numberForm = 'a number in international form, such as +4930123456';
/** What can be dialled. */
export const addressForm = `${numberForm}, or an address such as sip:desk@example.com`;
const agentForm = `${numberForm}, an address such as sip:desk@example.com, or null`;
/** Long enough for any firm's name, short enough to be spoken in a question. */
const controllerCharsMax = 100;
/** A name that people of one team have in common: nothing that controls a terminal. */
const teamCharsMax = 60;
const teamText = /^[^\p{C}]+$/u;
/** Letters, digits, spaces and the marks found in firms' names; nothing that controls a terminal. */
const controllerText = /^[\p{L}\p{M}\p{N}\p{P}\p{Sc}\p{Sm} ]+$/u;
const sipAddress =
  /^sips?:[A-Za-z0-9._~%+-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,190}[A-Za-z0-9])?(?::[0-9]{1,5})?$/;

/** All lines of a tenant, in order of their numbers. */
export async function listLines(parts: LineParts, tenantId: Uuid): Promise<readonly Line[]> {
  const cipher = parts.ciphers(tenantId);
  const lines = (await parts.lines.list(tenantId)).map((record) => openLine(cipher, record));
  return lines.sort((a, b) => (a.number < b.number ? -1 : 1));
}

/** Null if the text is no number or no line has it. */
export async function showLine(
  parts: LineParts,
  tenantId: Uuid,
  text: string,
): Promise<Line | null> {
  const number = parseNumber(text);
  return number === null
    ? null
    : findLine(parts, tenantId, parts.ciphers(tenantId).token(number.e164));
}

/** The line with this number's token; null if nobody configured it. */
export async function findLine(
  { lines, ciphers }: Pick<LineParts, 'lines' | 'ciphers'>,
  tenantId: Uuid,
  numberToken: Buffer,
): Promise<Line | null> {
  const record = await lines.find(tenantId, numberToken);
  return record && openLine(ciphers(tenantId), record);
}

/** The line that calls go out from when nothing else was said; null if there is none. */
export async function defaultLine(
  { lines, ciphers }: Pick<LineParts, 'lines' | 'ciphers'>,
  tenantId: Uuid,
): Promise<Line | null> {
  const record = await lines.findDefault(tenantId);
  return record && openLine(ciphers(tenantId), record);
}

/**
 * Makes a line or changes it.
 * @throws `invalid_request` naming every mistake and what is allowed instead
 */
export async function setLine(
  parts: LineParts,
  tenantId: Uuid,
  text: string,
  settings: LineSettings,
): Promise<Line> {
  const number = parseNumber(text)?.e164 ?? null;
  const agent = settings.agent == null ? settings.agent : readAddress(settings.agent);
  const mistakes = mistakesOf(parts.flows, { ...settings, number, agentRead: agent });
  if (mistakes.length > 0) throw invalid(mistakes);
  assert(number !== null, 'a line without a number was refused');
  const cipher = parts.ciphers(tenantId);
  const numberToken = cipher.token(number);
  const record = await parts.lines.put(tenantId, {
    id: parts.random.uuid(),
    numberToken,
    numberSealed: cipher.seal(null, context(numberToken, 'number'), Buffer.from(number)),
    flow: settings.flow,
    locale: settings.locale,
    controller: settings.controller.trim().normalize('NFC'),
    agentSealed:
      agent == null ? agent : cipher.seal(null, context(numberToken, 'agent'), Buffer.from(agent)),
    team: settings.team?.trim().normalize('NFC') ?? settings.team,
    isDefault: settings.isDefault,
    at: parts.clock.now(),
  });
  return openLine(cipher, record);
}

/** A line's own number. Throws `key_missing` if it was sealed for another tenant or row. */
export function openLineNumber(cipher: FieldCipher, line: SealedLineNumber): string {
  return cipher.open(null, context(line.numberToken, 'number'), line.numberSealed).toString('utf8');
}

function openLine(cipher: FieldCipher, record: LineRecord): Line {
  const { numberToken, agentSealed } = record;
  return {
    id: record.id,
    number: openLineNumber(cipher, record),
    flow: record.flow,
    locale: record.locale,
    controller: record.controller,
    agent:
      agentSealed && cipher.open(null, context(numberToken, 'agent'), agentSealed).toString('utf8'),
    team: record.team,
    isDefault: record.isDefault,
    updatedAt: record.updatedAt,
  };
}

/** By token, not by id: the row of a line that exists already keeps its id. */
const context = (numberToken: Buffer, field: string): string =>
  `line/${numberToken.toString('hex')}/${field}`;

/** Null for what cannot be dialled. */
export function readAddress(text: string): string | null {
  const trimmed = text.trim();
  return sipAddress.test(trimmed) ? trimmed : (parseNumber(trimmed)?.e164 ?? null);
}

interface Read extends LineSettings {
  readonly number: string | null;
  readonly agentRead: string | null | undefined;
}

function mistakesOf(flows: FlowList, line: Read): Mistake[] {
  const mistakes: Mistake[] = [];
  const names = flows.names();
  const controller = line.controller.trim();
  if (line.number === null) {
    mistakes.push({ path: 'number', what: 'is not a telephone number', allowed: numberForm });
  }
  if (!names.includes(line.flow)) {
    mistakes.push({ path: 'flow', what: 'there is no such flow', allowed: names.join(', ') });
  } else if (!flows.locales(line.flow).includes(line.locale)) {
    const allowed = flows.locales(line.flow).join(', ');
    mistakes.push({ path: 'locale', what: 'the flow has no prompts in this locale', allowed });
  }
  if (controller.length > controllerCharsMax || !controllerText.test(controller)) {
    const allowed = `1 to ${controllerCharsMax} letters, digits, spaces and punctuation marks`;
    mistakes.push({ path: 'controller', what: 'cannot be spoken in a prompt', allowed });
  }
  const team = line.team?.trim() ?? 'none';
  if (team.length > teamCharsMax || !teamText.test(team)) {
    const allowed = `1 to ${teamCharsMax} characters, or null`;
    mistakes.push({ path: 'team', what: 'is no name of a team', allowed });
  }
  if (line.agent != null && line.agentRead === null) {
    mistakes.push({ path: 'agent', what: 'is not an address to dial', allowed: agentForm });
  } else if (line.agentRead != null && line.agentRead === line.number) {
    mistakes.push({
      path: 'agent',
      what: 'is the line itself, which would call itself without end',
      allowed: agentForm,
    });
  }
  return mistakes;
}

function invalid(mistakes: readonly Mistake[]): ConsentryError {
  const texts = mistakes.map(({ path, what, allowed }) => `${path}: ${what}; allowed: ${allowed}`);
  return new ConsentryError('invalid_request', texts.join(' | '), { mistakes });
}
