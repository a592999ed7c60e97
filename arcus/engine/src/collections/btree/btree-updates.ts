import { type Bkey, type EflagUpdate, updateEflag } from "@branta/arcus-protocol";
import type { BtreeCollection, BtreeInsertOutcome } from "./btree-collection.ts";
import { BtreeElement } from "./btree-element.ts";

/** What an update says about one element: null leaves it as it is. */
export interface BtreeUpdate {
  readonly eflag: EflagUpdate | null;
  readonly value: string | null;
}

/** What arithmetic does, and what it puts where no element is. */
export interface BtreeArithmetic {
  readonly operation: "incr" | "decr";
  readonly delta: bigint;
  /** Null: an element that is not there stays so. */
  readonly initial: { readonly value: bigint; readonly eflag: string } | null;
}

/** Node limits that an update must know: see BtreeInsertOptions. */
interface UpdateLimits {
  readonly sizeMax: number;
  readonly stickyFull?: boolean;
}

const UINT64_MAX = 2n ** 64n - 1n;
/** What strtoull() reads as a whole: digits up to the end, to white space or to a zero byte. */
const NUMBER = /^[ \t\n\v\f\r]*[+]?(\d+)(?:[ \t\n\v\f\r\0]|$)/;

/** Changes flag and value of an element. */
export function updateElement(
  collection: BtreeCollection,
  bkey: Bkey,
  update: BtreeUpdate,
  stickyFull = false,
): "ok" | "elementNotFound" | "bkeyMismatch" | "eflagMismatch" | "outOfMemory" {
  if (collection.count === 0) return "elementNotFound";
  if (collection.isOtherKind(bkey)) return "bkeyMismatch";
  const element = collection.tree.find(bkey);
  if (element === null) return "elementNotFound";
  const eflag = update.eflag === null ? element.eflag : updateEflag(element.eflag, update.eflag);
  if (eflag === null) return "eflagMismatch";
  const value = update.value ?? element.value;
  const grows = element.eflag.length + element.value.length < eflag.length + value.length;
  if (stickyFull && grows) return "outOfMemory";
  collection.rewrite(element, eflag, value);
  return "ok";
}

/** Adds to or takes from a number of 64 bits that an element holds as decimal digits; never below 0. */
export function doArithmetic(
  collection: BtreeCollection,
  bkey: Bkey,
  { operation, delta, initial }: BtreeArithmetic,
  limits: UpdateLimits,
): bigint | "elementNotFound" | "notNumeric" | Exclude<BtreeInsertOutcome, "ok" | "replaced"> {
  const mayMismatch = collection.count > 0 || collection.maxBkeyRange !== null;
  if (mayMismatch && collection.isOtherKind(bkey)) return "bkeyMismatch";
  const element = collection.tree.find(bkey);
  if (element === null) {
    if (initial === null) return "elementNotFound";
    const created = new BtreeElement(bkey, initial.eflag, String(initial.value));
    const outcome = collection.insert(created, { ...limits, replaces: false });
    return outcome === "ok" || outcome === "replaced" ? initial.value : outcome;
  }
  const digits = NUMBER.exec(element.value)?.[1];
  const old = digits === undefined ? UINT64_MAX + 1n : BigInt(digits);
  if (old > UINT64_MAX) return "notNumeric";
  const lessened = delta >= old ? 0n : old - delta;
  const result = operation === "incr" ? BigInt.asUintN(64, old + delta) : lessened;
  collection.rewrite(element, element.eflag, String(result));
  return result;
}
