/** What an operator may change while the cache runs. */
export interface CacheLimits {
  /** Bytes of an item at most, by the real server's count: header, key, value and CRLF. */
  itemBytesMax: number;
  /** Bytes that sticky items may have in all; 0 allows none. */
  stickyBytesMax: number;
  listSizeMax: number;
  setSizeMax: number;
  mapSizeMax: number;
  btreeSizeMax: number;
  /** Bytes of an element's value at most, with CRLF. */
  elementBytesMax: number;
}

export interface CacheOptions extends Partial<CacheLimits> {
  /** Memory for items and elements. */
  readonly limitBytes?: number;
  /** Memory in front of the items for the server's buffers: copies between it and items are fast. */
  readonly yardBytes?: number;
  /** Evict items that were not used for long when memory is full; without it, storing fails then. */
  readonly canEvict?: boolean;
  /** The character that ends a key's prefix. */
  readonly prefixDelimiter?: string;
  /** Makes it hard to guess which keys lie together; 32 bits. */
  readonly hashSeed?: number;
  /** Of the classes by which large items are counted: the smallest, without an item's header, and the factor between. */
  readonly chunkBytes?: number;
  readonly growthFactor?: number;
  /** When the cache was started, in unix seconds: times before it have expired. */
  readonly startedS?: number;
}

const MEGABYTE = 1024 * 1024;

export const DEFAULT_LIMIT_BYTES = 64 * MEGABYTE;

export const DEFAULT_CACHE_LIMITS: CacheLimits = {
  itemBytesMax: MEGABYTE,
  stickyBytesMax: 0,
  listSizeMax: 50_000,
  setSizeMax: 50_000,
  mapSizeMax: 50_000,
  btreeSizeMax: 50_000,
  elementBytesMax: 16 * 1024,
};
