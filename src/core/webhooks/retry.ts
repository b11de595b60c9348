/** When a message that was not taken is sent again; about two days in all. */
const waitsS = [5, 30, 120, 600, 1_800, 7_200, 21_600, 43_200, 86_400] as const;
/** Waits differ by so much, so that those who failed together do not come back together. */
const jitter = 0.2;

/**
 * @param attempts made so far, at least one
 * @param chance from 0 to 1
 * @returns null: given up
 */
export function waitMs(attempts: number, chance: number): number | null {
  const wait = waitsS[attempts - 1];
  return wait === undefined ? null : Math.round(wait * 1_000 * (1 + jitter * (2 * chance - 1)));
}

/** They say that nobody is there any more: https://www.rfc-editor.org/rfc/rfc9110#status.410 */
export const isGone = (status: number | null): boolean => status === 410;
export const isTaken = (status: number | null): boolean =>
  status !== null && status >= 200 && status < 300;
