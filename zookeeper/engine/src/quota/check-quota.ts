import { quotaLimitPath, quotaStatPath, type StatsTrack } from "@branta/zookeeper-protocol";
import { tryParse } from "./quota-stats.ts";
import type { QuotaTrie } from "./quota-trie.ts";

/** A write as quotas see it. Lengths are bytes of data, 0 for null. */
export type QuotaChange =
  | { readonly kind: "create"; readonly dataLength: number }
  | { readonly kind: "setData"; readonly dataLength: number; readonly lastDataLength: number };

/** A limit that a write would pass. */
export interface QuotaExceeded {
  /** True: refuse the write with QuotaExceeded. False: log `message`, rate-limited, and let it through. */
  readonly hard: boolean;
  /** The path whose quota it is. */
  readonly prefix: string;
  readonly message: string;
}

/** Null: within its quota. `marshalling`: limits or usage cannot be read; Apache answers MarshallingError to the write. */
export type QuotaVerdict = QuotaExceeded | { readonly error: "marshalling" } | null;

/**
 * Whether a write keeps the quota above its path, as ZooKeeperServer.checkQuota decides when `enforceQuota` is on.
 * A hard limit, once set, stands in for the soft one of the same kind; a write that shrinks data is refused too while the
 * sum stays above a hard limit.
 *
 * @param readData a node's data, undefined when there is no such node.
 */
export function checkQuota(
  trie: QuotaTrie,
  readData: (path: string) => Buffer | null | undefined,
  path: string,
  change: QuotaChange,
): QuotaVerdict {
  const prefix = trie.maxPrefix(path);
  if (prefix === null) return null;
  const countDiff = change.kind === "create" ? 1 : 0;
  const bytesDiff = change.dataLength - (change.kind === "create" ? 0 : change.lastDataLength);

  const limits = read(readData, quotaLimitPath(prefix));
  if (limits === undefined) return null;
  if (limits === null) return { error: "marshalling" };
  const countsMatter = countDiff !== 0 && (limits.count > -1 || limits.countHardLimit > -1);
  const bytesMatter = bytesDiff !== 0 && (limits.bytes > -1 || limits.byteHardLimit > -1);
  if (!countsMatter && !bytesMatter) return null;

  const usage = read(readData, quotaStatPath(prefix));
  if (usage === undefined) return null;
  if (usage === null) return { error: "marshalling" };
  const count = countsMatter
    ? exceeded(prefix, "count", usage.count + countDiff, limits.count, limits.countHardLimit)
    : null;
  if (count !== null && count.hard) return count;
  const bytes = bytesMatter
    ? exceeded(prefix, "bytes", usage.bytes + bytesDiff, limits.bytes, limits.byteHardLimit)
    : null;
  if (count === null || bytes === null) return bytes ?? count;
  return { ...bytes, message: `${count.message}; ${bytes.message}` };
}

/** Undefined: no such node. Null: its content is not readable, and null data is not. */
function read(readData: (path: string) => Buffer | null | undefined, path: string): StatsTrack | null | undefined {
  const data = readData(path);
  if (data === undefined) return undefined;
  return data === null ? null : tryParse(data);
}

function exceeded(
  prefix: string,
  what: "count" | "bytes",
  next: number,
  softLimit: number,
  hardLimit: number,
): QuotaExceeded | null {
  const hard = hardLimit > -1;
  const limit = hard ? hardLimit : softLimit;
  if (next <= limit) return null;
  const limitName = `${hard ? "hard" : "soft"}${what === "count" ? "Count" : "Byte"}Limit`;
  return { hard, prefix, message: `Quota exceeded: ${prefix} [current ${what}=${next}, ${limitName}=${limit}]` };
}
