import type { Model } from "./model.ts";

/** One request, and what the model says of it. */
export interface Operation {
  /** All keys that it reads or writes. */
  readonly keys: readonly string[];
  /** The line, without `noreply` and CRLF. */
  readonly line: string;
  /** The data block behind it, without CRLF. */
  readonly data?: string;
  /** Words that it may end with. */
  readonly modes?: readonly ("noreply" | "pipe")[];
  /**
   * Executes it on the model and answers what the node must reply, lines with CRLF. Where the node is free to choose,
   * its reply is looked at and answered when the model allows it.
   */
  readonly expect: (model: Model, reply: string) => string;
}

/** The bytes of a request, one character a byte. */
export function requestText({ line, data }: Operation, ending: "" | "noreply" | "pipe" = ""): string {
  const first = ending === "" ? `${line}\r\n` : `${line} ${ending}\r\n`;
  return data === undefined ? first : `${first}${data}\r\n`;
}

/** Reply lines, each with its CRLF. */
export function lines(...parts: readonly string[]): string {
  return parts.map((part) => `${part}\r\n`).join("");
}
