/** Under this node every path with a quota is repeated, with its limits and its usage as two leaves. */
export const QUOTA_ROOT = "/zookeeper/quota";

/** Name of the leaf that holds the limits. */
export const QUOTA_LIMITS_NODE = "zookeeper_limits";

/** Name of the leaf that holds the usage; each server keeps it by itself, outside of transactions. */
export const QUOTA_STATS_NODE = "zookeeper_stats";

/** Where the limits of `path` stand: `/a` → `/zookeeper/quota/a/zookeeper_limits`. */
export function quotaLimitPath(path: string): string {
  return `${QUOTA_ROOT}${path}/${QUOTA_LIMITS_NODE}`;
}

/** Where the usage of `path` stands: `/a` → `/zookeeper/quota/a/zookeeper_stats`. */
export function quotaStatPath(path: string): string {
  return `${QUOTA_ROOT}${path}/${QUOTA_STATS_NODE}`;
}
