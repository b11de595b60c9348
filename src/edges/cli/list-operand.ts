/** Which list a command is about, and as whom it works on it. */

import { instantForm, parseInstant } from '../../core/instant.ts';
import { listIdForm, listKinds, ownList } from '../../core/suppression/list-manifest.ts';
import { UsageError } from './command.ts';

export const listOperand = {
  name: 'LIST',
  about: `Which list: its kind (${listKinds.join(', ')}), and where it is kept: national-US, state-US-FL, tps-GB, dncl-CA; litigator, reassigned and wireless have no place. Your own is \`${ownList}\`.`,
};

export const operatorAsker = { by: 'operator', as: 'operator', address: null } as const;

export function listIn([list = '']: readonly string[]): string {
  if (list === ownList || listIdForm.test(list)) return list;
  throw new UsageError(`LIST cannot be “${list}”; allowed: such as national-US, state-US-FL, own`);
}

export function instantIn(option: string, text: string | null): number | null {
  const at = text === null ? null : parseInstant(text);
  if (text !== null && at === null) {
    throw new UsageError(`--${option} cannot be that; allowed: ${instantForm}`);
  }
  return at;
}
