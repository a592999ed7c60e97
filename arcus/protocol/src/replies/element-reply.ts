import type { ErrorReply, ReplyDecoder } from "./reply-decoder.ts";
import { malformed, parseCount, type ReplyInput } from "./reply-input.ts";
import { type Status, statusOrError } from "./status-reply.ts";

/** An element of a list or a set. */
export interface PlainElement {
  readonly data: Buffer;
}

/** An entry of a map. */
export interface FieldElement extends PlainElement {
  /** Each byte a character (latin1). */
  readonly field: string;
}

/** An element of a b+tree. */
export interface BkeyElement extends PlainElement {
  /** Decimal, or `0x` and hex digits. */
  readonly bkey: string;
  /** `0x` and hex digits; null if the element has none. */
  readonly eflag: string | null;
}

/** What was found, and how the reply ended. */
export interface Elements<Element> {
  readonly flags: number;
  readonly elements: readonly Element[];
  /** The numbers of the first line besides flags and count: of `bop pwg`, position before and index behind them. */
  readonly numbers: readonly number[];
  readonly end: "END" | "TRIMMED" | "DELETED" | "DELETED_DROPPED";
}

const ENDS: ReadonlySet<string> = new Set(["END", "TRIMMED", "DELETED", "DELETED_DROPPED"]);

/** Reads one element, or answers null if it is not all there. */
export type ElementReader<Element> = (input: ReplyInput) => Element | null;

/** `<bytes> <data>` */
export const readPlainElement: ElementReader<PlainElement> = (input) => {
  const bytes = input.word();
  const data = bytes === null ? null : input.block(parseCount(bytes, "bytes of an element"));
  return data === null ? null : { data };
};

/** `<field> <bytes> <data>` */
export const readFieldElement: ElementReader<FieldElement> = (input) => {
  const field = input.word();
  const element = field === null ? null : readPlainElement(input);
  return field === null || element === null ? null : { field, data: element.data };
};

/** `<bkey> [<eflag>] <bytes> <data>` */
export const readBkeyElement: ElementReader<BkeyElement> = (input) => {
  const bkey = input.word();
  let bytes = bkey === null ? null : input.word();
  let eflag: string | null = null;
  if (bytes?.startsWith("0x") === true) {
    eflag = bytes;
    bytes = input.word();
  }
  const data = bytes === null ? null : input.block(parseCount(bytes, "bytes of an element"));
  return bkey === null || data === null ? null : { bkey, eflag, data };
};

/**
 * `VALUE <flags> <count>`, the elements, `END` or what was done: the replies to lop, sop, mop and bop get, bop gbp,
 * bop pwg (`VALUE <position> <flags> <count> <index>`), and bop insert with getrim.
 */
export class ElementReply<Element> implements ReplyDecoder<Elements<Element> | Status | ErrorReply> {
  readonly #readElement: ElementReader<Element>;
  readonly #elements: Element[] = [];
  #flags = -1;
  #count = 0;
  #numbers: readonly number[] = [];

  constructor(readElement: ElementReader<Element>) {
    this.#readElement = readElement;
  }

  read(input: ReplyInput): Elements<Element> | Status | ErrorReply | undefined {
    if (this.#flags < 0) {
      const line = input.line();
      if (line === null) return undefined;
      if (!line.startsWith("VALUE ")) return statusOrError(line, "VALUE or a status");
      this.#begin(line);
    }
    while (this.#elements.length < this.#count) {
      input.mark();
      const element = this.#readElement(input);
      if (element === null) {
        input.rewind();
        return undefined;
      }
      this.#elements.push(element);
    }
    input.mark();
    const end = input.line();
    if (end === null) return undefined;
    if (!ENDS.has(end)) throw malformed(end, `one of ${[...ENDS].join(", ")}`);
    return {
      flags: this.#flags,
      elements: this.#elements,
      numbers: this.#numbers,
      end: end as Elements<Element>["end"],
    };
  }

  #begin(line: string): void {
    const numbers = line
      .split(" ")
      .slice(1)
      .map((word) => parseCount(word, "flags and elements"));
    if (numbers.length !== 2 && numbers.length !== 4) throw malformed(line, "VALUE with two or four numbers");
    const [first, second, third, fourth] = numbers as [number, number, number?, number?];
    this.#flags = third === undefined ? first : second;
    this.#count = third ?? second;
    this.#numbers = third === undefined ? [] : [first, fourth!];
  }
}
