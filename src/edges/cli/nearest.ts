/** What was probably meant: the same for commands and for flows. */
export { allowedText, nearest } from '../../core/nearest.ts';
