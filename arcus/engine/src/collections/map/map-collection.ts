import { type CollectionAttributes, maxCountNow } from "../attributes.ts";
import { hashOf, HashTrie, type TrieEntry } from "../hash-trie.ts";
import { slotBytes } from "../slot-bytes.ts";

/** The node's own fields of a map element, in bytes (map_elem_item of engines/default/item_base.h). */
const ELEMENT_BYTES = 24;
/** A value is kept without the line end that it is accounted with, in bytes. */
const LINE_END_BYTES = 2;

/** A field of a map and its value, both one-byte strings; `key` is the field. */
export interface MapElement extends TrieEntry<MapElement> {
  readonly key: string;
  value: string;
}

/** Values by field. */
export class MapCollection {
  readonly type = "map";
  readonly attributes: CollectionAttributes;
  readonly #elements = new HashTrie<MapElement>();
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

  /** Adds a field. `stickyFull`: the item is sticky and sticky memory is used up. */
  insert(
    field: string,
    value: string,
    sizeMax: number,
    stickyFull = false,
  ): "ok" | "elementExists" | "overflowed" | "outOfMemory" {
    const hash = hashOf(field);
    if (this.#elements.find(field, hash) !== null) return "elementExists";
    return this.#add(field, hash, value, sizeMax, stickyFull);
  }

  /** Adds a field, or gives it a new value. */
  upsert(
    field: string,
    value: string,
    sizeMax: number,
    stickyFull = false,
  ): "ok" | "replaced" | "overflowed" | "outOfMemory" {
    const hash = hashOf(field);
    const element = this.#elements.find(field, hash);
    if (element === null) return this.#add(field, hash, value, sizeMax, stickyFull);
    return this.#setValue(element, value, stickyFull) ? "replaced" : "outOfMemory";
  }

  /** Gives a field that is there a new value. */
  update(field: string, value: string, stickyFull = false): "ok" | "elementNotFound" | "outOfMemory" {
    const element = this.#elements.find(field, hashOf(field));
    if (element === null) return "elementNotFound";
    return this.#setValue(element, value, stickyFull) ? "ok" : "outOfMemory";
  }

  /** The elements of these fields that are there, in their order; null asks for all, in the map's own order. */
  read(fields: readonly string[] | null): MapElement[] {
    if (fields === null) return this.#elements.all();
    const found: MapElement[] = [];
    for (const field of fields) {
      const element = this.#elements.find(field, hashOf(field));
      if (element !== null) found.push(element);
    }
    return found;
  }

  /** As `read`, and takes them out. */
  take(fields: readonly string[] | null): MapElement[] {
    if (fields === null) {
      const all = this.#elements.all();
      this.#elements.clear();
      this.#elementBytes = 0;
      return all;
    }
    const taken: MapElement[] = [];
    for (const field of fields) {
      const element = this.#elements.remove(field, hashOf(field));
      if (element === null) continue;
      this.#elementBytes -= elementBytes(field, element.value);
      taken.push(element);
    }
    return taken;
  }

  #add(
    field: string,
    hash: number,
    value: string,
    sizeMax: number,
    stickyFull: boolean,
  ): "ok" | "overflowed" | "outOfMemory" {
    if (stickyFull) return "outOfMemory";
    if (this.count >= maxCountNow(this.attributes, sizeMax)) return "overflowed";
    this.#elements.add({ key: field, hash, next: null, value });
    this.#elementBytes += elementBytes(field, value);
    return "ok";
  }

  /** False when sticky memory has no room for a longer value. */
  #setValue(element: MapElement, value: string, stickyFull: boolean): boolean {
    if (stickyFull && value.length > element.value.length) return false;
    this.#elementBytes += elementBytes(element.key, value) - elementBytes(element.key, element.value);
    element.value = value;
    return true;
  }
}

function elementBytes(field: string, value: string): number {
  return slotBytes(ELEMENT_BYTES + field.length + value.length + LINE_END_BYTES);
}
