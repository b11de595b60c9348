import { describe, expect, it } from 'vitest';
import { defaultLimits, limitsOf } from '../../src/carrier/webhook-limits.ts';

describe('connection overrides', () => {
  it.each([
    ['', defaultLimits],
    ['#rc=2&rp=ct,rt,5xx&rt=4000', { ...defaultLimits, retries: 2, retryOn: ['ct', 'rt', '5xx'], readMs: 4000 }],
    ['#ct=100&tt=15000&rp=all', { ...defaultLimits, connectMs: 100, totalMs: 15_000, retryOn: ['all'] }],
    ['#sni=y&e=dublin', defaultLimits],
  ])('%s are read', (fragment, expected) => {
    expect(limitsOf(`https://h.example/voice?a=1${fragment}`)).toEqual({
      limits: expected,
      problems: [],
    });
  }); // biome-ignore format: rows

  it.each(['#rc=6', '#rt=99', '#ct=10001', '#rp=never', '#zz=1', '#rc=two'])(
    '%s is a problem, and the default stands',
    (fragment) => {
      const { limits, problems } = limitsOf(`https://h.example/voice${fragment}`);
      expect(limits).toEqual(defaultLimits);
      expect(problems).toHaveLength(1);
    },
  );
});
