/** Why something could not be done. */
export type ArcusErrorCode =
  /** An argument that no node would accept, or that this client cannot send. */
  | "invalidArgument"
  /** The ensemble knows no such cloud. */
  | "unknownService"
  /** The cloud has no node at present. */
  | "noNodes"
  /** The node that owns the key cannot be reached; nothing was sent. */
  | "nodeDown"
  /** The connection broke before the answer came; the operation may have happened. */
  | "connectionLost"
  /** No answer within the time given; the operation may have happened. */
  | "timedOut"
  /** The call's AbortSignal was aborted; the operation may have happened. */
  | "aborted"
  /** Too many operations wait for the node's answers. */
  | "queueFull"
  /** The client was closed, by its owner. */
  | "closed"
  /** The key holds an item of another type. */
  | "typeMismatch"
  /** The b+tree has bkeys of the other kind (numbers, bytes). */
  | "bkeyMismatch"
  /** The element's flag has not the bytes to work on. */
  | "eflagMismatch"
  /** The collection is not readable yet. */
  | "unreadable"
  /** The collection is full, and its overflow action is `error`. */
  | "overflowed"
  /** Outside of what the collection holds, or of where its elements have been trimmed. */
  | "outOfRange"
  /** A pipe broke off before this operation. */
  | "notTried"
  /** The node refuses the command: `CLIENT_ERROR`, `ERROR`, `NOT_SUPPORTED`. */
  | "refused"
  /** The node could not do it: `SERVER_ERROR`, mostly for want of memory. */
  | "serverFailed"
  /** What is stored is not what the transcoder can read. */
  | "undecodable"
  /** The node sent what is not the protocol. */
  | "protocolViolation";

export interface ArcusErrorOptions extends ErrorOptions {
  readonly key?: string | undefined;
  /** `ip:port` */
  readonly node?: string | undefined;
}

/** The only error this package rejects or throws with. */
export class ArcusError extends Error {
  override readonly name = "ArcusError";
  readonly code: ArcusErrorCode;
  /** The key concerned, if it was one. */
  readonly key: string | undefined;
  /** The node concerned, `ip:port`. */
  readonly node: string | undefined;

  constructor(code: ArcusErrorCode, message: string, options: ArcusErrorOptions = {}) {
    super(`${message} (${code})`, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.key = options.key;
    this.node = options.node;
  }
}

/** True if `error` is an ArcusError, and of one of the codes if any are given. */
export function isArcusError(error: unknown, ...codes: readonly ArcusErrorCode[]): error is ArcusError {
  return error instanceof ArcusError && (codes.length === 0 || codes.includes(error.code));
}
