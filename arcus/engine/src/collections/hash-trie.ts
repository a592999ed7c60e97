import { slotBytes } from "./slot-bytes.ts";

/** Slots of a node: four bits of the hash choose one. */
const FANOUT = 16;
const HASH_BITS = 4;
/** A longer chain becomes a node of its own, as long as the hash has bits left. */
const CHAIN_LENGTH_MAX = 64;
const DEPTH_MAX = 7;
/** A node with fewer entries than this, and no node below it, becomes a chain again. */
const NODE_ENTRIES_MIN = 32;
/** What the real server accounts for a node: set_hash_node and map_hash_node of engines/default/item_base.h. */
const NODE_BYTES = slotBytes(168);

/** One entry: a link of a chain. The owner makes it with `next` null and leaves `next` to the trie. */
export interface TrieEntry<Entry> {
  readonly key: string;
  /** `hashOf` the key, in the way of the owner. */
  readonly hash: number;
  next: Entry | null;
}

class Node<Entry> {
  /** Bits of the hash that lie above this node's. */
  readonly shift: number;
  /** Entries in this node and below. */
  total = 0;
  /** Entries of each chain; −1 where the slot is a node. */
  readonly lengths: number[] = Array.from<number>({ length: FANOUT }).fill(0);
  readonly slots: (Entry | Node<Entry> | null)[] = Array.from<null>({ length: FANOUT }).fill(null);

  constructor(shift: number) {
    this.shift = shift;
  }
}

/**
 * Entries by key: nodes of 16 chains, where a long chain becomes a node (engines/default/coll_set.c, coll_map.c).
 * Shape and order follow the real server, so that what a client reads comes in its order, and the memory accounted
 * for nodes is the same.
 */
export class HashTrie<Entry extends TrieEntry<Entry>> {
  #root: Node<Entry> | null = null;
  #nodes = 0;

  get count(): number {
    return this.#root === null ? 0 : this.#root.total;
  }

  /** Accounted bytes of the nodes, without the entries. */
  get nodeBytes(): number {
    return this.#nodes * NODE_BYTES;
  }

  find(key: string, hash: number): Entry | null {
    let node = this.#root;
    while (node !== null) {
      const slot = slotOf(node, hash);
      if (node.lengths[slot] !== -1) return findInChain(node.slots[slot] as Entry | null, key, hash);
      node = node.slots[slot] as Node<Entry>;
    }
    return null;
  }

  /** Adds an entry whose key is not there yet. */
  add(entry: Entry): void {
    let node = (this.#root ??= this.#newNode(0));
    let slot = slotOf(node, entry.hash);
    for (;;) {
      node.total += 1;
      const length = node.lengths[slot] as number;
      if (length >= CHAIN_LENGTH_MAX && node.shift < DEPTH_MAX * HASH_BITS) this.#split(node, slot);
      if (node.lengths[slot] !== -1) break;
      node = node.slots[slot] as Node<Entry>;
      slot = slotOf(node, entry.hash);
    }
    pushOnto(node, slot, entry);
  }

  /** Takes an entry out; null when there is none. */
  remove(key: string, hash: number): Entry | null {
    if (this.#root === null) return null;
    const removed = this.#removeBelow(this.#root, key, hash);
    if (this.count === 0) this.clear();
    return removed;
  }

  clear(): void {
    this.#root = null;
    this.#nodes = 0;
  }

  /** Every entry, in the trie's order. */
  all(): Entry[] {
    const entries: Entry[] = [];
    if (this.#root !== null) collect(this.#root, entries);
    return entries;
  }

  /** The entry at this place of the trie's order, 0 … count − 1. */
  at(offset: number): Entry {
    let node = this.#root;
    let left = offset;
    while (node !== null) {
      let slot = 0;
      while (slot < FANOUT && left >= slotCount(node, slot)) {
        left -= slotCount(node, slot);
        slot += 1;
      }
      if (slot === FANOUT) break;
      if (node.lengths[slot] !== -1) return nthOf(node.slots[slot] as Entry, left);
      node = node.slots[slot] as Node<Entry>;
    }
    throw new RangeError(`cannot read entry "${offset}" of ${this.count}`);
  }

  #newNode(shift: number): Node<Entry> {
    this.#nodes += 1;
    return new Node<Entry>(shift);
  }

  #split(parent: Node<Entry>, parentSlot: number): void {
    const node = this.#newNode(parent.shift + HASH_BITS);
    node.total = parent.lengths[parentSlot] as number;
    moveChain(parent.slots[parentSlot] as Entry, (entry) => pushOnto(node, slotOf(node, entry.hash), entry));
    parent.slots[parentSlot] = node;
    parent.lengths[parentSlot] = -1;
  }

  #removeBelow(node: Node<Entry>, key: string, hash: number): Entry | null {
    const slot = slotOf(node, hash);
    let removed: Entry | null;
    if (node.lengths[slot] === -1) {
      const child = node.slots[slot] as Node<Entry>;
      removed = this.#removeBelow(child, key, hash);
      if (removed !== null && child.total < NODE_ENTRIES_MIN && !child.lengths.includes(-1)) this.#merge(node, slot);
    } else {
      removed = removeFromChain(node, slot, key, hash);
    }
    if (removed !== null) node.total -= 1;
    return removed;
  }

