import { expect, it } from 'vitest';
import { createRegistry } from '../../../src/edges/http/metrics.ts';

it('counters begin at nought for every label there is', () => {
  const registry = createRegistry();
  const counter = registry.counter('calls_total', 'Calls.', {
    way: ['in', 'out'],
    end: ['a', 'b'],
  });
  counter.add({ way: 'out', end: 'a' });
  counter.add({ way: 'out', end: 'a' });
  expect(registry.text()).toBe(
    [
      '# HELP calls_total Calls.',
      '# TYPE calls_total counter',
      'calls_total{way="in",end="a"} 0',
      'calls_total{way="in",end="b"} 0',
      'calls_total{way="out",end="a"} 2',
      'calls_total{way="out",end="b"} 0',
      '',
    ].join('\n'),
  );
});

it('a label that was not announced makes no series', () => {
  const registry = createRegistry();
  const counter = registry.counter('calls_total', 'Calls.', { way: ['in'] });
  const before = registry.text();
  counter.add({ way: '+14155550123' as 'in' });
  expect(registry.text()).toBe(before);
});

it('histograms count up to and with their bounds', () => {
  const registry = createRegistry();
  const seconds = registry.histogram('step_seconds', 'Steps.', { kind: ['x'] }, [0.1, 1]);
  for (const value of [0.05, 0.1, 0.5, 1, 7]) seconds.observe({ kind: 'x' }, value);
  expect(registry.text().split('\n').slice(2)).toEqual([
    'step_seconds_bucket{kind="x",le="0.1"} 2',
    'step_seconds_bucket{kind="x",le="1"} 4',
    'step_seconds_bucket{kind="x",le="+Inf"} 5',
    'step_seconds_sum{kind="x"} 8.65',
    'step_seconds_count{kind="x"} 5',
    '',
  ]);
});
