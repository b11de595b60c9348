/** Why an SFTP server did not take an export. */

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

export class PushError extends Error {
  override readonly name = 'PushError';
  readonly fault: PushFault;
  constructor(fault: PushFault, cause?: unknown) {
    super(`an export was not taken: ${fault}`, { cause });
    this.fault = fault;
  }
}
