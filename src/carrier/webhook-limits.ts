/** What may be tried again: the classes of failure that `rp` names. */
export type RetryPolicy = '4xx' | '5xx' | 'ct' | 'rt' | 'all';

/** How long a webhook may take and how often it is tried, ms and counts. */
export interface WebhookLimits {
  readonly connectMs: number;
  /** To the first packet, and between packets. */
  readonly readMs: number;
  /** With all retries. */
  readonly totalMs: number;
  readonly retries: number;
  readonly retryOn: readonly RetryPolicy[];
}

/** twilio.com/docs/usage/webhooks/webhooks-connection-overrides */
export const defaultLimits: WebhookLimits = {
  connectMs: 5000,
  readMs: 15_000,
  totalMs: 15_000,
  retries: 1,
  retryOn: ['ct'],
};

const policies: readonly RetryPolicy[] = ['4xx', '5xx', 'ct', 'rt', 'all'];

const ranges = {
  ct: { limit: 'connectMs', from: 100, to: 10_000 },
  rt: { limit: 'readMs', from: 100, to: 15_000 },
  tt: { limit: 'totalMs', from: 100, to: 15_000 },
  rc: { limit: 'retries', from: 0, to: 5 },
} as const;

/**
 * Reads the overrides in a webhook URL's fragment, such as `#rc=2&rp=ct,rt,5xx&rt=4000`. A wrong
 * one leaves the default standing and is told in `problems`.
 */
export function limitsOf(
  url: string,
  defaults: WebhookLimits = defaultLimits,
): { readonly limits: WebhookLimits; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const limits = { ...defaults };
  for (const [key, value] of new URLSearchParams(new URL(url).hash.slice(1))) {
    if (key === 'rp') {
      const named = value.split(',');
      if (named.every(isPolicy)) limits.retryOn = named;
      else problems.push(`rp=${value}; allowed: a list of ${policies.join(', ')}`);
    } else if (key in ranges) {
      const range = ranges[key as keyof typeof ranges];
      const number = Number(value);
      if (/^\d+$/.test(value) && number >= range.from && number <= range.to) {
        limits[range.limit] = number;
      } else problems.push(`${key}=${value}; allowed: ${range.from} to ${range.to}`);
    } else if (key !== 'sni' && key !== 'e') {
      problems.push(`${key} is not a connection override`);
    }
  }
  return { limits, problems };
}

function isPolicy(text: string): text is RetryPolicy {
  return (policies as readonly string[]).includes(text);
}
