import { ArcusError } from "../arcus-error.ts";
import type { Hooks } from "../hooks.ts";
import { NodeConnection } from "./node-connection.ts";
import { backoffDelayMs, type NodeOptions } from "./node-options.ts";
import type { PendingReply } from "./operation.ts";

/** A node as the client sees it. */
export interface NodeStatus {
  /** `ip:port` */
  readonly address: string;
  /** connecting: for the first time or again at once; operations wait. down: operations fail until it answers again. */
  readonly state: "connecting" | "up" | "down";
  /** What it says it is, such as `1.15.0`; "" before it has answered. */
  readonly version: string;
  /** Operations without an answer. */
  readonly pending: number;
}

/**
 * One node of a cloud: its connections, which come back by themselves. The first attempt, and the first one after a loss, may
 * still succeed, so operations wait for it; behind a failed attempt they fail at once.
 */
export class CacheNode {
  readonly address: string;
  readonly #options: NodeOptions;
  readonly #hooks: Hooks;
  readonly #slots: Slot[];
  #version = "";
  #error: ArcusError | null = null;
  #reported: NodeStatus["state"] = "connecting";
  #isClosed = false;

  constructor(address: string, options: NodeOptions, hooks: Hooks) {
    this.address = address;
    this.#options = options;
    this.#hooks = hooks;
    this.#slots = Array.from({ length: options.poolSize }, () => ({
      connection: null,
      failures: 0,
      readyAtMs: 0,
      retry: undefined,
    }));
    for (const slot of this.#slots) this.#connect(slot);
  }

  get status(): NodeStatus {
    const pending = this.#slots.reduce((sum, { connection }) => sum + (connection?.pending ?? 0), 0);
    const best = this.#choose();
    const state = best === null ? "down" : best.isReady ? "up" : "connecting";
    return { address: this.address, state, version: this.#version, pending };
  }

  /** Sends by the connection with the least to do. @throws ArcusError nodeDown, queueFull, closed */
  submit(operation: PendingReply): void {
    const connection = this.#choose();
    if (connection === null) throw this.#error ?? this.#closedError();
    connection.submit(operation);
  }

  /** Sends nothing any more; what was sent is still answered. For a node that has left the cloud. */
  retire(): void {
    this.#stop((connection, error) => connection.endWhenIdle(error));
  }

  /** Ends everything now. */
  close(): void {
    this.#stop((connection, error) => connection.destroy(error));
  }

  #stop(end: (connection: NodeConnection, error: ArcusError) => void): void {
    this.#isClosed = true;
    this.#error = this.#closedError();
    for (const slot of this.#slots) {
      clearTimeout(slot.retry);
      const { connection } = slot;
      slot.connection = null;
      if (connection !== null) end(connection, this.#error);
    }
  }

  #choose(): NodeConnection | null {
    let best: NodeConnection | null = null;
    for (const { connection, failures } of this.#slots) {
      if (connection === null || (failures > 0 && !connection.isReady)) continue;
      if (best === null || rank(connection) < rank(best)) best = connection;
    }
    return best;
  }

  #connect(slot: Slot): void {
    const connection = new NodeConnection(this.address, this.#options, {
      onReady: (version) => {
        slot.failures = 0;
        slot.readyAtMs = performance.now();
        this.#version = version;
        this.#error = null;
        this.#report(null);
      },
      onClose: (error) => {
        if (slot.connection === connection) this.#onClose(slot, connection, error);
      },
    });
    slot.connection = connection;
  }

  #onClose(slot: Slot, connection: NodeConnection, error: ArcusError): void {
    slot.connection = null;
    // One that was lost is tried again at once, but not over and over: a node may answer and end each connection.
    const lived = connection.isReady && performance.now() - slot.readyAtMs > this.#options.backoff.initialDelayMs;
    if (lived) this.#connect(slot);
    else {
      slot.failures++;
      const message = `Cannot use node "${this.address}": it could not be reached last time`;
      this.#error = new ArcusError("nodeDown", message, { node: this.address, cause: error });
      const delayMs = backoffDelayMs(slot.failures, this.#options.backoff, this.#options.random());
      slot.retry = setTimeout(() => this.#connect(slot), delayMs).unref();
    }
    this.#report(error);
  }

  /** Tells the hook when the node is up, and when it is given up for now. */
  #report(error: ArcusError | null): void {
    const { state } = this.status;
    if (state === "connecting" || state === this.#reported) return;
    this.#reported = state;
    this.#hooks.node?.({ node: this.address, state, error: state === "up" ? null : error });
  }

  #closedError(): ArcusError {
    const reason = this.#isClosed ? "it has left the cloud, or the client is closed" : "it has no connection";
    return new ArcusError("closed", `Cannot use node "${this.address}": ${reason}`, { node: this.address });
  }
}

/** A place for one connection. */
interface Slot {
  connection: NodeConnection | null;
  /** Attempts that failed since it last had one. */
  failures: number;
  readyAtMs: number;
  retry: NodeJS.Timeout | undefined;
}

/** Less is better: ready ones first, then those with the least to do. */
function rank(connection: NodeConnection): number {
  return connection.pending + (connection.isReady ? 0 : 1_000_000);
}
