import { ErrorCode, errorMessage } from "@branta/zookeeper-protocol";
import { ZooKeeperError, type ZooKeeperErrorCode } from "@branta/zookeeper-client";
import { ConsoleError } from "./console-error.ts";

/** Failures that have words of their own at the prompt; the path follows them. */
const WORDS: Partial<Record<ZooKeeperErrorCode, string>> = {
  NoNode: "Node does not exist: ",
  NoChildrenForEphemerals: "Ephemerals cannot have children: ",
  NodeExists: "Node already exists: ",
  NotEmpty: "Node not empty: ",
  NotReadOnly: "Not a read-only call: ",
  InvalidAcl: "Acl is not valid : ",
  NoAuth: "Insufficient permission : ",
  BadArguments: "Arguments are not valid : ",
  BadVersion: "version No is not valid : ",
  QuotaExceeded: "Quota has exceeded : ",
};

/** Failures that concern no path. */
const SENTENCES: Partial<Record<ZooKeeperErrorCode, string>> = {
  ReconfigInProgress: "Another reconfiguration is in progress -- concurrent reconfigs not supported (yet)",
  NewConfigNoQuorum:
    "No quorum of new config is connected and up-to-date with the leader of last commmitted config - " +
    "try invoking reconfiguration after new servers are connected and synced",
};

/** The code whose text a failure has that only this side knows of. */
const STANDS_FOR: Partial<Record<ZooKeeperErrorCode, number>> = {
  ConnectionLoss: ErrorCode.ConnectionLoss,
  Closed: ErrorCode.SessionExpired,
  SessionExpired: ErrorCode.SessionExpired,
  AuthFailed: ErrorCode.AuthFailed,
  OperationTimeout: ErrorCode.OperationTimeout,
};

/** Turns whatever a command ran into into what is printed about it. */
export function toConsoleError(error: unknown): ConsoleError {
  if (error instanceof ConsoleError) return error;
  if (!(error instanceof ZooKeeperError)) {
    return new ConsoleError("refused", error instanceof Error ? error.message : String(error), { cause: error });
  }
  const code = error.code === "InvalidArgument" ? "malformedPath" : "refused";
  return new ConsoleError(code, textOf(error), { cause: error });
}

function textOf(error: ZooKeeperError): string {
  const words = WORDS[error.code];
  if (words !== undefined) return `${words}${error.path ?? null}`;
  const sentence = SENTENCES[error.code];
  if (sentence !== undefined) return sentence;
  const errno = error.errno ?? STANDS_FOR[error.code];
  return errno === undefined ? error.message : errorMessage(errno, error.path);
}
