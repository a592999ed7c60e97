import { parseArgs } from "node:util";
import { sendAll } from "./cache/send-all.ts";
import { startCacheServer } from "./cache/cache-server.ts";
import { residentBytes } from "./process-usage.ts";
import { formatTable, mebibytes, rowsWithRatios, thousands } from "./table.ts";

/**
 * What an item costs a cache in memory, beyond its key and value.
 *
 *   node --conditions=source bench/src/cache-memory-main.ts --items 1000000 --value-bytes 100
 */
const { values } = parseArgs({
  options: {
    items: { type: "string", default: "1000000" },
    "value-bytes": { type: "string", default: "100" },
    servers: { type: "string", default: "branta,memcached" },
    "memory-mb": { type: "string", default: "1024" },
  },
});

const COLUMNS = { "empty MiB": mebibytes, "full MiB": mebibytes, "overhead bytes/item": thousands } as const;
const items = Number(values.items);
const value = "v".repeat(Number(values["value-bytes"]));
const keyOf = (item: number): string => `bench:${String(item).padStart(9, "0")}`;
const figures = new Map<string, number[]>();
for (const kind of values.servers.split(",")) {
  await using server = await startCacheServer(kind, Number(values["memory-mb"]));
  const empty = residentBytes(server.pid);
  await sendAll(server.port, requests());
  const full = residentBytes(server.pid);
  figures.set(server.name, [empty, full, (full - empty) / items - keyOf(0).length - value.length]);
}
console.log(`${thousands(items)} items of ${keyOf(0).length} + ${value.length} bytes; MiB are of RSS\n`);
console.log(formatTable(["", ...Object.keys(COLUMNS)], rowsWithRatios(figures, Object.values(COLUMNS))));

function* requests(): Generator<string> {
  for (let item = 0; item < items; item++) yield `set ${keyOf(item)} 0 0 ${value.length}\r\n${value}\r\n`;
}
