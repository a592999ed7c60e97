import { join } from "node:path";

/** The folder of this checkout. */
export const CHECKOUT = join(import.meta.dirname, "..", "..", "..", "..");

/** The server's entry, run as TypeScript. */
export const SERVER_MAIN = join(CHECKOUT, "zookeeper", "server", "src", "main.ts");

/** How this process runs TypeScript, for those it starts. */
export const NODE_FLAGS: readonly string[] = ["--conditions=source"];
