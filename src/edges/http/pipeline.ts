/**
 * What every request of the carrier must pass, in order. All of it happens before any state is
 * read or written, so a request that fails leaves no trace but a count.
 */
import {
  assignFields,
  type Check,
  checkAccount,
  checkAnnouncedSize,
  checkEncoding,
  checkFormOrJsonType,
  checkFormType,
  checkGetOrPost,
  checkPost,
  checkSignature,
  dropUnknown,
  loadBody,
} from './checks.ts';
import type { Endpoint } from './exchange.ts';

const V = 'voice';
const S = 'voiceStep';
const T = 'status';
const C = 'conference';
const M = 'messages';
const F = 'fallback';
const _ = null;

type Row = readonly [Check, ...(Endpoint | null)[]];

// biome-ignore format: a table is read by its columns
const table: readonly Row[] = [
  //                    voice  step  status  conference  messages  fallback
  [checkPost,           V,     S,    T,      C,          M,        _],
  [checkGetOrPost,      _,     _,    _,      _,          _,        F],
  [checkAnnouncedSize,  V,     S,    T,      C,          M,        F],
  [checkEncoding,       V,     S,    T,      C,          M,        F],
  [checkFormType,       V,     S,    _,      _,          M,        F],
  [checkFormOrJsonType, _,     _,    T,      C,          _,        _],
  [loadBody,            V,     S,    T,      C,          M,        F],
  [assignFields,        V,     S,    T,      C,          M,        F],
  [checkSignature,      V,     S,    T,      C,          M,        F],
  [checkAccount,        V,     S,    T,      C,          M,        F],
  [dropUnknown,         V,     S,    T,      C,          M,        F],
];

/** The checks of each endpoint, in the table's order. */
export const pipeline: Readonly<Record<Endpoint, readonly Check[]>> = {
  voice: columnOf(V),
  voiceStep: columnOf(S),
  status: columnOf(T),
  conference: columnOf(C),
  messages: columnOf(M),
  fallback: columnOf(F),
};

function columnOf(endpoint: Endpoint): readonly Check[] {
  return table.filter((row) => row.includes(endpoint)).map(([check]) => check);
}
