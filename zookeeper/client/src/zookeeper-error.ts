import { ErrorCode, errorName } from "@branta/zookeeper-protocol";

/** Every code a server can answer with, by the class names of KeeperException. */
export type ServerErrorCode = Exclude<keyof typeof ErrorCode, "Ok">;

/** Why something could not be done. Besides the servers' codes: what only a client can find out. */
export type ZooKeeperErrorCode =
  | ServerErrorCode
  /** An argument that no server would accept, or that this client cannot send. */
  | "InvalidArgument"
  /** The client was closed, by its owner. */
  | "Closed"
  /** The call's AbortSignal was aborted. */
  | "Aborted"
  /** The bounded request queue is full: wait for `zk.drained()`. */
  | "QueueFull"
  /** The peer sent what is not the protocol. */
  | "ProtocolViolation"
  /** A lock, a lease or a leadership is no longer ours. */
  | "OwnershipLost"
  /** A node's data is not what its recipe keeps there. */
  | "CorruptData"
  /** The server answered with a number that has no name. */
  | "Unknown";

export interface ZooKeeperErrorOptions extends ErrorOptions {
  /** The node concerned, as the caller named it (below the chroot). */
  readonly path?: string | undefined;
  /** The server's number, if a server answered. */
  readonly errno?: number | undefined;
  /** Which operation of a transaction failed, counted from 0. */
  readonly operationIndex?: number | undefined;
}

/** The only error this package rejects or throws with. */
export class ZooKeeperError extends Error {
  override readonly name = "ZooKeeperError";
  readonly code: ZooKeeperErrorCode;
  readonly path: string | undefined;
  readonly errno: number | undefined;
  /** Which operation of a transaction failed, counted from 0. */
  readonly operationIndex: number | undefined;

  constructor(code: ZooKeeperErrorCode, message: string, options: ZooKeeperErrorOptions = {}) {
    super(`${message} (${code})`, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.path = options.path;
    this.errno = options.errno;
    this.operationIndex = options.operationIndex;
  }
}

/** What was wrong, in words that follow "Cannot set "/a": ". */
const REASONS: Partial<Record<ZooKeeperErrorCode, string>> = {
  NoNode: "there is no such node",
  NodeExists: "the node is there already",
  NotEmpty: "the node has children",
  BadVersion: "the version is another",
  NoAuth: "the ACL does not allow it",
  NoChildrenForEphemerals: "the parent is ephemeral and may have no children",
  InvalidAcl: "the ACL is empty or names identities the server cannot accept",
  BadArguments: "the server refuses the arguments",
  Unimplemented: "the server does not know the operation, or it is switched off",
  MarshallingError: "the server could not read the request",
  ConnectionLoss: "the connection was lost before the answer came; the operation may have happened",
  SessionExpired: "the session has expired",
  SessionMoved: "the session has moved to another server",
  AuthFailed: "the server refused the identity",
  NotReadOnly: "the server is read-only",
  NoWatcher: "there is no such watch",
  QuotaExceeded: "a hard quota would be exceeded",
  ThrottledOp: "the server throttles requests",
  ReconfigDisabled: "reconfiguration is disabled on the server",
  NewConfigNoQuorum: "no quorum of the new configuration is connected",
  ReconfigInProgress: "another reconfiguration is in progress",
  EphemeralOnLocalSession: "the session is local and may not own nodes",
  SessionClosedRequireSaslAuth: "the server wants SASL authentication first",
  OperationTimeout: "no answer within the time given",
  RequestTimeout: "the server gave up waiting",
  RuntimeInconsistency: "another operation of the transaction failed first",
  InvalidArgument: "an argument is not usable",
  QueueFull: "too many calls are waiting",
  OwnershipLost: "it is not ours any more",
  CorruptData: "the node holds something else",
  ProtocolViolation: "the server sent what is not the protocol",
  Closed: "the client is closed",
  Aborted: "the call was aborted",
};

/** Names the code that a server's number stands for. */
export function codeOf(errno: number): ZooKeeperErrorCode {
  const name = errorName(errno);
  return name in ErrorCode && name !== "Ok" ? (name as ServerErrorCode) : "Unknown";
}

/** `Cannot set "/a": the version is another, wanted 3 (BadVersion)`. */
export function failure(
  code: ZooKeeperErrorCode,
  attempt: string,
  path: string | undefined,
  options: ZooKeeperErrorOptions & { readonly detail?: string | undefined } = {},
): ZooKeeperError {
  const subject = path === undefined ? attempt : `${attempt} "${path}"`;
  const reason = REASONS[code] ?? (options.errno === undefined ? "it failed" : `the server answered ${options.errno}`);
  const detail = options.detail === undefined ? "" : `, ${options.detail}`;
  return new ZooKeeperError(code, `Cannot ${subject}: ${reason}${detail}`, { ...options, path });
}

/** True if `error` is a ZooKeeperError, and of one of the codes if any are given. */
export function isZooKeeperError(error: unknown, ...codes: readonly ZooKeeperErrorCode[]): error is ZooKeeperError {
  return error instanceof ZooKeeperError && (codes.length === 0 || codes.includes(error.code));
}
