import { createServer } from "node:net";
import { SharedInput } from "@branta/foundation-net";

/**
 * A server that keeps nothing: it takes every read for one request, and answers `get` with the same value and all else as if
 * it were done, at once. What a turn costs here is Node's and the system's: what a cache in Node costs for itself stands above it.
 *
 *   node --conditions=source bench/src/cache/floor-server-main.ts -p PORT …      (other flags of memcached are passed over)
 */
const INPUT_BYTES = 64 * 1024;
const VALUE_BYTES = 100;
const KEY = "bench:0000000";
const G = 0x67;
const N = 0x6e;
const LF = 0x0a;
/** Counted from the end, before CRLF. */
const LAST_LETTER = 3;

const value = Buffer.from(`VALUE ${KEY} 0 ${VALUE_BYTES}\r\n${"v".repeat(VALUE_BYTES)}\r\nEND\r\n`);
const stored = Buffer.from("STORED\r\n");
const version = Buffer.from("VERSION floor\r\n");

const port = Number(process.argv[process.argv.indexOf("-p") + 1]);
const input = new SharedInput(INPUT_BYTES);
const server = createServer({ noDelay: true, pauseOnConnect: true });
server.on("connection", (accepted) => {
  let lines = 0;
  const socket = input.read(accepted, (bytes, length) => {
    // By `version` the generator finds out how long the reply before it is. Keys end in a digit, values in "v".
    const asksVersion = bytes[length - LAST_LETTER] === N;
    if (bytes[0] === G) socket.write(value);
    else for (lines += linesIn(bytes, length) - Number(asksVersion); lines > 1; lines -= 2) socket.write(stored);
    if (asksVersion) socket.write(version);
  });
  socket.on("error", () => socket.destroy());
  socket.on("end", () => socket.end());
});
server.listen(port, "127.0.0.1");
process.on("SIGINT", () => process.exit(0));

function linesIn(bytes: Buffer, length: number): number {
  let lines = 0;
  for (let at = 0; at < length; at++) if (bytes[at] === LF) lines++;
  return lines;
}
