export const late = Symbol('late');

/** The work's result, or `late` after so many ms; what the work comes to then is dropped. */
export async function within<Result>(
  work: Promise<Result>,
  ms: number,
): Promise<Result | typeof late> {
  let timer: NodeJS.Timeout | undefined;
  const lateness = new Promise<typeof late>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, ms), late);
  });
  try {
    return await Promise.race([work, lateness]);
  } finally {
    clearTimeout(timer);
  }
}
