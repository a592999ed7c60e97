import { type ErrorReply, errorReplyOf, type ReplyDecoder } from "./reply-decoder.ts";
import { malformed, parseCount, type ReplyInput } from "./reply-input.ts";
import { type Status, statusOrError } from "./status-reply.ts";

/** What the commands of a pipe were answered with. */
export interface PipeResults {
  /** In the order of the commands; fewer than those if the pipe broke off. bop incr and decr answer a number. */
  readonly results: readonly (Status | bigint | ErrorReply)[];
  /** Why the node stopped: `command overflow`, `memory overflow`, `bad error`; null if it did all. */
  readonly error: string | null;
}

/** `RESPONSE <n>`, a line for each command, then `END` or `PIPE_ERROR <why>`. A single command is answered by its line alone. */
export class PipeReply implements ReplyDecoder<PipeResults | ErrorReply> {
  readonly #results: (Status | bigint | ErrorReply)[] = [];
  #count = -1;
  brokeOff = false;

  read(input: ReplyInput): PipeResults | ErrorReply | undefined {
    for (;;) {
      input.mark();
      const line = input.line();
      if (line === null) return undefined;
      if (this.#count < 0) {
        if (!line.startsWith("RESPONSE ")) return this.#alone(line);
        this.#count = parseCount(line.slice("RESPONSE ".length), "responses");
      } else if (this.#results.length < this.#count) {
        this.#results.push(resultOf(line));
      } else if (line === "END") {
        return { results: this.#results, error: null };
      } else if (line.startsWith("PIPE_ERROR ")) {
        this.brokeOff = true;
        return { results: this.#results, error: line.slice("PIPE_ERROR ".length) };
      } else throw malformed(line, "END or PIPE_ERROR");
    }
  }

  #alone(line: string): PipeResults | ErrorReply {
    const error = errorReplyOf(line);
    return error ?? { results: [resultOf(line)], error: null };
  }
}

function resultOf(line: string): Status | bigint | ErrorReply {
  return /^\d{1,20} *$/.test(line) ? BigInt(line.trimEnd()) : statusOrError(line);
}
