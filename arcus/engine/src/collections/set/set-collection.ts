import { type CollectionAttributes, maxCountNow } from "../attributes.ts";
import { hashOf, HashTrie, type TrieEntry } from "../hash-trie.ts";
import { slotBytes } from "../slot-bytes.ts";

/** The node's own fields of a set element, in bytes (set_elem_item of engines/default/item_base.h). */
const ELEMENT_BYTES = 24;
/** A value is kept without the line end that it is hashed and accounted with. */
const LINE_END = "\r\n";
/** Up to a tenth of the elements, single random places are cheaper than a walk over all. */
const FEW_SHARE = 10;

/** A whole number, 0 … below − 1. */
export type Random = (below: number) => number;

interface SetElement extends TrieEntry<SetElement> {
  /** The value. */
  readonly key: string;
}

/** A set of values, without order. Values are one-byte strings, without their line end. */
export class SetCollection {
  readonly type = "set";
  readonly attributes: CollectionAttributes;
  readonly #elements = new HashTrie<SetElement>();
  #elementBytes = 0;

  constructor(attributes: CollectionAttributes) {
    this.attributes = attributes;
  }

  get count(): number {
    return this.#elements.count;
  }

  /** Accounted bytes of all elements, by the real server's formula. */
  get bytes(): number {
    return this.#elementBytes + this.#elements.nodeBytes;
  }

  /** Adds a value. `stickyFull`: the item is sticky and sticky memory is used up. */
  insert(value: string, sizeMax: number, stickyFull = false): "ok" | "elementExists" | "overflowed" | "outOfMemory" {
    if (stickyFull) return "outOfMemory";
    if (this.count >= maxCountNow(this.attributes, sizeMax)) return "overflowed";
    const hash = valueHash(value);
    if (this.#elements.find(value, hash) !== null) return "elementExists";
    this.#elements.add({ key: value, hash, next: null });
    this.#elementBytes += elementBytes(value);
    return "ok";
  }

  has(value: string): boolean {
    return this.#elements.find(value, valueHash(value)) !== null;
  }

  /** Takes a value out; false when it is not there. */
  delete(value: string): boolean {
    if (this.#elements.remove(value, valueHash(value)) === null) return false;
    this.#elementBytes -= elementBytes(value);
    return true;
  }

  /** So many different values, drawn at random; all of them, in the set's own order, for 0 or when it has no more. */
  read(count: number, random: Random): string[] {
    const { count: size } = this;
    if (count === 0 || count >= size) return this.#elements.all().map((element) => element.key);
    return count * FEW_SHARE <= size ? this.#drawFew(count, random) : this.#drawMany(count, random);
  }

  /** As `read`, and takes them out. */
  take(count: number, random: Random): string[] {
    const values = this.read(count, random);
    if (values.length < this.count) {
      for (const value of values) this.delete(value);
    } else {
      this.#elements.clear();
      this.#elementBytes = 0;
    }
    return values;
  }

  #drawFew(count: number, random: Random): string[] {
    const places = new Set<number>();
    while (places.size < count) places.add(random(this.count));
    return Array.from(places, (place) => this.#elements.at(place).key);
  }

  #drawMany(count: number, random: Random): string[] {
    const elements = this.#elements.all();
    const drawn: string[] = [];
    for (let i = 0; i < count; i += 1) {
      const place = i + random(elements.length - i);
      const element = elements[place] as SetElement;
      elements[place] = elements[i] as SetElement;
      drawn.push(element.key);
    }
    return drawn;
  }
}

function valueHash(value: string): number {
  return hashOf(LINE_END, hashOf(value));
}

function elementBytes(value: string): number {
  return slotBytes(ELEMENT_BYTES + value.length + LINE_END.length);
}
