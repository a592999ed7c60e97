import { type BkeyElement, readBkeyElement } from "./element-reply.ts";
import type { ErrorReply, ReplyDecoder } from "./reply-decoder.ts";
import { malformed, parseCount, type ReplyInput } from "./reply-input.ts";
import { type Status, statusOf, statusOrError } from "./status-reply.ts";

/** An element of a `bop smget`, with the b+tree it is from. */
export interface MergedElement extends BkeyElement {
  readonly key: string;
  readonly flags: number;
}

/** Elements of several b+trees, merged. */
export interface Merged {
  readonly elements: readonly MergedElement[];
  /** The keys that nothing was read of, and why. */
  readonly missed: readonly { readonly key: string; readonly status: Status }[];
  /** The keys whose elements beyond a bkey have been trimmed, and the last bkey that is there. */
  readonly trimmed: readonly { readonly key: string; readonly bkey: string }[];
  /** Whether some bkey is there more than once. */
  readonly duplicated: boolean;
}

type Section = "begin" | "elements" | "missed" | "trimmed";

/** By the section that is over: the first word of the line that follows, and the section that it begins. */
const SECTIONS = {
  begin: ["ELEMENTS", "elements"],
  elements: ["MISSED_KEYS", "missed"],
  missed: ["TRIMMED_KEYS", "trimmed"],
} as const satisfies Partial<Record<Section, readonly [string, Section]>>;

/**
 * `ELEMENTS <n>`, `<key> <flags> <bkey> [<eflag>] <bytes> <data>` each, `MISSED_KEYS <n>`, `<key> <status>` each,
 * `TRIMMED_KEYS <n>`, `<key> <bkey>` each, `END` or `DUPLICATED`.
 */
export class SortMergeReply implements ReplyDecoder<Merged | Status | ErrorReply> {
  readonly #elements: MergedElement[] = [];
  readonly #missed: Merged["missed"][number][] = [];
  readonly #trimmed: Merged["trimmed"][number][] = [];
  #section: Section = "begin";
  /** Lines of the section that have not been read. */
  #missing = 0;

  read(input: ReplyInput): Merged | Status | ErrorReply | undefined {
    for (;;) {
      input.mark();
      if (this.#missing > 0) {
        if (!this.#readEntry(input)) {
          input.rewind();
          return undefined;
        }
        this.#missing--;
        continue;
      }
      const line = input.line();
      if (line === null) return undefined;
      if (this.#section === "trimmed") return this.#finish(line);
      if (this.#section === "begin" && !line.startsWith("ELEMENTS "))
        return statusOrError(line, "ELEMENTS or a status");
      this.#enter(line, SECTIONS[this.#section]);
    }
  }

  #enter(line: string, [wanted, next]: readonly [string, Section]): void {
    const [word, count] = line.split(" ");
    if (word !== wanted) throw malformed(line, wanted);
    this.#section = next;
    this.#missing = parseCount(count, "entries");
  }

  #readEntry(input: ReplyInput): boolean {
    if (this.#section === "elements") {
      const key = input.word();
      const flags = key === null ? null : input.word();
      const element = flags === null ? null : readBkeyElement(input);
      if (key === null || element === null) return false;
      this.#elements.push({ key, flags: parseCount(flags ?? "", "flags"), ...element });
      return true;
    }
    const line = input.line();
    if (line === null) return false;
    const [key = "", second = ""] = line.split(" ");
    const status = statusOf(second);
    if (this.#section === "trimmed") this.#trimmed.push({ key, bkey: second });
    else if (status !== null) this.#missed.push({ key, status });
    else throw malformed(line, "a key and a status");
    return true;
  }

  #finish(line: string): Merged {
    if (line !== "END" && line !== "DUPLICATED") throw malformed(line, "END or DUPLICATED");
    return {
      elements: this.#elements,
      missed: this.#missed,
      trimmed: this.#trimmed,
      duplicated: line === "DUPLICATED",
    };
  }
}
