import type { NodeLog } from "../node/node-log.ts";
import type { CloudControl } from "./cloud-control.ts";
import { Heartbeat } from "./heartbeat.ts";

/** Where a node without -z stands: nobody is told of it, and all keys are its own. */
export class NoCloud implements CloudControl {
  readonly isConfigured = false;
  readonly libraryVersion = LIBRARY_VERSION;
  readonly sessionTimeoutMs = SESSION_TIMEOUT_MS;
  readonly isConnected = false;
  readonly isReady = false;
  readonly heartbeat: Heartbeat;
  failStops = true;

  constructor(log: NodeLog) {
    this.heartbeat = new Heartbeat(log);
  }

  ensemble(): null {
    return null;
  }

  setEnsemble(): boolean {
    return false;
  }

  rejoin(): Promise<boolean> {
    return Promise.resolve(false);
  }

  owns(): boolean {
    return true;
  }

  leave(): Promise<void> {
    return Promise.resolve();
  }
}

/** What `stats zookeeper` calls the client of this product. */
export const LIBRARY_VERSION = "3.9.5-branta";

/** Session timeout that is asked for unless -o says another. */
export const SESSION_TIMEOUT_MS = 30_000;
