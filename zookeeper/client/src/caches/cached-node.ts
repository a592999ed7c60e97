import type { Stat } from "@branta/zookeeper-protocol";

/** A node as a cache has seen it. */
export interface CachedNode {
  readonly path: string;
  readonly data: Buffer | null;
  /** As of the last reading of the data: later changes of the child list do not show here. */
  readonly stat: Stat;
}

/** What changed in a cache. After `resync`, which stands for changes that were dropped, read the cache anew. */
export type CacheChange =
  | { readonly type: "added"; readonly node: CachedNode }
  | { readonly type: "changed"; readonly node: CachedNode; readonly previous: CachedNode }
  | { readonly type: "removed"; readonly node: CachedNode }
  | { readonly type: "resync" };

/** Called for each change, in order. Must not throw. */
export type CacheListener = (change: CacheChange) => void;
