import type { ErrorReply, ReplyDecoder } from "./reply-decoder.ts";
import type { ReplyInput } from "./reply-input.ts";
import { type Status, statusOrError } from "./status-reply.ts";

/** One line with a number of 64 bits: alone (incr), behind `COUNT=` or behind `POSITION=`. */
export class NumberReply implements ReplyDecoder<bigint | Status | ErrorReply> {
  readonly #prefix: string;

  constructor(prefix: "" | "COUNT=" | "POSITION=" = "") {
    this.#prefix = prefix;
  }

  read(input: ReplyInput): bigint | Status | ErrorReply | undefined {
    const line = input.line();
    if (line === null) return undefined;
    const number = line.startsWith(this.#prefix) ? line.slice(this.#prefix.length) : "";
    // A number that became shorter by decr may have spaces behind it.
    return /^\d{1,20} *$/.test(number) ? BigInt(number.trimEnd()) : statusOrError(line, `${this.#prefix}number`);
  }
}
