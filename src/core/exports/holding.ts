/** How pseudonyms of who is in an export are kept. */

/** Of a person's token, the first bytes: as unlikely to meet as a UUID. */
export const holdingTokenBytes = 16;
/** A part is 64 KiB: one page of a search. */
export const holdingPartTokens = 4_096;
