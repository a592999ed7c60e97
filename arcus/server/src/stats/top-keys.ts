import { COUNTER_NAMES } from "./counter-names.ts";

/** What is shown of a key, in this order (arcus-memcached `TK_OPS`). Evictions are not counted by key; they stay 0. */
const SHOWN: readonly string[] = [
  "get_hits",
  "get_misses",
  "cmd_set",
  "incr_hits",
  "incr_misses",
  "decr_hits",
  "decr_misses",
  "delete_hits",
  "delete_misses",
  "evictions",
  "cas_hits",
  "cas_misses",
  "cas_badval",
];

/** Position among the shown ones by position in COUNTER_NAMES; -1: not shown. */
const SHOWN_AT = COUNTER_NAMES.map((name) => SHOWN.indexOf(name));

interface TopKey {
  readonly counts: Float64Array;
  readonly sinceS: number;
}

/** The keys used last and how they were used; kept only when MEMCACHED_TOP_KEYS says how many. */
export class TopKeys {
  readonly #byKey = new Map<string, TopKey>();
  readonly #keysMax: number;
  readonly #nowS: () => number;

  /** @param nowS seconds since the node began */
  constructor(keysMax: number, nowS: () => number) {
    this.#keysMax = keysMax;
    this.#nowS = nowS;
  }

  get keysMax(): number {
    return this.#keysMax;
  }

  /** @param counter position in COUNTER_NAMES */
  add(counter: number, bytes: Buffer, start: number, end: number): void {
    const name = bytes.toString("latin1", start, end);
    const known = this.#byKey.get(name);
    const key = known ?? { counts: new Float64Array(SHOWN.length), sinceS: this.#nowS() };
    // A map keeps the order of insertion, so what was used last stands last.
    if (known !== undefined) this.#byKey.delete(name);
    else if (this.#byKey.size >= this.#keysMax) this.#byKey.delete(this.#byKey.keys().next().value!);
    this.#byKey.set(name, key);
    const shown = SHOWN_AT[counter]!;
    if (shown >= 0) key.counts[shown]!++;
  }

  /** Key and text of each `STAT` line, the key used last first. */
  *lines(): Generator<readonly [key: string, text: string]> {
    for (const [name, { counts, sinceS }] of [...this.#byKey].toReversed()) {
      const ageS = this.#nowS() - sinceS;
      const text = SHOWN.map((column, at) => `${column}=${counts[at]}`).join(",");
      yield [name, `${text},ctime=${ageS},atime=${ageS}`];
    }
  }
}
