import { QuotaFormatError } from "./quota-format-error.ts";

const LONG_MAX = 2n ** 63n - 1n;
const LONG_MIN = -(2n ** 63n);
const LONG_PATTERN = /^[+-]?[0-9]+$/;

/**
 * The text in a quota's limit and usage nodes, as Apache's StatsTrack reads and writes it.
 *
 * Grammar: `count=N,bytes=N` and, when there is more, `=` and then `;key=N` for each further key in order.
 * The odd `=` makes servers up to 3.4.3, which split at `,` and `=` only, ignore the rest. Both separators are read
 * anywhere, so all older spellings are read too. A number left empty (`count==`) stands for -1, and so does an absent key.
 * Numbers are exact up to 2^53; beyond that the nearest double, kept within 64 bits.
 */
export class StatsTrack {
  readonly #values = new Map<string, number>();

  /** @throws QuotaFormatError where Apache's parser throws. Null and empty stand for "nothing set". */
  static parse(data: Uint8Array | string | null): StatsTrack {
    const track = new StatsTrack();
    const text = typeof data === "string" ? data : data === null ? "" : Buffer.from(data).toString("utf8");
    if (text === "") return track;
    for (const pair of javaSplit(text, /[,;]+/)) {
      const [key, value] = javaSplit(pair, "=");
      if (key === undefined || value === undefined) throw unreadable(text, `"${pair}" must be key=number`);
      track.#values.set(key, value === "" ? -1 : parseLong(value, text));
    }
    return track;
  }

  get count(): number {
    return this.#values.get("count") ?? -1;
  }

  set count(value: number) {
    this.#values.set("count", value);
  }

  get bytes(): number {
    return this.#values.get("bytes") ?? -1;
  }

  set bytes(value: number) {
    this.#values.set("bytes", value);
  }

  get countHardLimit(): number {
    return this.#values.get("countHardLimit") ?? -1;
  }

  set countHardLimit(value: number) {
    this.#values.set("countHardLimit", value);
  }

  get byteHardLimit(): number {
    return this.#values.get("byteHardLimit") ?? -1;
  }

  set byteHardLimit(value: number) {
    this.#values.set("byteHardLimit", value);
  }

  toString(): string {
    let text = `count=${formatLong(this.count)},bytes=${formatLong(this.bytes)}`;
    const more = [...this.#values.keys()].filter((key) => key !== "count" && key !== "bytes").sort();
    if (more.length > 0) text += "=";
    for (const key of more) text += `;${key}=${formatLong(this.#values.get(key)!)}`;
    return text;
  }

  toBytes(): Buffer {
    return Buffer.from(this.toString());
  }
}

/** Java's String.split: empty parts at the end are dropped, elsewhere they stay. */
function javaSplit(text: string, separator: string | RegExp): string[] {
  const parts = text.split(separator);
  // Java answers the whole input as one part when it is empty, even though that part is empty.
  if (text === "") return parts;
  while (parts.length > 0 && parts.at(-1) === "") parts.pop();
  return parts;
}

function parseLong(value: string, text: string): number {
  if (!LONG_PATTERN.test(value)) throw unreadable(text, `"${value}" must be a whole number`);
  const exact = BigInt(value.startsWith("+") ? value.slice(1) : value);
  if (exact > LONG_MAX || exact < LONG_MIN) throw unreadable(text, `"${value}" must fit into 64 bits`);
  return Number(exact);
}

function formatLong(value: number): string {
  if (Number.isSafeInteger(value)) return String(value);
  const exact = BigInt(value);
  return String(exact > LONG_MAX ? LONG_MAX : exact < LONG_MIN ? LONG_MIN : exact);
}

function unreadable(text: string, why: string): QuotaFormatError {
  return new QuotaFormatError(`Cannot read quota "${text}": ${why}`);
}
