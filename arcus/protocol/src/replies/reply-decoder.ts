import type { ReplyInput } from "./reply-input.ts";

/** Reads one reply, in as many steps as its bytes arrive. */
export interface ReplyDecoder<T> {
  /**
   * Takes what is there. @returns undefined while the reply is not complete.
   *
   * @throws ArcusProtocolError "malformedReply": the peer is out of step, and its connection of no use any more
   */
  read(input: ReplyInput): T | undefined;
  /** True after a reply that tells of a pipe that broke off: what the node answers to the rest of it is not foreseeable. */
  readonly brokeOff?: boolean;
}

/** A reply that says no in words: `CLIENT_ERROR …`, `SERVER_ERROR …`, `ERROR …`. */
export class ErrorReply {
  readonly kind: "client" | "server" | "command";
  /** What the node says, without the first word. */
  readonly text: string;

  constructor(kind: ErrorReply["kind"], text: string) {
    this.kind = kind;
    this.text = text;
  }
}

const ERRORS = [
  ["CLIENT_ERROR", "client"],
  ["SERVER_ERROR", "server"],
  ["ERROR", "command"],
] as const;

/** The error that a line tells; null if it tells none. */
export function errorReplyOf(line: string): ErrorReply | null {
  for (const [word, kind] of ERRORS) {
    if (line.startsWith(word) && (line.length === word.length || line[word.length] === " ")) {
      return new ErrorReply(kind, line.slice(word.length + 1));
    }
  }
  return null;
}
