import { type ErrorReply, errorReplyOf, type ReplyDecoder } from "./reply-decoder.ts";
import { malformed, type ReplyInput } from "./reply-input.ts";

/** Every status that a node answers with in one line, without a value. */
export const STATUSES = [
  "STORED",
  "CREATED_STORED",
  "NOT_STORED",
  "EXISTS",
  "NOT_FOUND",
  "NOT_FOUND_ELEMENT",
  "ELEMENT_EXISTS",
  "REPLACED",
  "UPDATED",
  "NOTHING_TO_UPDATE",
  "DELETED",
  "DELETED_DROPPED",
  "CREATED",
  "EXIST",
  "NOT_EXIST",
  "TOUCHED",
  "OK",
  "TYPE_MISMATCH",
  "BKEY_MISMATCH",
  "EFLAG_MISMATCH",
  "UNREADABLE",
  "OUT_OF_RANGE",
  "OVERFLOWED",
  "NOT_SUPPORTED",
  "READY",
  "NOT_READY",
  "RESET",
] as const;

export type Status = (typeof STATUSES)[number];

const KNOWN: ReadonlySet<string> = new Set(STATUSES);

/** The status that a line is; null if it is none. */
export function statusOf(line: string): Status | null {
  return KNOWN.has(line) ? (line as Status) : null;
}

/** A status or an error, which any request may be answered with. @throws ArcusProtocolError "malformedReply" */
export function statusOrError(line: string, wanted = "a status"): Status | ErrorReply {
  const answer = statusOf(line) ?? attributeError(line) ?? errorReplyOf(line);
  if (answer === null) throw malformed(line, wanted);
  return answer;
}

function attributeError(line: string): ErrorReply | null {
  return line.startsWith("ATTR_ERROR ") ? errorReplyOf(`CLIENT_ERROR ${line.slice("ATTR_ERROR ".length)}`) : null;
}

/** One line with a status. It keeps nothing, so one decoder serves all requests. */
export class StatusReply implements ReplyDecoder<Status | ErrorReply> {
  read(input: ReplyInput): Status | ErrorReply | undefined {
    const line = input.line();
    return line === null ? undefined : statusOrError(line);
  }
}
