import { randomInt } from "node:crypto";
import { createServer } from "node:net";
import { KitError } from "./kit-error.ts";

/** Below the range from which the kernel gives outgoing connections their ports: a server that restarts finds its own free. */
const LOWEST = 21_000;
const HIGHEST = 32_000;
const ATTEMPTS_MAX = 100;

/** TCP ports of the loopback interface, in a row, that nobody uses now and that no outgoing connection will be given. */
export async function freePorts(count: number): Promise<readonly number[]> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const first = randomInt(LOWEST, HIGHEST - count);
    const ports = Array.from({ length: count }, (_, at) => first + at);
    const free = await Promise.all(ports.map(isFree));
    if (free.every(Boolean)) return ports;
  }
  throw new KitError(
    "refused",
    `Cannot find ${count} free ports in a row after ${ATTEMPTS_MAX} attempts: some must be free`,
  );
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
