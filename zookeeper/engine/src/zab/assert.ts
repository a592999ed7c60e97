/** Something that the protocol rules out has happened. @throws Error; the process ends with it */
export function fail(message: string): never {
  throw new Error(`The ensemble's core is in an impossible state: ${message}`);
}

/**
 * Stops a core that is about to act on a state that cannot be: to go on could cost acknowledged writes. `message` says what
 * had to hold. Where a message costs something to make and the condition is checked often, test it and {@link fail}.
 *
 * @throws Error when `condition` is false; the process ends with it.
 */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) fail(message);
}
