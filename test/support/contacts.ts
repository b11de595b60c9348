import type { ContactStore } from '../../src/app/contact-ports.ts';

/** A list that says the same of everybody. */
export const contactsThat = (mayBegin: boolean): ContactStore => ({
  isListed: async () => !mayBegin,
  begin: async () => mayBegin,
  rings: async () => {},
  end: async () => {},
  underWay: async () => [],
});
