import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { callArgs } from '../../../src/edges/cli/call-args.ts';
import { UsageError } from '../../../src/edges/cli/command.ts';

const dir = mkdtempSync(join(tmpdir(), 'call-args-'));
const script = join(dir, 'script.json');
const broken = join(dir, 'broken.json');
writeFileSync(script, '{"answers":[{"press":"1"}]}');
writeFileSync(broken, '{');
afterAll(() => rmSync(dir, { recursive: true }));

describe('the arguments of a call', () => {
  it.each([
    [[], {}],
    [['--answer', '1'], { answer: '1' }],
    [['--answer=12#'], { answer: '12#' }],
    [['--say', 'yes'], { say: 'yes', flow: 'inbound-speech' }],
    [['--say', 'yes', '--flow', 'mine'], { say: 'yes', flow: 'mine' }],
    [['--silent'], { silent: true }],
    [['--answer', '1', '--withdraw-at', '3s'], { answer: '1', withdrawAtMs: 3000 }],
    [['--hangup-at', '1.5'], { hangupAtMs: 1500 }],
    [['--hangup-at', '250ms'], { hangupAtMs: 250 }],
    [['--hangup-at', '2m'], { hangupAtMs: 120_000 }],
    [['--from', 'anonymous', '--to', '+18885550100'], { from: 'anonymous', to: '+18885550100' }],
    [['--speed', '10'], { speed: 10 }],
    [['--script', script], { script: { answers: [{ press: '1' }] } }],
  ])('%j are understood', (args, request) => {
    expect(callArgs(args)).toEqual({ json: false, request });
  });

  it.each([
    [['--answer', 'x'], 'keys 0-9'],
    [['--answer', '1', '--silent'], 'one of them'],
    [['--to', '911'], 'E.164'],
    [['--hangup-at', 'soon'], '500ms'],
    [['--withdraw-at', '3s', '--hangup-at', '2s'], 'before --hangup-at'],
    [['--speed', '0'], '0.1 to 100'],
    [['--script', join(dir, 'gone.json')], 'cannot be read'],
    [['--script', broken], 'is not JSON'],
    [['--answr', '1'], 'did you mean --answer?'],
    [['now'], 'too much'],
  ])('%j are refused, with what is allowed', (args, message) => {
    expect(() => callArgs(args)).toThrow(UsageError);
    expect(() => callArgs(args)).toThrow(message);
  });

  it('that are refused are not repeated where they may be a number or a key', () => {
    expect(() => callArgs(['--to', '0301234567'])).not.toThrow('0301234567');
  });
});
