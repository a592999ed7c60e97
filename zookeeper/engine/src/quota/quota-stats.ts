import { QUOTA_LIMITS_NODE, QUOTA_ROOT, QUOTA_STATS_NODE, StatsTrack } from "@branta/zookeeper-protocol";

/** What a change below `/zookeeper/quota` asks of the tree. `path` is the real path, such as `/a` for `/zookeeper/quota/a/…`. */
export interface QuotaEvent {
  readonly kind: "addTrie" | "deleteTrie" | "recount";
  readonly path: string;
}

/** What creating or deleting the node at `path` means for quotas; null for every ordinary path, at the cost of one comparison. */
export function quotaEvent(change: "created" | "deleted", path: string): QuotaEvent | null {
  if (!path.startsWith(QUOTA_ROOT)) return null;
  const slash = path.lastIndexOf("/");
  // Quotas need a path of their own: Apache's trie throws on a limit that hangs directly under /zookeeper/quota.
  if (path.charCodeAt(QUOTA_ROOT.length) !== 0x2f || slash <= QUOTA_ROOT.length) return null;
  const realPath = path.slice(QUOTA_ROOT.length, slash);
  const name = path.slice(slash + 1);
  if (name === QUOTA_LIMITS_NODE) return { kind: change === "created" ? "addTrie" : "deleteTrie", path: realPath };
  if (name === QUOTA_STATS_NODE && change === "created") return { kind: "recount", path: realPath };
  return null;
}

/** A node as counting sees it. */
export interface CountedNode {
  /** Bytes of data; 0 for null. */
  readonly dataLength: number;
  /** Names of the children, without slashes. */
  readonly children: Iterable<string>;
}

/** Nodes and bytes of the subtree at `path`, itself included; both 0 when there is no such node. */
export function recount(path: string, node: (path: string) => CountedNode | undefined): StatsTrack {
  const track = new StatsTrack();
  let count = 0;
  let bytes = 0;
  const pending = [path];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const found = node(next);
    if (found === undefined) continue;
    count++;
    bytes += found.dataLength;
    for (const child of found.children) pending.push(`${next}/${child}`);
  }
  track.count = count;
  track.bytes = bytes;
  return track;
}

/** Every real path that has a limit: the childless `zookeeper_limits` nodes under `/zookeeper/quota`. For a tree just loaded. */
export function* quotaPathsOf(children: (path: string) => Iterable<string>): Generator<string, void, undefined> {
  const leaf = `/${QUOTA_LIMITS_NODE}`;
  const pending = [QUOTA_ROOT];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    const before = pending.length;
    for (const child of children(path)) pending.push(`${path}/${child}`);
    const realPath = path.slice(QUOTA_ROOT.length, path.indexOf(leaf));
    if (pending.length === before && path.endsWith(leaf) && realPath !== "") yield realPath;
  }
}

/**
 * The new content of a `zookeeper_stats` node after a change of that many bytes and nodes below its path.
 * Null when the old content is not readable: leave it. (Apache's server throws inside its last processor there.)
 */
export function addToStats(data: Buffer | null, bytesDiff: number, countDiff: number): Buffer | null {
  const track = tryParse(data);
  if (track === null) return null;
  track.count += countDiff;
  track.bytes += bytesDiff;
  return track.toBytes();
}

/** Reads limits or usage; null when the text is not what the grammar wants. */
export function tryParse(data: Buffer | null): StatsTrack | null {
  try {
    return StatsTrack.parse(data);
  } catch {
    return null;
  }
}
