/**
 * Stops a core that is about to act on a state that cannot be: to go on could cost acknowledged writes. `message` says what
 * had to hold.
 *
 * @throws Error when `condition` is false; the process ends with it.
 */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`The ensemble's core is in an impossible state: ${message}`);
}
