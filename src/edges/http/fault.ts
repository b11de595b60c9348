/**
 * What a log may hold about an unexpected error: its kind and where it was thrown. Its message
 * stays out, for the text of an exception can quote a caller's number or words.
 */
export function faultFields(error: unknown): { fault: string; at: readonly string[] } {
  if (!(error instanceof Error)) return { fault: typeof error, at: [] };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line));
  return { fault: error.name, at: frames.slice(0, 8).map((line) => line.trim()) };
}