  /** Turns a node without nodes below it into a chain of its parent. */
  #merge(parent: Node<Entry>, parentSlot: number): void {
    const node = parent.slots[parentSlot] as Node<Entry>;
    parent.slots[parentSlot] = null;
    parent.lengths[parentSlot] = 0;
    for (const chain of node.slots) moveChain(chain as Entry | null, (entry) => pushOnto(parent, parentSlot, entry));
    this.#nodes -= 1;
  }
}

/** The real server's hash of a text of bytes (genhash.c): 33 times, then exclusive or with a signed byte. */
export function hashOf(text: string, start = 5381): number {
  let hash = start;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash, 33) ^ ((text.charCodeAt(i) << 24) >> 24);
  return hash;
}

function slotOf<Entry>(node: Node<Entry>, hash: number): number {
  return (hash >>> node.shift) & (FANOUT - 1);
}

function slotCount<Entry>(node: Node<Entry>, slot: number): number {
  const length = node.lengths[slot] as number;
  return length === -1 ? (node.slots[slot] as Node<Entry>).total : length;
}

function pushOnto<Entry extends TrieEntry<Entry>>(node: Node<Entry>, slot: number, entry: Entry): void {
  entry.next = node.slots[slot] as Entry | null;
  node.slots[slot] = entry;
  (node.lengths[slot] as number) += 1;
}

function moveChain<Entry extends TrieEntry<Entry>>(head: Entry | null, push: (entry: Entry) => void): void {
  let entry = head;
  while (entry !== null) {
    const next: Entry | null = entry.next;
    push(entry);
    entry = next;
  }
}

function findInChain<Entry extends TrieEntry<Entry>>(head: Entry | null, key: string, hash: number): Entry | null {
  let entry = head;
  while (entry !== null && (entry.hash !== hash || entry.key !== key)) entry = entry.next;
  return entry;
}

function removeFromChain<Entry extends TrieEntry<Entry>>(
  node: Node<Entry>,
  slot: number,
  key: string,
  hash: number,
): Entry | null {
  let previous: Entry | null = null;
  let entry = node.slots[slot] as Entry | null;
  while (entry !== null && (entry.hash !== hash || entry.key !== key)) {
    previous = entry;
    entry = entry.next;
  }
  if (entry === null) return null;
  if (previous === null) node.slots[slot] = entry.next;
  else previous.next = entry.next;
  entry.next = null;
  (node.lengths[slot] as number) -= 1;
  return entry;
}

function nthOf<Entry extends TrieEntry<Entry>>(head: Entry, place: number): Entry {
  let entry = head;
  for (let i = 0; i < place; i += 1) entry = entry.next as Entry;
  return entry;
}

function collect<Entry extends TrieEntry<Entry>>(node: Node<Entry>, entries: Entry[]): void {
  for (let slot = 0; slot < FANOUT; slot += 1) {
    if (node.lengths[slot] === -1) {
      collect(node.slots[slot] as Node<Entry>, entries);
      continue;
    }
    let entry = node.slots[slot] as Entry | null;
    while (entry !== null) {
      entries.push(entry);
      entry = entry.next;
    }
  }
}
