import { createHash } from 'node:crypto';
import { apiVersion } from './parameters.ts';
import { RestForm } from './rest-parameters.ts';
import type { World } from './world.ts';

/** A telephone number of the account. */
export interface OwnNumber {
  readonly number: string;
  /** `VoiceCallerIdLookup`: the carrier looks up, for money, what the caller is called. */
  readonly looksUpNames?: boolean;
}

/** GET /IncomingPhoneNumbers.json. */
export function listNumbers(world: World, query: string): object {
  const form = new RestForm(query, { names: ['PageSize', 'Page', 'PageToken'] });
  const uri = `/${apiVersion}/Accounts/${world.accountSid}/IncomingPhoneNumbers.json`;
  return {
    incoming_phone_numbers: world.numbers.map((one) => numberJson(world, one)),
    page: 0,
    page_size: form.whole('PageSize', 1, 1000, 50),
    uri,
    first_page_uri: uri,
    next_page_uri: null,
    previous_page_uri: null,
  };
}

function numberJson({ accountSid }: World, { number, looksUpNames = false }: OwnNumber): object {
  const sid = `PN${createHash('md5').update(number).digest('hex')}`;
  return {
    account_sid: accountSid,
    phone_number: number,
    sid,
    voice_caller_id_lookup: looksUpNames,
    uri: `/${apiVersion}/Accounts/${accountSid}/IncomingPhoneNumbers/${sid}.json`,
  };
}
