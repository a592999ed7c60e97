import { type BkeyElement, readBkeyElement } from "./element-reply.ts";
import type { ErrorReply, ReplyDecoder } from "./reply-decoder.ts";
import { malformed, parseCount, type ReplyInput } from "./reply-input.ts";
import { type Status, statusOf, statusOrError } from "./status-reply.ts";

/** What was found in one of the b+trees of a `bop mget`. */
export interface TreeElements {
  readonly key: string;
  readonly status: "OK" | "TRIMMED" | Status;
  /** 0 if nothing was found. */
  readonly flags: number;
  readonly elements: readonly BkeyElement[];
}

/** For each key `VALUE <key> OK|TRIMMED <flags> <count>` and `ELEMENT …` lines, or `VALUE <key> <status>`; then `END`. */
export class ManyTreesReply implements ReplyDecoder<readonly TreeElements[] | Status | ErrorReply> {
  readonly #trees: (TreeElements & { elements: BkeyElement[] })[] = [];
  #missing = 0;

  read(input: ReplyInput): readonly TreeElements[] | Status | ErrorReply | undefined {
    for (;;) {
      input.mark();
      if (this.#missing > 0) {
        const word = input.word();
        if (word !== null && word !== "ELEMENT") throw malformed(word, "ELEMENT");
        const element = word === null ? null : readBkeyElement(input);
        if (element === null) {
          input.rewind();
          return undefined;
        }
        this.#trees.at(-1)!.elements.push(element);
        this.#missing--;
        continue;
      }
      const line = input.line();
      if (line === null) return undefined;
      if (line === "END") return this.#trees;
      if (!line.startsWith("VALUE ")) return statusOrError(line, "VALUE or END");
      this.#begin(line);
    }
  }

  #begin(line: string): void {
    const [, key = "", word = "", flags, count] = line.split(" ");
    const found = word === "OK" || word === "TRIMMED";
    const status = found ? word : statusOf(word);
    if (status === null) throw malformed(line, "VALUE, a key, and a status");
    this.#trees.push({ key, status, flags: found ? parseCount(flags, "flags") : 0, elements: [] });
    this.#missing = found ? parseCount(count, "elements") : 0;
  }
}
