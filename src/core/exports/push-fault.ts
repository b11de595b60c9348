/** Why an SFTP server did not take a file, or did not give one. */

/** Of `host-key`, `login`, `target` and `recipient` nothing is mended by trying again: a person has to look. */
export const pushFaults = [
  'host-key',
  'login',
  'target',
  'recipient',
  'unreachable',
  'storage',
] as const;
export type PushFault = (typeof pushFaults)[number];

/** `missing`: there is no such file. */
export type PullFault = PushFault | 'missing';

export class PushError extends Error {
  override readonly name = 'PushError';
  readonly fault: PushFault;
  constructor(fault: PushFault, cause?: unknown) {
    super(`an export was not taken: ${fault}`, { cause });
    this.fault = fault;
  }
}

export class PullError extends Error {
  override readonly name = 'PullError';
  readonly fault: PullFault;
  constructor(fault: PullFault, cause?: unknown) {
    super(`a file was not given: ${fault}`, { cause });
    this.fault = fault;
  }
}
