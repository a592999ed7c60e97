import { type ErrorReply, errorReplyOf, type ReplyDecoder } from "./reply-decoder.ts";
import { malformed, type ReplyInput } from "./reply-input.ts";
import { type Status, statusOrError } from "./status-reply.ts";

/** `VERSION 1.15.0` */
export class VersionReply implements ReplyDecoder<string | ErrorReply> {
  read(input: ReplyInput): string | ErrorReply | undefined {
    const line = input.line();
    if (line === null) return undefined;
    if (line.startsWith("VERSION ")) return line.slice("VERSION ".length);
    const error = errorReplyOf(line);
    if (error === null) throw malformed(line, '"VERSION" and a version');
    return error;
  }
}

/** Lines `<word> …`, then `END`: `STAT` of stats, `PREFIX` of its statistics of prefixes, `ATTR` of getattr. */
export class LinesReply implements ReplyDecoder<readonly string[] | Status | ErrorReply> {
  readonly #word: string;
  readonly #lines: string[] = [];

  constructor(word: "STAT" | "PREFIX" | "ATTR") {
    this.#word = `${word} `;
  }

  read(input: ReplyInput): readonly string[] | Status | ErrorReply | undefined {
    for (;;) {
      input.mark();
      const line = input.line();
      if (line === null) return undefined;
      if (line === "END") return this.#lines;
      if (!line.startsWith(this.#word)) return statusOrError(line, `${this.#word}or END`);
      this.#lines.push(line.slice(this.#word.length));
    }
  }
}

/** One page of a scan: `KEYS <n> <next>` or `PREFIXES <n> <next>`, a line each, `END`. */
export interface ScanPage {
  readonly lines: readonly string[];
  /** Where to go on; "0" is the end. */
  readonly nextCursor: string;
}

/** The reply to `scan key` and `scan prefix`. */
export class ScanReply implements ReplyDecoder<ScanPage | ErrorReply> {
  #nextCursor = "";
  readonly #lines: string[] = [];

  read(input: ReplyInput): ScanPage | ErrorReply | undefined {
    for (;;) {
      input.mark();
      const line = input.line();
      if (line === null) return undefined;
      if (this.#nextCursor !== "") {
        if (line === "END") return { lines: this.#lines, nextCursor: this.#nextCursor };
        this.#lines.push(line);
        continue;
      }
      const header = /^(?:KEYS|PREFIXES) \d+ (\d+)$/.exec(line);
      const error = errorReplyOf(line);
      if (error !== null) return error;
      if (header === null) throw malformed(line, "KEYS or PREFIXES with two numbers");
      this.#nextCursor = header[1]!;
    }
  }
}
