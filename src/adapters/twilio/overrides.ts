/**
 * Connection overrides, in the fragment, for every address the carrier is to ask: two retries,
 * also when we were slow or failed, with 4 s of waiting each
 * (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides). Three tries fit the
 * carrier's cap of 15 s a webhook, and repeats are harmless: a step has one answer.
 */
export function withOverrides(url: string): string {
  return `${url}#rc=2&rp=ct,rt,5xx&rt=4000`;
}
