/**
 * The register as it is shipped: the carrier, and the recogniser it hands spoken answers to. What a
 * business agreed with them (region, retention) it writes over this.
 */
import type { Recipient } from './recipient.ts';

export const shippedRecipients: readonly Recipient[] = [
  {
    id: 'twilio',
    company: 'Twilio Inc.',
    hosts: ['api.twilio.com', 'accounts.twilio.com'],
    purpose: 'carries calls and text messages, and speaks what callers hear',
    data: ['number', 'voice', 'words'],
    region: 'United States',
    retention:
      'no sound is kept there; records of calls and texts until their person is erased here, or as its terms say',
    since: null,
  },
  {
    id: 'google-speech',
    company: 'Google LLC, through Twilio',
    hosts: [],
    purpose: 'turns a spoken answer into text, in flows that say that a computer listens',
    data: ['words'],
    region: 'United States',
    retention: 'as its terms with the carrier say',
    since: null,
  },
];
