import { type ErrorReply, errorReplyOf, type ReplyDecoder } from "./reply-decoder.ts";
import { malformed, parseCount, type ReplyInput } from "./reply-input.ts";

/** An item as it was read. */
export interface ItemValue {
  /** As the node spells it: each byte a character (latin1). */
  readonly key: string;
  readonly flags: number;
  readonly data: Buffer;
  /** What the next cas of the item must name; null if it was not asked for. */
  readonly cas: bigint | null;
}

/** `VALUE <key> <flags> <bytes>[ <cas>]`, the data, …, `END`: what get, gets, mget and mgets are answered with. */
export class ValueReply implements ReplyDecoder<readonly ItemValue[] | ErrorReply> {
  readonly #items: ItemValue[] = [];

  read(input: ReplyInput): readonly ItemValue[] | ErrorReply | undefined {
    for (;;) {
      input.mark();
      const line = input.line();
      if (line === null) return undefined;
      if (line === "END") return this.#items;
      if (!line.startsWith("VALUE ")) {
        const error = errorReplyOf(line);
        if (error === null) throw malformed(line, "VALUE or END");
        return error;
      }
      const [, key = "", flags, bytes, cas] = line.split(" ");
      const data = input.block(parseCount(bytes, "bytes of a value"));
      if (data === null) {
        input.rewind();
        return undefined;
      }
      const casNumber = cas !== undefined && /^\d+$/.test(cas) ? BigInt(cas) : null;
      this.#items.push({ key, flags: parseCount(flags, "flags"), data, cas: casNumber });
    }
  }
}
