/**
 * Makes what many want at once be done once for all of them. Whoever asks while it is under way gets
 * the next time, which has not begun: what happened before they asked is in it.
 */
export function sharing<Key>(act: (key: Key) => Promise<void>): (key: Key) => Promise<void> {
  const running = new Map<Key, Promise<void>>();
  const next = new Map<Key, Promise<void>>();

  function start(key: Key): Promise<void> {
    const run = act(key).finally(() => running.delete(key));
    running.set(key, run);
    return run;
  }

  return (key) => {
    const waiting = next.get(key);
    if (waiting !== undefined) return waiting;
    const now = running.get(key);
    if (now === undefined) return start(key);
    const after = now
      .catch(() => {})
      .then(() => {
        next.delete(key);
        return start(key);
      });
    next.set(key, after);
    return after;
  };
}
