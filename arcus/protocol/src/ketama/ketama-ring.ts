import { ketamaHash, ketamaPoints, POINTS_PER_NODE } from "./ketama-points.ts";

/**
 * Which node of a cloud owns a key: the one with the first point at or after the key's hash, around the ring.
 * Nodes and all clients of a cloud compute the same ring, so none of them has to ask another. Where points of two nodes are
 * equal, the lesser name has it. A ring never changes; another set of nodes is another ring.
 */
export class KetamaRing {
  static readonly EMPTY = new KetamaRing([]);

  /** The nodes, each once, sorted by name. */
  readonly names: readonly string[];
  /** All points, ascending; of equal ones the one of the lesser name first. */
  readonly #points: Uint32Array;
  /** The index in `names` of the node that has the point at the same place. */
  readonly #owners: Uint16Array;

  /** @param names `ip:port` of each node, in any order */
  constructor(names: Iterable<string>) {
    this.names = [...new Set(names)].sort(byCodeUnits);
    const size = this.names.length * POINTS_PER_NODE;
    // Point and owner in one double (32 + 16 bits), so that a numeric sort puts equal points in the order of the names.
    const pairs = new Float64Array(size);
    this.names.forEach((name, owner) => {
      ketamaPoints(name).forEach((point, index) => {
        pairs[owner * POINTS_PER_NODE + index] = point * OWNERS_MAX + owner;
      });
    });
    pairs.sort();
    this.#points = new Uint32Array(size);
    this.#owners = new Uint16Array(size);
    pairs.forEach((pair, at) => {
      this.#points[at] = Math.floor(pair / OWNERS_MAX);
      this.#owners[at] = pair % OWNERS_MAX;
    });
  }

  /** Number of nodes. */
  get size(): number {
    return this.names.length;
  }

  /** The name of the node that owns a key; null if the ring has no node. Strings count as UTF-8. */
  owner(key: string | Uint8Array): string | null {
    return this.size === 0 ? null : this.ownerOfHash(ketamaHash(key));
  }

  /** Like {@link owner}, of a hash that {@link ketamaHash} answered. */
  ownerOfHash(hash: number): string | null {
    const points = this.#points;
    if (points.length === 0) return null;
    let low = 0;
    let high = points.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (points[middle]! < hash) low = middle + 1;
      else high = middle;
    }
    return this.names[this.#owners[low === points.length ? 0 : low]!]!;
  }
}

const OWNERS_MAX = 0x10000;

/** The order of strcmp and of Java's compareTo; the names are ASCII. */
function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
