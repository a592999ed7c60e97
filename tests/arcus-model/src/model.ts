/** What a node should hold: maps and arrays, written to be obviously right, and slow. */
export type Item = KeyValueItem | ListItem | SetItem | MapItem | BtreeItem;
export type CollectionItem = Exclude<Item, KeyValueItem>;

interface ItemBase {
  flags: number;
  /** When it is over, in ms of our clock; null for never. */
  expiresMs: number | null;
}

interface CollectionBase extends ItemBase {
  maxCount: number;
  overflowAction: string;
  readable: boolean;
}

export interface KeyValueItem extends ItemBase {
  readonly type: "kv";
  value: string;
  /** The node's number of this version, when a reply told it. */
  version?: string;
}

export interface ListItem extends CollectionBase {
  readonly type: "list";
  values: string[];
}

export interface SetItem extends CollectionBase {
  readonly type: "set";
  values: Set<string>;
}

export interface MapItem extends CollectionBase {
  readonly type: "map";
  fields: Map<string, string>;
}

/** A number, or bytes as upper-case hex digits. */
export type Bkey = bigint | string;

export interface BtreeElement {
  readonly bkey: Bkey;
  /** Upper-case hex digits; empty for none. */
  readonly eflag: string;
  readonly value: string;
}

export interface BtreeItem extends CollectionBase {
  readonly type: "b+tree";
  /** In the order of bkeys. */
  elements: BtreeElement[];
  kind: "number" | "bytes" | null;
  maxBkeyRange: Bkey | null;
  trimmed: boolean;
}

/** A clock that ticks once a second, and the way of a request: so far from its time an item may be over or not yet. */
const EXPIRY_UNSURE_MS = 2_200;

/** All items of the model, and the time. */
export class Model {
  readonly items = new Map<string, Item>();
  nowMs = Date.now();

  /** The item with this key, unless it is over for sure. */
  live(key: string): Item | undefined {
    const item = this.items.get(key);
    if (item === undefined || item.expiresMs === null) return item;
    if (this.nowMs <= item.expiresMs + EXPIRY_UNSURE_MS) return item;
    this.items.delete(key);
    return undefined;
  }

  /** Whether an item may just be over. */
  isUnsure(key: string): boolean {
    const item = this.live(key);
    if (item === undefined || item.expiresMs === null) return false;
    return this.nowMs >= item.expiresMs - EXPIRY_UNSURE_MS;
  }

  /** Keeps these keys as they are now; the answer puts them back. */
  save(keys: Iterable<string>): () => void {
    const saved = Array.from(new Set(keys), (key) => [key, structuredClone(this.items.get(key))] as const);
    return () => {
      for (const [key, item] of saved) {
        if (item === undefined) this.items.delete(key);
        else this.items.set(key, structuredClone(item));
      }
    };
  }

  /** When an item of this exptime is over; undefined when it is at once. */
  expiryOf(exptime: number): number | null | undefined {
    if (exptime === 0) return null;
    return exptime < 0 ? undefined : this.nowMs + exptime * 1_000;
  }

  /** Puts an item under a key, or nothing when it is over at once. */
  put(key: string, exptime: number, make: (expiresMs: number | null) => Item): void {
    const expiresMs = this.expiryOf(exptime);
    if (expiresMs === undefined) this.items.delete(key);
    else this.items.set(key, make(expiresMs));
  }
}

/** Elements in a collection. */
export function countOf(item: CollectionItem): number {
  if (item.type === "list") return item.values.length;
  if (item.type === "set") return item.values.size;
  return item.type === "map" ? item.fields.size : item.elements.length;
}
