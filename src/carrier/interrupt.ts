import type { EndedBy } from './events.ts';

/** What takes a leg out of whatever it is doing. */
export type Interrupt<Request> =
  | { readonly kind: 'hangup'; readonly by: EndedBy }
  /** The REST API gave it another document. */
  | { readonly kind: 'redirect'; readonly request: Request };

/** Thrown out of every wait of a leg that was interrupted. */
export class Interrupted extends Error {
  constructor() {
    super('the leg was interrupted');
    this.name = 'Interrupted';
  }
}

/** The promise, unless the signal comes first: then its reason is thrown. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
