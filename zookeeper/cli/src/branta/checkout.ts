import { join } from "node:path";

/** The folder of this checkout; the launchers say it, because a bundle does not lie where its sources do. */
export const CHECKOUT = process.env["BRANTA_HOME"] ?? join(import.meta.dirname, "..", "..", "..", "..");

/** Runs one server as this process, given `start-foreground` and a configuration file. */
export const SERVER_LAUNCHER = join(CHECKOUT, "bin", "zkServer.sh");

/** Runs one cache node as this process. */
export const CACHE_NODE_LAUNCHER = join(CHECKOUT, "bin", "memcached");

/** Registers cache clouds. */
export const CLOUD_TOOL = join(CHECKOUT, "bin", "arcus.sh");
