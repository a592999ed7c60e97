import { connect } from "node:net";
import { BrantaError } from "./branta-error.ts";

/** Where `bin/branta up` lets servers listen. */
export const HOST = "127.0.0.1";

const PORT_MAX = 65_535;
/** How far behind the wanted port is looked for free ones. */
const SEARCH_MAX = 200;

/** Whether a program takes connections on a port of {@link HOST}. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ host: HOST, port });
    const finish = (listening: boolean): void => {
      socket.destroy();
      done(listening);
    };
    socket.once("connect", () => finish(true));
    socket.once("error", () => finish(false));
  });
}

/**
 * The first of `count` ports in a row, from `first` on, on which nobody listens.
 *
 * @throws BrantaError portTaken when there are none nearby
 */
export async function freePortsFrom(first: number, count: number): Promise<number> {
  let start = first;
  while (start + count - 1 <= Math.min(PORT_MAX, first + SEARCH_MAX)) {
    const taken = await lastTakenPort(start, count);
    if (taken === null) return start;
    start = taken + 1;
  }
  throw new BrantaError("portTaken", `Cannot find ${count} free ports in a row of ${HOST} from ${first} on`);
}

async function lastTakenPort(start: number, count: number): Promise<number | null> {
  const ports = Array.from({ length: count }, (_, at) => start + at);
  const taken = await Promise.all(ports.map(isListening));
  return ports.findLast((_, at) => taken[at]) ?? null;
}

/** Reads a port from the command line. @throws BrantaError badArgument */
export function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= PORT_MAX) return port;
  throw new BrantaError("badArgument", `Cannot use --port "${text}": it must be a number from 1 to ${PORT_MAX}`);
}
