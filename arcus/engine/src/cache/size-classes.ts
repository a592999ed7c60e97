/** The real server keeps items up to here in its manager of small memory, class 0; above it has a class for each size. */
export const SMALL_BYTES_MAX = 48 * 1024 - 4;
/** Header of an item with its CAS number: what a class has room for beside the smallest chunk. */
const ITEM_BYTES = 56 + 8;
const ALIGNMENT = 8;
const CLASSES_MAX = 200;

/** What is counted of the items of one size. */
export class ClassStatistics {
  items = 0;
  stickyItems = 0;
  /** By the real server's count of header, key and value. */
  bytes = 0;
  evictions = 0;
  /** Evictions of items that would have expired some day. */
  evictedNonzero = 0;
  /** How long the last evicted item had not been used, in seconds. */
  evictedTimeS = 0;
  reclaimed = 0;

  countEviction(hasExpiry: boolean, idleS: number): void {
    this.evictions++;
    this.evictedTimeS = idleS;
    if (hasExpiry) this.evictedNonzero++;
  }

  /** Forgets what adds up, keeps what is. */
  reset(): void {
    this.evictions = this.evictedNonzero = this.evictedTimeS = this.reclaimed = 0;
  }
}

/**
 * Counts large items by the class in which arcus-memcached would keep them. Memory is not divided that way here; the
 * classes are what operators know from `stats items`. Small items cost nothing: the caller asks {@link of} only above
 * {@link SMALL_BYTES_MAX}.
 */
export class SizeClasses {
  /** Largest item of class 1, 2, …, in bytes. */
  readonly #sizes: readonly number[];
  readonly #byClass = new Map<number, ClassStatistics>();

  /** @param chunkBytes of class 1, without an item's header. @param factor between the sizes of two classes */
  constructor(chunkBytes: number, factor: number, itemBytesMax: number) {
    const sizes: number[] = [];
    for (let size = ITEM_BYTES + chunkBytes; size <= itemBytesMax / factor && sizes.length < CLASSES_MAX - 1;) {
      size = Math.ceil(size / ALIGNMENT) * ALIGNMENT;
      sizes.push(size);
      size = Math.floor(size * factor);
    }
    this.#sizes = sizes;
  }

  /** The statistics of the class for items of so many bytes. */
  of(byteCount: number): ClassStatistics {
    const at = this.#sizes.findIndex((size) => size >= byteCount);
    const classId = (at < 0 ? this.#sizes.length : at) + 1;
    let statistics = this.#byClass.get(classId);
    if (statistics === undefined) this.#byClass.set(classId, (statistics = new ClassStatistics()));
    return statistics;
  }

  /** Classes that have or had items, by number. */
  all(): readonly (readonly [classId: number, statistics: ClassStatistics])[] {
    return [...this.#byClass].toSorted(([left], [right]) => left - right);
  }

  reset(): void {
    for (const statistics of this.#byClass.values()) statistics.reset();
  }
}
