export const late = Symbol('late');

/** The work's result, or `late` after so many ms; what the work comes to then is dropped. */
export function within<Result>(work: Promise<Result>, ms: number): Promise<Result | typeof late> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, Math.max(0, ms), late);
    work.then(
      (result) => {
        clearTimeout(timer);
        resolve(result);
      },
      (error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
