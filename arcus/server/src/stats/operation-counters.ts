import { DetailPrefixes } from "./detail-prefixes.ts";
import { COUNTER_NAMES } from "./counter-names.ts";
import type { Operation } from "./operations.ts";
import type { TopKeys } from "./top-keys.ts";

/** How an operation ended, as far as counting goes. */
type Ending = "hit" | "none" | "miss" | "bad";

/**
 * Counts the operations of a node. Counting costs two writes into a typed array; only `stats detail on` and top keys
 * look at the key, which is `bytes[start, end)`.
 */
export class OperationCounters {
  /** By position in COUNTER_NAMES; a double counts up to 2^53. */
  readonly values = new Float64Array(COUNTER_NAMES.length);
  readonly details: DetailPrefixes;
  readonly #topKeys: TopKeys | null;
  #detailed: boolean;
  /** Whether anybody wants to see keys. */
  #keyed: boolean;

  /** @param options.delimiter the byte that ends a prefix */
  constructor(options: { readonly delimiter: number; readonly detailed?: boolean; readonly topKeys?: TopKeys | null }) {
    this.details = new DetailPrefixes(options.delimiter);
    this.#topKeys = options.topKeys ?? null;
    this.#detailed = options.detailed ?? false;
    this.#keyed = this.#detailed || this.#topKeys !== null;
  }

  /** Whether operations are counted by prefix, too (`stats detail on`). */
  get detailed(): boolean {
    return this.#detailed;
  }

  set detailed(on: boolean) {
    this.#detailed = on;
    this.#keyed = on || this.#topKeys !== null;
  }

  /** Null unless the node was started to keep them. */
  get topKeys(): TopKeys | null {
    return this.#topKeys;
  }

  /** It was there, or it was done. */
  hit(operation: Operation, bytes: Buffer, start: number, end: number): void {
    const { values } = this;
    values[operation.command]!++;
    if (operation.hit >= 0) values[operation.hit]!++;
    if (this.#keyed) this.#withKey(operation, "hit", bytes, start, end);
  }

  /** The key was there, the element was not. */
  none(operation: Operation, bytes: Buffer, start: number, end: number): void {
    const { values } = this;
    values[operation.command]!++;
    if (operation.none >= 0) values[operation.none]!++;
    if (this.#keyed) this.#withKey(operation, "none", bytes, start, end);
  }

  /** The key was not there; so count unreadable collections and, for `bop get`, trimmed ranges, too. */
  miss(operation: Operation, bytes: Buffer, start: number, end: number): void {
    const { values } = this;
    values[operation.command]!++;
    if (operation.miss >= 0) values[operation.miss]!++;
    if (this.#keyed) this.#withKey(operation, "miss", bytes, start, end);
  }

  /** A cas found another version. */
  bad(operation: Operation, bytes: Buffer, start: number, end: number): void {
    const { values } = this;
    values[operation.command]!++;
    if (operation.bad >= 0) values[operation.bad]!++;
    if (this.#keyed) this.#withKey(operation, "bad", bytes, start, end);
  }

  /** Any other end: a wrong type, an overflow, no memory. */
  other(operation: Operation, bytes: Buffer, start: number, end: number): void {
    this.values[operation.command]!++;
    // The real server does not count such an end for a top key.
    if (this.#detailed) this.#withPrefix(operation, "bad", bytes, start, end);
  }

  /** An operation on no key or on many. @param done whether it was answered; false counts the attempt alone */
  keyless(operation: Operation, done: boolean): void {
    this.values[operation.command]!++;
    if (done && operation.hit >= 0) this.values[operation.hit]!++;
  }

  /** `stats reset`. */
  reset(): void {
    this.values.fill(0);
    this.details.clear();
  }

  #withKey(operation: Operation, ending: Ending, bytes: Buffer, start: number, end: number): void {
    if (this.#detailed) this.#withPrefix(operation, ending, bytes, start, end);
    const column = operation[ending];
    this.#topKeys?.add(column < 0 ? operation.command : column, bytes, start, end);
  }

  #withPrefix(operation: Operation, ending: Ending, bytes: Buffer, start: number, end: number): void {
    if (operation.detail < 0) return;
    const isHit = ending === "hit" || (ending === "none" && operation.noneIsDetailHit);
    const hit = isHit ? operation.detailHit : -1;
    if (!this.details.add(operation.detail, hit, bytes, start, end)) this.detailed = false;
  }
}
