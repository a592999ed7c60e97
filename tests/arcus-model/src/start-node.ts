import { join } from "node:path";
import { CacheNodeProcess } from "@branta/tests-kit";

/** Starts bin/memcached, or the arcus-memcached at this path, which has its engine in `.libs` beside it. */
export function startNode(args: readonly string[], memcached?: string): Promise<CacheNodeProcess> {
  if (memcached === undefined) return CacheNodeProcess.start({ args });
  const engine = join(memcached, "../.libs/default_engine.so");
  return CacheNodeProcess.start({ launcher: memcached, args: ["-E", engine, "-U", "0", ...args] });
}
