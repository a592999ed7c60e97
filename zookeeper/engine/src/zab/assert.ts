import { formatZxid } from "@branta/zookeeper-protocol";

/** Something that the protocol rules out has happened. @throws Error; the process ends with it */
function fail(message: string): never {
  throw new Error(`The ensemble's core is in an impossible state: ${message}`);
}

/**
 * Stops a core that is about to act on a state that cannot be: to go on could cost acknowledged writes. `message` says what
 * had to hold. Where zxids have to be told, see {@link assertPosition}.
 *
 * @throws Error when `condition` is false; the process ends with it.
 */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) fail(message);
}

/**
 * As {@link assert}, about a zxid and where it should stand: checked for every transaction, so the message, "0x100000002 does
 * not follow 0x100000000", is made only when it is needed.
 *
 * @throws Error when `condition` is false; the process ends with it.
 */
export function assertPosition(condition: boolean, zxid: number, problem: string, other: number): void {
  if (!condition) fail(`${formatZxid(zxid)} ${problem} ${formatZxid(other)}`);
}
