import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { showProgress } from '../../../src/edges/cli/progress.ts';
import { inert, terminalOf } from '../../../src/edges/cli/terminal.ts';

const streams = (isTTY: boolean) => {
  const stdout = new PassThrough();
  const stderr = Object.assign(new PassThrough(), { isTTY });
  return { stdin: new PassThrough(), stdout, stderr };
};

test('text of others cannot move the cursor or turn letters round', () => {
  expect(inert('a\x1b[2Jb\u202ec\x9bd\re')).toBe('a\\u001b[2Jb\\u202ec\\u009bd\\u000de');
  expect(inert('two\nlines\tand — ü 😀')).toBe('two\nlines\tand — ü 😀');
});

test('JSON stays the same value', () => {
  void fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const written = inert(JSON.stringify({ text }));
      expect(JSON.parse(written)).toEqual({ text });
      expect(inert(written)).toBe(written);
    }),
  );
});

test('results go to standard output and everything else to standard error', () => {
  const { stdin, stdout, stderr } = streams(false);
  const terminal = terminalOf({ stdin, stdout, stderr });
  terminal.out('result');
  terminal.err('warning');
  expect(String(stdout.read())).toBe('result\n');
  expect(String(stderr.read())).toBe('warning\n');
  expect(terminal.draw).toBeNull();
});

test('a reader that has read enough is no failure', async () => {
  const { stdin, stdout, stderr } = streams(false);
  terminalOf({ stdin, stdout, stderr });
  stdout.destroy(Object.assign(new Error('broken pipe'), { code: 'EPIPE' }));
  await expect(finished(stdout)).rejects.toThrow('broken pipe');
});

test('progress is drawn once a percent, only on a terminal, and taken away', () => {
  const { stdin, stdout, stderr } = streams(true);
  const progress = showProgress(terminalOf({ stdin, stdout, stderr }), 'writing');
  for (let done = 0; done <= 1_000; done += 1) progress.at(done, 1_000);
  progress.end();
  progress.end();
  const drawn = String(stderr.read()).split('\r\x1b[K');
  expect(drawn).toHaveLength(1 + 101 + 1);
  expect(drawn[51]).toBe(`writing [${'#'.repeat(15)}${'.'.repeat(15)}] 50 %`);
  expect(drawn.at(-1)).toBe('');
});
