import { ConsentryError } from '../error.ts';

/** Something in the ledger or in a receipt that does not hold: what (`why`), and where. */
export class LedgerFault extends ConsentryError {
  readonly where: string;
  readonly why: string;

  constructor(where: string, why: string) {
    super('ledger_broken', `${where}: ${why}`);
    this.name = 'LedgerFault';
    this.where = where;
    this.why = why;
  }
}

/** Throws a `LedgerFault` unless the condition holds. */
export function hold(condition: unknown, where: string, why: string): asserts condition {
  if (!condition) throw new LedgerFault(where, why);
}
