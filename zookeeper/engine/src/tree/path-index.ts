import type { ZnodeId } from "./znode-records.ts";

const INITIAL_SLOTS = 1024;
/** Slots moved from the old table at each change while the index grows: no single change pays for all. */
const MOVED_PER_CHANGE = 64;
const EMPTY = -1;
const DELETED = -2;

/** What the index must know of a node to place it and to recognise it. */
export interface IndexedNodes {
  /** The hash under which the node was added. */
  pathHashOf(id: ZnodeId): number;
  /** Whether the node's path is this one; called only where the hashes agree. */
  hasPath(id: ZnodeId, path: string): boolean;
}

/**
 * From path to znode: open addressing with linear probing over 4-byte slots, grown a few slots at a time so that
 * no client waits for a rehash of a million entries.
 */
export class PathIndex {
  readonly #nodes: IndexedNodes;
  #slots: Int32Array = new Int32Array(INITIAL_SLOTS).fill(EMPTY);
  /** Slots of the current table that are not EMPTY. */
  #occupied = 0;
  #size = 0;
  #old: Int32Array | null = null;
  #moved = 0;

  constructor(nodes: IndexedNodes) {
    this.#nodes = nodes;
  }

  find(path: string, hash: number): ZnodeId {
    const found = this.#findIn(this.#slots, path, hash);
    if (found >= 0 || this.#old === null) return found;
    return this.#findIn(this.#old, path, hash);
  }

  /** Adds a node that is not in the index yet. */
  add(id: ZnodeId, hash: number): void {
    this.#advance();
    if ((this.#occupied + 1) * 10 > this.#slots.length * 6) this.#startGrowing();
    this.#place(id, hash);
    this.#size++;
  }

  remove(id: ZnodeId, hash: number): void {
    this.#advance();
    this.#size--;
    if (this.#old !== null && erase(this.#old, id, hash)) return;
    erase(this.#slots, id, hash);
  }

  #findIn(slots: Int32Array, path: string, hash: number): ZnodeId {
    const mask = slots.length - 1;
    for (let at = spread(hash) & mask; ; at = (at + 1) & mask) {
      const id = slots[at]!;
      if (id === EMPTY) return -1;
      if (id >= 0 && this.#nodes.pathHashOf(id) === hash && this.#nodes.hasPath(id, path)) return id;
    }
  }

  #place(id: ZnodeId, hash: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let at = spread(hash) & mask;
    while (slots[at]! >= 0) at = (at + 1) & mask;
    if (slots[at] === EMPTY) this.#occupied++;
    slots[at] = id;
  }

  #startGrowing(): void {
    while (this.#old !== null) this.#advance();
    // Many deletions leave a table full of DELETED marks: then a new table of the same size is enough.
    const slots = this.#size * 10 > this.#slots.length * 3 ? this.#slots.length * 2 : this.#slots.length;
    this.#old = this.#slots;
    this.#moved = 0;
    this.#slots = new Int32Array(slots).fill(EMPTY);
    this.#occupied = 0;
  }

  #advance(): void {
    const old = this.#old;
    if (old === null) return;
    const stop = Math.min(this.#moved + MOVED_PER_CHANGE, old.length);
    for (; this.#moved < stop; this.#moved++) {
      const id = old[this.#moved]!;
      if (id < 0) continue;
      old[this.#moved] = DELETED;
      this.#place(id, this.#nodes.pathHashOf(id));
    }
    if (this.#moved === old.length) this.#old = null;
  }
}

function erase(slots: Int32Array, id: ZnodeId, hash: number): boolean {
  const mask = slots.length - 1;
  for (let at = spread(hash) & mask; ; at = (at + 1) & mask) {
    if (slots[at] === EMPTY) return false;
    if (slots[at] === id) {
      slots[at] = DELETED;
      return true;
    }
  }
}

/** FNV-1a leaves patterns in the low bits that linear probing would turn into long runs. */
function spread(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return mixed ^ (mixed >>> 13);
}

/** Hashes a path, or continues a parent's hash with "/name". Two paths with the same text have the same hash. */
export function hashPath(text: string, hash: number): number {
  let result = hash;
  for (let i = 0; i < text.length; i++) result = Math.imul(result ^ text.charCodeAt(i), 0x0100_0193);
  return result;
}
