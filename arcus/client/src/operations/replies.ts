import { ErrorReply, type Status, StatusReply } from "@branta/arcus-protocol";
import { ArcusError, type ArcusErrorCode } from "../arcus-error.ts";

/** It keeps nothing, so one is enough. */
export const STATUS_REPLY = new StatusReply();

const FAILURES: Partial<Record<Status, readonly [ArcusErrorCode, string]>> = {
  TYPE_MISMATCH: ["typeMismatch", "the item is of another type"],
  BKEY_MISMATCH: ["bkeyMismatch", "its bkeys are of the other kind"],
  EFLAG_MISMATCH: ["eflagMismatch", "the flag of the element has not these bytes"],
  UNREADABLE: ["unreadable", "it is not readable yet"],
  OVERFLOWED: ["overflowed", "it is full"],
  OUT_OF_RANGE: ["outOfRange", "it is outside of what can be there"],
  NOT_SUPPORTED: ["refused", "the node does not support it"],
};

/** The error of a reply that says no. @param attempt `insert into list` */
export function replyError(reply: Status | ErrorReply, attempt: string, key: string): ArcusError {
  const what = `Cannot ${attempt} "${key}"`;
  if (reply instanceof ErrorReply) {
    const code = reply.kind === "server" ? "serverFailed" : "refused";
    return new ArcusError(code, `${what}: the node says "${reply.text}"`, { key });
  }
  const [code, reason] = FAILURES[reply] ?? (["protocolViolation", `the node answers "${reply}"`] as const);
  return new ArcusError(code, `${what}: ${reason}`, { key });
}

/** What a status means here; what is not in `meanings` is an error. @throws ArcusError */
export function meaningOf<T>(
  reply: Status | ErrorReply,
  meanings: Partial<Record<Status, T>>,
  attempt: string,
  key: string,
): T {
  if (typeof reply === "string" && reply in meanings) return meanings[reply]!;
  throw replyError(reply, attempt, key);
}
