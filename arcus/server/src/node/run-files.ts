import { renameSync, rmSync, writeFileSync } from "node:fs";
import type { NodeLog } from "./node-log.ts";

/** Tells others the process id of a daemon. A file that cannot be written is no reason not to serve. */
export function writePidFile(path: string, log: NodeLog): void {
  try {
    writeFileSync(path, `${process.pid}\n`);
  } catch (error) {
    log.warn(`Cannot write the process id to "${path}": ${String(error)}`);
  }
}

export function removePidFile(path: string): void {
  rmSync(path, { force: true });
}

/** Tells a script on which port the node listens, 0 for none; the file is there when it is whole. */
export function writePortFile(path: string, port: number, log: NodeLog): void {
  try {
    writeFileSync(`${path}.lck`, port === 0 ? "" : `TCP INET: ${port}\n`);
    renameSync(`${path}.lck`, path);
  } catch (error) {
    log.warn(`Cannot write the port to "${path}": ${String(error)}`);
  }
}
