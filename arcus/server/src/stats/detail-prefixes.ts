import { DETAIL_COLUMNS } from "./counter-names.ts";

/** More prefixes than this switch the collection of details off, as the real server's do. */
const PREFIXES_MAX = 10_000;

const PREFIX_LENGTH_MAX = 250;

/** What a prefix may be made of (arcus-memcached `mc_isvalidname()`). */
const PREFIX_NAME = /^[A-Za-z0-9_.+][A-Za-z0-9_.+-]*$/;

/** Operations counted for each prefix of keys, as `stats detail` wants them. A key's first prefix counts, not nested ones. */
export class DetailPrefixes {
  readonly #byPrefix = new Map<string, Float64Array>();
  readonly #delimiter: number;

  /** @param delimiter the byte between a prefix and the rest of a key; `:` unless the node was told another */
  constructor(delimiter: number) {
    this.#delimiter = delimiter;
  }

  /** Prefixes known, the empty one included. */
  get count(): number {
    return this.#byPrefix.size;
  }

  /**
   * Counts an operation on the key `bytes[start, end)`.
   * @param hit position of the hits to count, or -1
   * @returns false when there are too many prefixes to go on
   */
  add(attempt: number, hit: number, bytes: Buffer, start: number, end: number): boolean {
    const columns = this.#columnsOf(bytes, start, end);
    if (columns !== undefined) {
      columns[attempt]!++;
      if (hit >= 0) columns[hit]!++;
    }
    return this.#byPrefix.size < PREFIXES_MAX;
  }

  /** Forgets a prefix ("" for keys without one), as flush_prefix does. @returns whether it was known */
  delete(prefix: string): boolean {
    return this.#byPrefix.delete(prefix);
  }

  clear(): void {
    this.#byPrefix.clear();
  }

  /** Lines of `stats detail dump` without END, for all prefixes or the named ones (`<null>`: keys without). */
  lines(prefixes?: readonly string[]): string[] {
    const wanted = prefixes?.map((name) => (name === "<null>" ? "" : name)) ?? this.#byPrefix.keys();
    const lines: string[] = [];
    for (const prefix of wanted) {
      const columns = this.#byPrefix.get(prefix);
      if (columns !== undefined) lines.push(`PREFIX ${prefix === "" ? "<null>" : prefix} ${textOf(columns)}`);
    }
    return lines;
  }

  #columnsOf(bytes: Buffer, start: number, end: number): Float64Array | undefined {
    // A delimiter in first place begins no prefix.
    const found = bytes.indexOf(this.#delimiter, start + 1);
    const prefix = found < 0 || found >= end ? "" : bytes.toString("latin1", start, found);
    let columns = this.#byPrefix.get(prefix);
    if (columns === undefined) {
      if (prefix !== "" && (prefix.length > PREFIX_LENGTH_MAX || !PREFIX_NAME.test(prefix))) return undefined;
      this.#byPrefix.set(prefix, (columns = new Float64Array(DETAIL_COLUMNS.length)));
    }
    return columns;
  }
}

function textOf(columns: Float64Array): string {
  return DETAIL_COLUMNS.map((name, column) => `${name} ${columns[column]}`).join(" ");
}
