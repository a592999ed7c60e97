import { chmodSync } from "node:fs";
import { type AddressInfo, createServer, type ListenOptions, type Server, type Socket } from "node:net";

import type { NodeContext } from "../node/node-context.ts";
import type { NodeOptions } from "../node/node-options.ts";
import { ArcusServerError } from "../server-error.ts";
import { ClientConnection } from "./client-connection.ts";
import type { SharedBuffers } from "./shared-buffers.ts";

/** How long a stop waits for clients to read their last replies. */
const FLUSH_MS_MAX = 1000;

/**
 * So many more may come from this machine when there is no room: an operator must get in to a node that is full, and
 * the node's own heartbeat must not take it for dead (arcus-memcached ADMIN_MAX_CONNECTIONS).
 */
const LOCAL_EXTRA = 10;
const LOCAL_ADDRESSES = new Set(["127.0.0.1", "::ffff:127.0.0.1", "::1"]);

/** Accepts clients on a port or on a socket in the file system, as many as the settings allow. */
export class ClientListener {
  readonly #node: NodeContext;
  readonly #shared: SharedBuffers;
  readonly #server: Server;
  readonly #connections = new Set<ClientConnection>();
  /** Who waits for the end of the last connection. */
  #lastEnded: (() => void) | null = null;

  private constructor(node: NodeContext, shared: SharedBuffers) {
    this.#node = node;
    this.#shared = shared;
    this.#server = createServer({ noDelay: true, keepAlive: true, pauseOnConnect: true });
    this.#server.on("connection", (socket) => this.accept(socket));
  }

  /** @throws ArcusServerError "cannotListen" */
  static async open(node: NodeContext, shared: SharedBuffers): Promise<ClientListener> {
    const listener = new ClientListener(node, shared);
    const { options } = node;
    await new Promise<void>((resolve, reject) => {
      listener.#server.once("error", (cause) => {
        reject(new ArcusServerError("cannotListen", `Listening on ${addressText(options)} failed`, { cause }));
      });
      if (options.unixSocketPath === null && options.port === 0) resolve();
      else listener.#server.listen(listenOptions(options), resolve);
    });
    if (options.unixSocketPath !== null) chmodSync(options.unixSocketPath, options.unixSocketMode);
    return listener;
  }

  /** 0 for a socket in the file system, and where there is none. */
  get port(): number {
    const address = this.#server.address();
    return address === null || typeof address === "string" ? 0 : (address satisfies AddressInfo).port;
  }

  /** Accepts nobody any more; ends the connections there are after so many seconds. */
  async close(graceSeconds: number): Promise<void> {
    // A server that never listened calls back with an error, which says no more than that.
    const retired = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const emptied = new Promise<void>((resolve) => {
      if (this.#connections.size === 0) resolve();
      else this.#lastEnded = resolve;
    });
    const closed = Promise.all([retired, emptied]);
    if (graceSeconds > 0 && this.#connections.size > 0) {
      const grace = new Promise((resolve) => setTimeout(resolve, graceSeconds * 1000).unref());
      await Promise.race([closed, grace]);
    }
    for (const connection of this.#connections) connection.close();
    const tooSlow = setTimeout(() => {
      for (const connection of this.#connections) connection.destroy();
    }, FLUSH_MS_MAX);
    await closed;
    clearTimeout(tooSlow);
  }

  /** Serves a client, or turns it away when there are too many. */
  accept(accepted: Socket): void {
    const { traffic, settings } = this.#node;
    const extra = LOCAL_ADDRESSES.has(accepted.remoteAddress ?? "") ? LOCAL_EXTRA : 0;
    if (traffic.connections >= settings.connectionsMax + extra) {
      traffic.rejected++;
      accepted.on("error", () => accepted.destroy());
      accepted.destroy();
      return;
    }
    traffic.connections++;
    traffic.totalConnections++;
    const socket = this.#shared.input.read(accepted, (bytes, length) => connection.received(bytes, length));
    const connection = new ClientConnection(this.#node, socket, this.#shared);
    this.#connections.add(connection);
    socket.once("close", () => {
      traffic.connections--;
      this.#connections.delete(connection);
      if (this.#connections.size === 0) this.#lastEnded?.();
    });
  }
}

function listenOptions({ unixSocketPath, listenAddress, port, backlog }: NodeOptions): ListenOptions {
  if (unixSocketPath !== null) return { path: unixSocketPath, backlog };
  return { port: Math.max(port, 0), backlog, ...(listenAddress === null ? {} : { host: listenAddress }) };
}

function addressText({ unixSocketPath, listenAddress, port }: NodeOptions): string {
  return unixSocketPath === null ? `"${listenAddress ?? "*"}:${port}"` : `"${unixSocketPath}"`;
}
